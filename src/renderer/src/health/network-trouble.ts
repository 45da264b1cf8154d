import type { NetworkStatus } from '../../../shared/contract.ts'
import type { HealthNow } from '../../../shared/health.ts'
import type { NetworkMatter } from '../../../shared/why.ts'
import type { Then } from '../stores/picture-store.ts'

/** Whether something is wrong with the network that goes on, so that its causes change: nobody is there, or it is split. */
export function troubleLasts(state: NetworkStatus['state'], islands: number): boolean {
  return state === 'alone' || state === 'lost' || state === 'deserted' || islands > 1
}

/** What is looked at of the network as it is now. */
type Now = Pick<HealthNow, 'islands' | 'parted' | 'losses' | 'notKnown' | 'left' | 'clock' | 'refused'>

/** Whether something is wrong with the network, or happened to it that is told still: a split, or our loss of it; or our clock is wrong. */
export function troubleTold(state: NetworkStatus['state'], now: Now | null): boolean {
  const matter = matterNow(state, now)
  return matter !== 'fine' && matter !== 'went together'
}

/** The same, or something may be: several that went silent may have crashed together, which the answer tells. */
export function troubleNow(state: NetworkStatus['state'], now: Now | null): boolean {
  return matterNow(state, now) !== 'fine'
}

/** Whether something was wrong at a past moment, or had been, as far as its picture tells: most moments have nothing to explain. */
export function troubleThen(
  picture: Pick<Then, 'nearest' | 'loss' | 'deserted' | 'alone' | 'parted'> | null,
  islands: number,
): boolean {
  return matterThen(picture, islands) !== 'fine'
}

/** Whether something is known of a past moment: what was wrong then, or before, the answer itself says. */
export function knownThen(picture: Pick<Then, 'nearest'> | null): boolean {
  return picture !== null && picture.nearest === null
}

/** What is told of after it happened: there is nothing to be done about it. */
const OVER: ReadonlySet<NetworkMatter> = new Set(['parted', 'had lost', 'went together', 'clock was wrong'])
/** That, and what no dial mends. */
const NO_DIALS: ReadonlySet<NetworkMatter> = new Set([...OVER, 'split', 'own clock', 'refused', 'fine'])

/** Whether it is over. */
export function isOver(matter: NetworkMatter): boolean {
  return OVER.has(matter)
}

/** Whether a dial may mend it. */
export function isMendedByDials(matter: NetworkMatter): boolean {
  return !NO_DIALS.has(matter)
}

/**
 * What the answer will most probably be about: while it is awaited its place has the title that it will have. In the order in which
 * `why` looks.
 */
export function matterNow(state: NetworkStatus['state'], now: Now | null): NetworkMatter {
  if (state === 'alone' || state === 'lost' || state === 'deserted') return state
  if (now === null) return 'fine'
  if (now.islands !== null && now.islands.count > 1) return 'split'
  if (now.parted !== null || now.losses !== null || now.notKnown !== null)
    return (now.losses?.from ?? now.notKnown?.lostAt ?? 0) > (now.parted?.splitAt ?? 0) ? 'had lost' : 'parted'
  if (now.clock !== null) return 'own clock'
  if (now.left.ownClock > 0) return 'clock was wrong'
  if (now.left.silent > 1) return 'went together'
  return now.refused > 0 ? 'refused' : 'fine'
}

/** The same of a past moment. */
export function matterThen(
  picture: Pick<Then, 'nearest' | 'loss' | 'deserted' | 'alone' | 'parted'> | null,
  islands: number,
): NetworkMatter {
  if (picture === null || picture.nearest !== null) return 'fine'
  if (picture.loss !== null) return 'lost'
  if (picture.deserted) return 'deserted'
  if (picture.alone) return 'alone'
  if (islands > 1) return 'split'
  return picture.parted === null ? 'fine' : 'parted'
}
