/** A watch of islands, with peers and links that change by the test's word, in virtual time. */
import { IslandWatch } from '../../../../src/main/monitor/insight/island-watch.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import type { Edge, PeerRow } from '../../../../src/shared/peer.ts'
import { Scheduler } from '../../../sim/scheduler.ts'
import { peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

/** @param workMs how much of the processor one look takes, and how long that takes beside others */
export function rig(count: number, purgeAfterMs = 300_000, early = 0, workMs = 0, tookMs = workMs) {
  const scheduler = new Scheduler()
  let [worked, took] = [0, 0]
  const clock = {
    now: () => 1_000_000 + scheduler.now,
    monotonic: () => scheduler.now + took,
    schedule: (delayMs: number, fn: () => void) => scheduler.schedule(Math.max(1, delayMs - early), fn),
  }
  const rows = Array.from({ length: count }, (_, n): PeerRow => ({ ...peerRow(n), state: 'online', self: n === 0 }))
  let links: readonly (readonly [number, number])[] = []
  let lost = false
  const edges = (): Edge[] =>
    links.flatMap(([a, b]) =>
      [
        [a, b],
        [b, a],
      ].map(([x = 0, y = 0]): Edge => {
        const [from, to] = [peerIdAt(x), peerIdAt(y)]
        return { a: from, b: to, kind: 'connection', saidBy: from, at: clock.now() }
      }),
    )
  const told: DiscoveryEvent[] = []
  const purged = new Set<number>()
  const watch = new IslandWatch({
    self: peerIdAt(0),
    view: {
      rows: () => {
        worked += workMs
        took += tookMs
        return rows.filter((_, n) => !purged.has(n)).values()
      },
      edges: () => edges().values(),
    },
    clock,
    purgeAfterMs,
    lost: () => lost,
    tell: (event) => told.push(event),
    spent: () => worked,
  })
  return {
    scheduler,
    told,
    watch,
    purged,
    lose: (next: boolean) => {
      lost = next
    },
    link: (next: readonly (readonly [number, number])[]) => {
      links = next
    },
  }
}

/** Links of four peers in a row, and without that in the middle. */
export const WHOLE = [
  [0, 1],
  [1, 2],
  [2, 3],
] as const
export const SPLIT = [
  [0, 1],
  [2, 3],
] as const
