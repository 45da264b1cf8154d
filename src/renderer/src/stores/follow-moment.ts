/** The range follows the moment that is looked at: wherever that is gone to, bars and charts show it. */
import type { PictureStore } from './picture-store.ts'
import { playedRange, RANGE_MS, rememberedRange } from './range-store.ts'
import type { CustomRange, Range, RangeStore } from './range-store.ts'

/** Least pause before a range moves because the moment aged out of it, milliseconds: bars have ends that lie beyond the range. */
const AGED_MS = 5000

/**
 * Moves the range with the moment, and back to the one by name that was chosen last once the present is looked at again.
 * @param later calls back after so many milliseconds, unless the given function is called before
 */
export function followMoment(
  picture: Pick<PictureStore, 'getState' | 'subscribe'>,
  store: RangeStore,
  now: () => number,
  later: (ms: number, act: () => void) => () => void,
): void {
  let cancel = (): void => undefined
  /** The range as it has to be moved; null where it can stay. */
  const moved = (): CustomRange | null => {
    const { wanted, played } = picture.getState()
    // All of a file is shown, whatever the range is.
    if (wanted === null || (played !== null && played.stored === undefined)) return null
    const { range } = store.getState()
    const shown = played === null ? spanOf(range, now()) : playedRange(range, played)
    if (shown === null || (wanted >= shown.from && wanted <= shown.to)) return null
    const length = shown.to - shown.from
    const { from: first, to: last } = played?.moment ?? { from: 0, to: now() }
    const to = Math.floor(Math.min(Math.max(wanted + length / 2, first + length), last))
    return { from: Math.max(Math.floor(to - length), first), to }
  }
  const contain = (): void => {
    const range = moved()
    if (range !== null) store.setState({ range })
  }
  // A range by name ends now, and leaves the moment behind as time goes on.
  const age = (): void => {
    cancel()
    const { wanted, played } = picture.getState()
    const { range } = store.getState()
    const length = typeof range === 'string' ? RANGE_MS[range] : null
    if (wanted === null || played !== null || length === null) return
    cancel = later(Math.max(AGED_MS, Math.ceil(wanted + length - now()) + 1), () => {
      const to = moved()
      if (to === null) age()
      else store.setState({ range: to, aged: to })
    })
  }
  picture.subscribe((state, before) => {
    if (state.wanted !== before.wanted || state.played !== before.played) age()
    if (state.wanted === before.wanted || store.getState().held) return
    const { wanted, played } = state
    const wasFile = before.played !== null && before.played.stored === undefined
    // The end of a history is its present.
    const present = wanted === null ? now() : played?.stored !== undefined ? played.moment.to : Infinity
    if (wanted !== null && wanted < present) return contain()
    const { range } = store.getState()
    if (!wasFile && typeof range !== 'string' && range.to < present) store.setState({ range: rememberedRange() })
  })
  store.subscribe(({ range }, before) => {
    // A span that was zoomed to is shown as it was chosen.
    if (range === before.range) return
    if (typeof range === 'string') contain()
    age()
  })
}

/** Null for all that is stored, in which each moment lies. */
function spanOf(range: Range, now: number): CustomRange | null {
  if (typeof range !== 'string') return range
  const length = RANGE_MS[range]
  return length === null ? null : { from: now - length, to: now }
}

/** What is done on bars and charts themselves moves none of them: their ends are rounded, and may lie beyond the range. */
export function holdRange(store: RangeStore, act: () => void): void {
  store.setState({ held: true })
  act()
  store.setState({ held: false })
}
