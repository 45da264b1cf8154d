import type { NetworkStatus } from '../../../shared/contract.ts'
import type { HealthNow } from '../../../shared/health.ts'
import type { Then } from '../stores/picture-store.ts'

/** Whether something is wrong with the network that goes on, so that its causes change: nobody is there, or it is split. */
export function troubleLasts(state: NetworkStatus['state'], islands: number): boolean {
  return state === 'alone' || state === 'lost' || state === 'deserted' || islands > 1
}

/** Whether something is wrong with the network, or happened to it that is told still: a split, our loss of it, or several that may have crashed together; or our clock is wrong. */
export function troubleNow(
  state: NetworkStatus['state'],
  now: Pick<HealthNow, 'islands' | 'parted' | 'losses' | 'notKnown' | 'left' | 'clock'> | null,
): boolean {
  if (troubleLasts(state, now?.islands?.count ?? 0)) return true
  if (now === null) return false
  return (
    now.parted !== null || now.losses !== null || now.notKnown !== null || now.left.silent > 1 || now.clock !== null
  )
}

/** Whether something is known of a past moment: what was wrong then, or before, the answer itself says. */
export function knownThen(picture: Pick<Then, 'nearest'> | null): boolean {
  return picture !== null && picture.nearest === null
}
