/** What filters can ask of events alone: what an event says itself. */
import type { LoggedEvent } from './events.ts'
import type { FilterFields } from './filter.ts'
import { kindsOf, reasonsOf } from './state-words.ts'

/** The fields that no peer has. */
export const OWN: Pick<FilterFields<LoggedEvent>, 'texts' | 'numbers' | 'durations' | 'times'> = {
  texts: {
    kind: ({ event }) => kindsOf(event),
    reason: ({ event }) =>
      event.kind === 'PeerDeparted' ? reasonsOf(event.reason) : 'reason' in event ? [event.reason] : [],
    changed: ({ event }) => ('changed' in event ? event.changed : []),
    target: ({ event }) => ('target' in event ? [event.target] : []),
  },
  numbers: { seq: ({ seq }) => seq, age: ({ at }, now) => now - at },
  durations: new Set(['age']),
  times: { at: ({ at }) => at },
}

/** Their names. */
export const OWN_NAMES: ReadonlySet<string> = new Set(
  [OWN.texts, OWN.numbers, OWN.times].flatMap((fields) => Object.keys(fields)),
)
