import { EventBus } from '../../../src/main/discovery/base/event-bus.ts'
import type { OnListenerError } from '../../../src/main/discovery/base/listeners.ts'
import type { Numbered, Numbering, Untold } from '../../../src/main/discovery/handle.ts'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'

/** A bus whose listeners do not throw, with numbers from 1 on. */
export class TestBus extends EventBus implements Numbering {
  last = 0

  constructor({ backlog = 100, onListenerError }: { backlog?: number; onListenerError?: OnListenerError } = {}) {
    super(
      backlog,
      onListenerError ??
        ((error) => {
          throw error
        }),
    )
  }

  override tell<T extends Untold>(what: T): T & Numbered {
    this.last += 1
    const told = { ...what, seq: this.last, at: 0 }
    super.tell(told)
    return told
  }

  emit(event: DiscoveryEvent): void {
    this.tell({ kind: 'event', event })
  }
}
