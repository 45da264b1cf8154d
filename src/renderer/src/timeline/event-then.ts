import type { LoggedEvent } from '../../../shared/events.ts'
import { eventAsOf } from '../../../shared/events.ts'

/** An event as the list of a past moment has it. */
export interface EventThen extends LoggedEvent {
  /**
   * That the same happened again after the moment: how often in all, and when last, milliseconds since the epoch. How often it had
   * happened by then is not kept.
   */
  readonly goesOn?: { readonly times: number; readonly lastAt: number }
}

/** An event as it was at a moment, and that it went on. */
export function eventThen(logged: LoggedEvent, at: number): EventThen {
  const { times = 1, lastAt = logged.at } = logged
  const then = eventAsOf(logged, at)
  return times > 1 && lastAt > at ? { ...then, goesOn: { times, lastAt } } : then
}
