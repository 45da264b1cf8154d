import type { NetworkStatus } from '../../../shared/contract.ts'
import type { HealthNow } from '../../../shared/health.ts'
import type { Then } from '../stores/picture-store.ts'

/** Whether something is wrong with the network that goes on, so that its causes change: nobody is there, or it is split. */
export function troubleLasts(state: NetworkStatus['state'], islands: number): boolean {
  return state === 'alone' || state === 'lost' || state === 'deserted' || islands > 1
}

/** What is looked at of the network as it is now. */
type Now = Pick<HealthNow, 'islands' | 'parted' | 'losses' | 'notKnown' | 'left' | 'clock'>

/** Whether something is wrong with the network, or happened to it that is told still: a split, or our loss of it; or our clock is wrong. */
export function troubleTold(state: NetworkStatus['state'], now: Now | null): boolean {
  if (troubleLasts(state, now?.islands?.count ?? 0)) return true
  return now !== null && (now.parted !== null || now.losses !== null || now.notKnown !== null || now.clock !== null)
}

/** The same, or something may be: several that went silent may have crashed together, which the answer tells. */
export function troubleNow(state: NetworkStatus['state'], now: Now | null): boolean {
  return troubleTold(state, now) || (now !== null && now.left.silent > 1)
}

/** Whether something was wrong at a past moment, or had been, as far as its picture tells: most moments have nothing to explain. */
export function troubleThen(
  picture: Pick<Then, 'nearest' | 'loss' | 'deserted' | 'parted'> | null,
  islands: number,
): boolean {
  if (picture === null || picture.nearest !== null) return false
  return picture.loss !== null || picture.deserted || picture.parted !== null || islands > 1
}

/** Whether something is known of a past moment: what was wrong then, or before, the answer itself says. */
export function knownThen(picture: Pick<Then, 'nearest'> | null): boolean {
  return picture !== null && picture.nearest === null
}
