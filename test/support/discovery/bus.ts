import { EventBus } from '../../../src/main/discovery/base/event-bus.ts'
import type { EventBusOptions } from '../../../src/main/discovery/base/event-bus.ts'

/** A bus at time 0 whose listeners do not throw. */
export function newBus(options: Partial<EventBusOptions>): EventBus {
  const onDefect = (error: unknown): never => {
    throw error
  }
  return new EventBus({ backlog: 100, clock: { now: () => 0 }, onDefect, ...options })
}
