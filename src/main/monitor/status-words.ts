import type { NetworkStatus } from '../../shared/contract.ts'
import { visible } from '../../shared/visible-text.ts'

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
    case 'online':
      return `${short}: ${status.peers === 1 ? '1 peer' : `${status.peers} peers`}`
  }
}
