/**
 * Round-trip times: how they are written, and the figures of many. There is one definition of those, wherever they are told
 * (header, sentence, charts, the past, the command line, metrics): over the peers that are here and were measured, without
 * ourselves, each with its smoothed time (rule RT1) as of the moment, ranked by nearest rank. Pure.
 */
import type { RttFigures } from './health.ts'
import type { PeerRow } from './peer.ts'

/** Figures of the rows of a moment; null while nobody is measured. */
export function rttOf(rows: Iterable<Pick<PeerRow, 'state' | 'self' | 'rtt'>>): RttFigures | null {
  const times: number[] = []
  for (const { state, self, rtt } of rows) if (state === 'online' && !self && rtt !== null) times.push(rtt.srtt)
  return rttFigures(times)
}

/** Middle and slow round-trip times; null of none. */
export function rttFigures(times: readonly number[]): RttFigures | null {
  if (times.length === 0) return null
  const sorted = Float64Array.from(times).sort()
  const p95 = quantile(sorted, 0.95)
  const below = sorted.findLast((time) => time < p95) ?? 0
  return { measured: sorted.length, p50: quantile(sorted, 0.5), p95, slowFrom: (below + p95) / 2 }
}

/** So much slower than another time, and by so many milliseconds, is slow. */
export const SLOW_TIMES = 2
export const SLOW_BY_MS = 50

/** Whether a round-trip time is much above another one, milliseconds. */
export function isMuchSlower(ms: number, than: number): boolean {
  return ms > than * SLOW_TIMES && ms - than > SLOW_BY_MS
}

/** Nearest rank: the smallest value that is not below this part of the values. */
function quantile(sorted: Float64Array, part: number): number {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0
}

/** The definition, for tooltips. */
export const RTT_MEANING =
  'Of the peers that are here and were measured, ourselves not counted, each with its smoothed round-trip time at that moment.'

/** A round-trip time in milliseconds, with its unit: `0.4 ms`, `41 ms`, `1.2 s`. */
export function formatRtt(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`
}
