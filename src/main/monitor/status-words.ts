import { counted } from '../../shared/counted.ts'
import type { NetworkStatus } from '../../shared/contract.ts'
import { formatCount } from '../../shared/format-count.ts'
import { DESERTED, STATE_WORDS } from '../../shared/state-words.ts'
import { visible } from '../../shared/visible-text.ts'
import type { BootstrapFacts } from '../../shared/bootstrap.ts'

/** Where we are with a network, in a few words: for a tray, a tooltip, a title. */
export function statusWords(status: NetworkStatus): string {
  if (status.state === 'none') return 'No network'
  const { id, name } = status.network
  const full = visible(name ?? `${id.slice(0, 8)}…`)
  const short = full.length > 40 ? `${full.slice(0, 39)}…` : full
  switch (status.state) {
    case 'joining':
      return `Joining ${short}`
    case 'leaving':
      return `Leaving ${short}`
    case 'failed':
      return `${short}: could not join`
    case 'alone':
      return `${short}: no peers yet`
    case 'lost':
      return `${short}: connection lost`
    case 'deserted':
      return `${short}: ${DESERTED}`
    case 'online': {
      const { peers, notKnown } = status
      const gone = notKnown === null ? '' : `, ${formatCount(notKnown.count)} ${STATE_WORDS.lost}`
      return `${short}: ${counted(peers, 'peer')}${gone}`
    }
  }
}

/** What is tried to find anybody. @param given bootstrap addresses that were given */
export function tryingWords(given: readonly string[], { warm }: Pick<BootstrapFacts, 'warm'>): string[] {
  const trying: string[] = []
  if (given.length > 0)
    trying.push(
      `dialing ${given.length === 1 ? given[0] : counted(given.length, 'bootstrap address', 'bootstrap addresses')}`,
    )
  if (warm.state === 'running') trying.push(`dialing ${counted(warm.places, 'peer')} known from before`)
  if (trying.length === 0) trying.push('waiting for others to connect to us')
  return trying
}
