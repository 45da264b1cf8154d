/** How many islands there were, in steps: from what was told of them. Pure. */
import type { BriefIslands, LoggedEvent } from '../../../shared/events.ts'
import type { Run } from './runs.ts'
import { runFinder } from './runs.ts'

/** The steps; times are milliseconds since the epoch. */
interface IslandSteps {
  readonly runs: readonly Run[]
  readonly starts: readonly number[]
  readonly to: number
  /** Of each step whether we were in the network at the end of it, and whether nobody was here then. */
  readonly told: readonly boolean[]
  readonly nobody: readonly boolean[]
}

/**
 * The most islands in each span: one that was there for a short time only is what matters in a long one.
 * @param shown more of them that are not in the log yet
 */
export function fillIslands(
  column: (number | null)[],
  { events, before }: { readonly events: readonly LoggedEvent[]; readonly before: LoggedEvent | null },
  { runs, starts, to, told, nobody }: IslandSteps,
  shown: readonly BriefIslands[] = [],
): void {
  const counts = [...(before === null ? [] : [before]), ...events].flatMap(({ at, event }) => {
    if (event.kind !== 'Islands') return []
    const { brief, since = at, count } = event
    // Where our clock was set since, it was ahead then.
    const was = { at: Math.min(since, at), count }
    return brief === undefined ? was : [{ at: Math.min(brief.since, at), count: brief.count }, was]
  })
  for (const { since, until, count } of shown) {
    const after = counts.at(-1)?.count
    counts.push({ at: since, count }, ...(after === undefined ? [] : [{ at: until, count: after }]))
  }
  // One that was there for a short time may be told after what came next.
  counts.sort((a, b) => a.at - b.at)
  let next = 0
  let last: (typeof counts)[number] | null = null
  const runIn = runFinder(runs)
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1] ?? to
    for (; next < counts.length && (counts[next]?.at ?? Infinity) < start; next += 1) last = counts[next] ?? null
    const run = runIn(start, end)
    // What an earlier run found says nothing of this one.
    const begins = run !== null && told[index] && last !== null && last.at >= run.from ? last.count : 0
    const found = []
    for (; next < counts.length && (counts[next]?.at ?? Infinity) < end; next += 1) {
      last = counts[next] ?? null
      found.push(last?.count ?? 0)
    }
    const most = Math.max(begins, ...found)
    if (most > 0) column[index] = most
    // Where nobody is left there is none: links that told some are over.
    if (nobody[index] && told[index] && last !== null && last.at >= (run?.from ?? Infinity)) column[index] = 0
  }
}
