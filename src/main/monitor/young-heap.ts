import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** How large the young part of V8's heap may be, bytes: with less, V8 collects it with nearly every message. */
const MOST_BYTES = 16 * 1024 * 1024

let observer: PerformanceObserver | null = null
/** By what V8 lets it grow at a time; null before we said anything. */
let factor: number | null = null

/**
 * Lets the young part of V8's heap grow to 16 MiB, or to twice that where two collections follow each other at once. On a machine with
 * much memory it would grow to 128 MiB with the first catalog of thousands of peers, and never shrink. V8 makes it smaller again where
 * little happens, so it is looked at after each collection. Does nothing the second time.
 */
export function boundYoungHeap(): void {
  if (observer !== null) return
  observer = new PerformanceObserver(lookAtYoungHeap)
  observer.observe({ entryTypes: ['gc'] })
  lookAtYoungHeap()
}

function lookAtYoungHeap(): void {
  const size = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? 0
  const wanted = size < MOST_BYTES ? 2 : 1
  if (wanted === factor) return
  factor = wanted
  setFlagsFromString(`--semi-space-growth-factor=${wanted}`)
}
