import type { DiscoveryEvent } from '../../../shared/events.ts'
import type { Told } from '../handle.ts'
import type { Unsubscribe } from '../ports.ts'
import type { OnListenerError } from './listeners.ts'
import { Listeners } from './listeners.ts'

/** Rules EV, CT11: hands what is told to listeners at once, and events to readers at their own pace. */
export class EventBus {
  readonly #backlog: number
  readonly #listeners: Listeners<[Told]>
  readonly #readers = new Set<Reader>()
  #closed = false

  /** @param backlog events kept for a reader that falls behind (rule EV3) */
  constructor(backlog: number, onListenerError?: OnListenerError) {
    this.#backlog = backlog
    this.#listeners = new Listeners(onListenerError)
  }

  tell(told: Told): void {
    this.#listeners.tell(told)
    if (told.kind === 'event' && this.#readers.size > 0) for (const reader of this.#readers) reader.push(told.event)
  }

  /** All that is told. */
  listenTold(listener: (told: Told) => unknown): Unsubscribe {
    return this.#listeners.add(listener)
  }

  /** The events alone. */
  listen(listener: (event: DiscoveryEvent) => unknown): Unsubscribe {
    // A promise is handed on: it may be rejected.
    return this.#listeners.add((told) => (told.kind === 'event' ? listener(told.event) : undefined))
  }

  /** A reader of its own. Ends when the bus closes, after what it had not read yet, or when its loop is left. */
  reader(): AsyncIterableIterator<DiscoveryEvent> {
    const reader: Reader = new Reader(this.#backlog, () => this.#readers.delete(reader))
    if (this.#closed) reader.end()
    else this.#readers.add(reader)
    return reader
  }

  /** Ends all readers. */
  close(): void {
    this.#closed = true
    for (const reader of this.#readers) reader.end()
    this.#readers.clear()
    this.#listeners.clear()
  }
}

type Waiting = (result: IteratorResult<DiscoveryEvent>) => void

class Reader implements AsyncIterableIterator<DiscoveryEvent> {
  readonly #backlog: number
  readonly #onReturn: () => void
  #events: DiscoveryEvent[] = []
  #first = 0
  #missed = 0
  #waiting: Waiting[] = []
  #ended = false

  constructor(backlog: number, onReturn: () => void) {
    this.#backlog = backlog
    this.#onReturn = onReturn
  }

  push(event: DiscoveryEvent): void {
    const waiting = this.#waiting.shift()
    if (waiting !== undefined) {
      waiting({ done: false, value: event })
      return
    }
    this.#events.push(event)
    if (this.#events.length - this.#first <= this.#backlog) return
    this.#first++
    this.#missed++
    // Moves the rest down once in a while, so that a drop costs O(1) on average.
    if (this.#first > this.#backlog) {
      this.#events = this.#events.slice(this.#first)
      this.#first = 0
    }
  }

  end(): void {
    this.#ended = true
    for (const waiting of this.#waiting.splice(0)) waiting({ done: true, value: undefined })
  }

  next(): Promise<IteratorResult<DiscoveryEvent>> {
    const event = this.#take()
    if (event !== undefined) return Promise.resolve({ done: false, value: event })
    if (this.#ended) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  return(): Promise<IteratorResult<DiscoveryEvent>> {
    this.#events = []
    this.#first = 0
    this.#missed = 0
    this.#onReturn()
    this.end()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #take(): DiscoveryEvent | undefined {
    if (this.#missed > 0) {
      const count = this.#missed
      this.#missed = 0
      return { kind: 'EventsMissed', count }
    }
    const event = this.#events[this.#first]
    if (event === undefined) return undefined
    this.#first++
    if (this.#first === this.#events.length) {
      this.#events = []
      this.#first = 0
    }
    return event
  }
}
