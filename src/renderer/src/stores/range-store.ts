import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import { HEALTH_SPAN_MS } from '../../../shared/health.ts'
import type { PlayedFile } from './picture-store.ts'
import { recall, remember } from '../ui/storage.ts'

/** Spans of time by name, all until now. `recent`: the ten minutes that Health and its strip tell of; `all`: all that is stored. */
export const RANGES = ['recent', 'hour', 'day', 'all'] as const
/** One of them. */
export type NamedRange = (typeof RANGES)[number]

/** A span that the user chose; milliseconds since the epoch, both ends included. */
export interface CustomRange {
  readonly from: number
  readonly to: number
}

/** The span of time that all views show: one for the whole window, kept when the view changes. */
export type Range = NamedRange | CustomRange

/** The range, in a store of its own: charts of any view follow it. */
export type RangeStore = StoreApi<{
  readonly range: Range
  /** That the range stays where it is, whatever moment is gone to. */
  readonly held: boolean
  /** The range that time moved it to last, which nobody chose. */
  readonly aged: CustomRange | null
}>

/** Lengths of the named spans in milliseconds; null where it depends on what there is. */
export const RANGE_MS = {
  recent: HEALTH_SPAN_MS,
  hour: 3_600_000,
  day: 86_400_000,
  all: null,
} as const satisfies Readonly<Record<NamedRange, number | null>>

/** The span of what is played: all of a file; of a stored network the chosen range, as if its last moment were now. */
export function playedRange(
  range: Range,
  { moment: { from, to }, stored }: Pick<PlayedFile, 'moment' | 'stored'>,
): CustomRange {
  if (stored === undefined) return { from, to }
  if (typeof range === 'string') {
    return { from: Math.max(from, to - (RANGE_MS[range] ?? to - from)), to }
  }
  // One that was chosen of another network may be of a time without history.
  return range.from < to && range.to > from ? range : { from, to }
}

/** The named range that was chosen last on this machine. */
export function rememberedRange(): NamedRange {
  return recall('range', isNamed) ?? 'recent'
}

/** A fresh store with the named range that was chosen last on this machine. */
export function createRangeStore(): RangeStore {
  const store: RangeStore = createStore(() => ({ range: rememberedRange(), held: false, aged: null }))
  store.subscribe(({ range }, before) => {
    if (range !== before.range && typeof range === 'string') remember('range', range)
  })
  return store
}

/** For `recall`. */
function isNamed(value: unknown): value is NamedRange {
  return RANGES.some((one) => one === value)
}
