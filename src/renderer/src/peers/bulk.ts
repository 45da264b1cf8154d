/** One call for each of many peers: a few at once, with progress, and to be stopped. */
import type { PeerId } from '../../../shared/ids.ts'
import { rttFigures } from '../../../shared/rtt.ts'

/** How many calls run at once: pings are small, syncs are not. */
export const AT_ONCE = { ping: 8, sync: 3 } as const

/** What is done with many peers at once. */
export type BulkVerb = keyof typeof AT_ONCE

/** How to run. */
export interface BulkOptions<T> {
  readonly atOnce: number
  readonly signal: AbortSignal
  readonly call: (peerId: PeerId, signal: AbortSignal) => Promise<T>
  readonly onDone: (peerId: PeerId, result: T) => void
  readonly onFailed: (peerId: PeerId, thrown: unknown) => void
}

/** Calls for each peer. Once `signal` aborts no more begin, and what is under way is neither a success nor a failure. */
export async function runBulk<T>(peerIds: readonly PeerId[], options: BulkOptions<T>): Promise<void> {
  const { signal, atOnce } = options
  let next = 0
  const work = async (): Promise<void> => {
    while (!signal.aborted && next < peerIds.length) {
      const peerId = peerIds[next++]
      if (peerId === undefined) return
      try {
        const result = await options.call(peerId, signal)
        if (!signal.aborted) options.onDone(peerId, result)
      } catch (thrown) {
        if (!signal.aborted) options.onFailed(peerId, thrown)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, peerIds.length) }, work))
}

/** The middle one; of two, the lower. Null of none. */
export function median(values: readonly number[]): number | null {
  return rttFigures(values)?.p50 ?? null
}
