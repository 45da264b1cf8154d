/** A rule that watches, with what it remembers. */
import type { AlertRule } from '../../../shared/alerts.ts'
import type { Filter } from '../../../shared/filter.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { Outcome } from './outcome.ts'
import type { Act, Memory, Timing } from './phases.ts'

/** Alerts of one rule in a minute; more only count with the last one. */
const MAX_BURST = 10
const BURST_MS = 60_000
/** Peers of one rule that are remembered. */
const MAX_SUBJECTS = 5000

/** What ends. */
type Resolved = Extract<Act, { readonly type: 'resolve' }>

/** One rule. */
export interface Watched {
  readonly rule: AlertRule
  readonly passes: Filter<PeerRow>
  readonly timing: Timing
  readonly subjects: Map<string, Memory>
  /** When it fired lately, monotonic. */
  burst: number[]
  newest: number | null
  /** Of a number of peers: whether there were once as many, since the network was joined. */
  met: boolean
  /** The alert that it told last, with the number that it told then, and the one that is told of it now. */
  lasting: { readonly id: number; readonly began: string; readonly told: string } | null
}

/** Whether a rule counts a peer while that is here. */
export function counts({ passes }: Watched, row: PeerRow | undefined, at: number): boolean {
  return row !== undefined && !row.self && passes({ ...row, state: 'online' }, at)
}

/** Remembers what a step left of a subject. */
export function keep(watched: Watched, subject: string, memory: Memory): void {
  // The newest stand last, so that those of long ago go first.
  watched.subjects.delete(subject)
  watched.subjects.set(subject, memory)
  if (watched.subjects.size <= MAX_SUBJECTS) return
  const [oldest] = watched.subjects.keys()
  if (oldest !== undefined) watched.subjects.delete(oldest)
}

/** Ends what is open or pending; cool-downs stay. */
export function resolveAll(watched: Watched): readonly Resolved[] {
  const outcomes: Resolved[] = []
  for (const [subject, memory] of watched.subjects) {
    if (memory.phase.name === 'firing') outcomes.push({ type: 'resolve', id: memory.phase.id })
    if (memory.phase.name !== 'armed') watched.subjects.set(subject, { ...memory, phase: { name: 'armed' } })
  }
  return outcomes
}

/** Whether a rule told as often lately as it may. */
export function isBurst(watched: Watched, now: number): boolean {
  watched.burst = watched.burst.filter((at) => now - at < BURST_MS)
  return watched.burst.length >= MAX_BURST
}

/**
 * What came of a look at a number, and what is so now where an alert lasts and that changed: it told the number of when it fired.
 * @param memory as the look left it @param number in words
 */
export function withNow(
  watched: Watched,
  memory: Memory | undefined,
  outcomes: readonly Outcome[],
  number: string,
): readonly Outcome[] {
  const fired = outcomes.find(({ type }) => type === 'fire')
  if (fired !== undefined) watched.lasting = { id: fired.id, began: number, told: number }
  const { lasting } = watched
  if (lasting === null) return outcomes
  const lasts = memory?.phase.name === 'firing' && memory.phase.id === lasting.id
  // Of one that ended nothing is told; where it comes again it is as when it fired, until that changes.
  const told = lasts ? number : lasting.began
  watched.lasting = { ...lasting, told }
  if (!lasts || told === lasting.told) return outcomes
  return [...outcomes, { type: 'now', id: lasting.id, now: told === lasting.began ? '' : `Now: ${told}.` }]
}
