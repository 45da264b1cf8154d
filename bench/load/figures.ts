/** What `bench -- load` tells of a run. */
import { medianOf } from '../figures/figures.ts'
import type { Costs, Delays, Generated } from './protocol.ts'

/** One node, from the join to the end of the span. Times in milliseconds. */
export interface Outcome {
  readonly joinMs: number
  readonly joinCpuMs: number
  readonly joinedKnown: number
  readonly costs: Costs
  readonly delays: Delays
  /** Whom it saw depart, and when. */
  readonly gone: readonly (readonly [peerId: string, at: number])[]
  readonly did: Generated
  readonly spanMs: number
}

const MIB = 1024 * 1024
/** A generator that sends so late is the bottleneck, milliseconds. */
const LATE_MS = 250
/** Figures that there are marks for. */
const LOAD_FIGURES = {
  cpu: 'CPU, % of a core',
  rss: 'RSS, MiB',
  delay: 'loop delay p99, ms',
} as const

/** The rows of the table. */
export const FIGURES: readonly (readonly [name: string, pick: (outcome: Outcome) => number])[] = [
  ['joined, s', ({ joinMs }) => joinMs / 1000],
  ['CPU until joined, s', ({ joinCpuMs }) => joinCpuMs / 1000],
  ['known when joined', ({ joinedKnown }) => joinedKnown],
  [LOAD_FIGURES.cpu, ({ costs }) => costs.cpuShare * 100],
  ["CPU of the loop's thread, % of a core", ({ costs }) => costs.loopShare * 100],
  ['in, kB/s', ({ costs }) => costs.inBytesPerS / 1000],
  ['out, kB/s', ({ costs }) => costs.outBytesPerS / 1000],
  [LOAD_FIGURES.rss, ({ costs }) => costs.rssBytes / MIB],
  ['heap used, MiB', ({ costs }) => costs.heapBytes / MIB],
  ['loop delay p50, ms', ({ delays }) => delays.delayP50Ms],
  [LOAD_FIGURES.delay, ({ delays }) => delays.delayP99Ms],
  ['loop delay max, ms', ({ delays }) => delays.delayMaxMs],
  ['departure seen p50, ms', (outcome) => medianOf(seen(outcome))],
  ['departure seen, slowest, ms', (outcome) => seen(outcome).toSorted((a, b) => b - a)[0] ?? Number.NaN],
  ['departures seen', (outcome) => seen(outcome).length],
  ['departures said', ({ did }) => did.departed.length],
  ['known', ({ costs }) => costs.known],
  ['updates a second', ({ costs }) => costs.updatesPerS],
  ['pings of the node a second', ({ did, spanMs }) => (did.pinged * 1000) / spanMs],
  ['pings to the node a second', ({ did, spanMs }) => (did.pings * 1000) / spanMs],
  ['pings to the node that failed', ({ did }) => did.failedPings],
  ['dials that failed', ({ costs }) => costs.failedDials],
  ['refused entries and requests', ({ costs }) => costs.refused],
  ['connections', ({ costs }) => costs.connections],
  ['neighbors', ({ costs }) => costs.neighbors],
  ['generator: announcements a second', ({ did, spanMs }) => (did.announced * 1000) / spanMs],
  ['generator: announcements left out', ({ did }) => did.skipped],
  ['generator: lag p99, ms', ({ did }) => did.lagP99Ms],
  ['generator: cores', ({ did }) => did.cpuShare],
]

/** Of each departure that both sides told of, how long it took to be seen. */
export function seen({ gone, did }: Pick<Outcome, 'gone' | 'did'>): number[] {
  const at = new Map(did.departed)
  return gone.flatMap(([peerId, when]) => {
    const said = at.get(peerId)
    return said === undefined ? [] : [when - said]
  })
}

/** What a figure may be at the most with so many peers, or an empty text. */
export function markOf(name: string, count: number): string {
  const marks: Readonly<Record<number, Readonly<Record<string, string>>>> = {
    10_000: { [LOAD_FIGURES.cpu]: '≤ 10', [LOAD_FIGURES.rss]: '≤ 250', [LOAD_FIGURES.delay]: '< 10' },
    50_000: { [LOAD_FIGURES.cpu]: '≤ 40', [LOAD_FIGURES.rss]: '≤ 600' },
  }
  return marks[count]?.[name] ?? ''
}

/** Why the generator was the bottleneck; null where it was not. */
export function behind({ did }: Pick<Outcome, 'did'>): string | null {
  if (did.lagP99Ms <= LATE_MS && did.skipped === 0) return null
  return (
    `messages went out up to ${Math.round(did.lagP99Ms)} ms late (p99; at most ${Math.round(did.lagMaxMs)} ms), ` +
    `and ${did.skipped} announcements were left out`
  )
}
