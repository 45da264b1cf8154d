/** The range follows the moment that is looked at: wherever that is gone to, bars and charts show it. */
import type { PictureStore } from './picture-store.ts'
import { playedRange, RANGE_MS, rememberedRange } from './range-store.ts'
import type { CustomRange, Range, RangeStore } from './range-store.ts'

/** Moves the range with the moment, and back to the one by name that was chosen last once the present is looked at again. */
export function followMoment(
  picture: Pick<PictureStore, 'getState' | 'subscribe'>,
  store: RangeStore,
  now: () => number,
): void {
  const contain = (): void => {
    const { wanted, played } = picture.getState()
    // All of a file is shown, whatever the range is.
    if (wanted === null || (played !== null && played.stored === undefined)) return
    const { range } = store.getState()
    const shown = played === null ? spanOf(range, now()) : playedRange(range, played)
    if (shown === null || (wanted >= shown.from && wanted <= shown.to)) return
    const length = shown.to - shown.from
    const to = Math.floor(Math.min(wanted + length / 2, played?.moment.to ?? now()))
    store.setState({ range: { from: Math.max(Math.floor(to - length), played?.moment.from ?? 0), to } })
  }
  picture.subscribe((state, before) => {
    if (state.wanted === before.wanted || store.getState().held) return
    if (state.wanted !== null) return contain()
    const wasFile = before.played !== null && before.played.stored === undefined
    const { range } = store.getState()
    if (!wasFile && typeof range !== 'string' && range.to < now()) store.setState({ range: rememberedRange() })
  })
  store.subscribe(({ range }, before) => {
    // A span that was zoomed to is shown as it was chosen.
    if (range !== before.range && typeof range === 'string') contain()
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
