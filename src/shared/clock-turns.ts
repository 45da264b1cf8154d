/** Where an event log tells that our clock began to show other times: it was set, the machine slept, or nobody looked. Pure. */
import type { ClockTurn } from './clock-stretches.ts'
import { ClockStretches } from './clock-stretches.ts'
import type { EventKind, LoggedEvent } from './events.ts'
import { beginsRun, eventAsOf } from './events.ts'
import { lastIndexWhere } from './last-index.ts'

const TELLING: ReadonlySet<EventKind> = new Set(['NetworkJoined', 'ClockJumped', 'NetworkLeft', 'NetworkFailed'])
/** A jump is noticed within a second, or a little later on a busy machine: so old is what was logged since, milliseconds. */
const NOTICED_MS = 3000
/** Events of that time that are looked at. */
const MOST_BEFORE = 200

/**
 * The turns that some events tell of, which are in the order of their numbers; those of other kinds tell of none.
 * @param before the event before the one with a number; null where there is none
 */
export function turnsOfLog(
  events: readonly LoggedEvent[],
  before: (seq: number) => LoggedEvent | null,
): readonly ClockTurn[] {
  return events.flatMap((logged): readonly ClockTurn[] => {
    if (logged.event.kind === 'NetworkJoined') return joined(logged, before)
    // Earlier versions let such rows grow: of those the first jump is told, and stays what it is while they do.
    const { event } = eventAsOf(logged, logged.at)
    return event.kind === 'ClockJumped' ? [jumped(logged, event.byMs, before)] : []
  })
}

/** When the last of these events tells that we left; Infinity where we did not. @param before as it was before them */
export function endOfLog(events: readonly LoggedEvent[], before = Infinity): number {
  return events.reduce((end, { at, event: { kind } }) => {
    if (kind === 'NetworkLeft' || kind === 'NetworkFailed') return at
    return kind === 'NetworkJoined' ? Infinity : end
  }, before)
}

/** What our clock showed when, as events tell that are in the order of their numbers. */
export function clockOfLog(events: readonly LoggedEvent[]): ClockStretches {
  const before = (seq: number): LoggedEvent | null => {
    return events[lastIndexWhere(events, (logged) => logged.seq < seq)] ?? null
  }
  return new ClockStretches(turnsOfLog(events, before), endOfLog(events))
}

/** An event with the moments that it counts for, where our clock showed its times again later: each time of a row lies in its stretch. */
export function countedBy(clock: ClockStretches, logged: LoggedEvent): LoggedEvent {
  if (!clock.repeats) return logged
  const { seq, lastAt, earlier } = logged
  const at = clock.counted(seq, logged.at)
  if (lastAt === undefined) return { ...logged, at }
  const counted = (time: number): number => Math.max(at, clock.counted(seq, time))
  const last = { ...logged, at, lastAt: counted(lastAt) }
  if (earlier === undefined) return last
  return { ...last, earlier: earlier.map((state) => ({ ...state, lastAt: counted(state.lastAt) })) }
}

/** Whether an event may tell that our clock began to show other times, or of an end. */
export function tellsOfClock({ event: { kind } }: LoggedEvent): boolean {
  return TELLING.has(kind)
}

function joined(logged: LoggedEvent, before: (seq: number) => LoggedEvent | null): readonly ClockTurn[] {
  const told = before(logged.seq)
  if (told === null) return []
  const first = beginsRun([told, logged]) ? told : logged
  const last = first === logged ? told : before(first.seq)
  return last === null ? [] : [{ first: first.seq, from: first.at, before: last.lastAt ?? last.at }]
}

/** What was logged since the jump has times of the clock as it was set. */
function jumped(logged: LoggedEvent, byMs: number, before: (seq: number) => LoggedEvent | null): ClockTurn {
  const most = Math.min(NOTICED_MS, Math.abs(byMs) / 2)
  let first = logged
  for (let looked = 0; looked < MOST_BEFORE; looked += 1) {
    const told = before(first.seq)
    if (told === null || Math.abs(told.at - logged.at) > most) break
    first = told
  }
  return { first: first.seq, from: Math.min(first.at, logged.at), before: logged.at - byMs }
}
