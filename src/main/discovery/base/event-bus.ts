import type { DiscoveryEvent } from '../../../shared/events.ts'
import type { Numbered, Numbering, Told, Untold } from '../handle.ts'
import type { Clock, Unsubscribe } from '../ports.ts'

/** What a bus needs to know of whoever tells by it. */
export interface EventBusOptions {
  /** Events kept for a reader that falls behind (rule EV3). */
  readonly backlog: number
  readonly clock: Pick<Clock, 'now'>
  /** What a listener throws. */
  readonly onDefect: (error: unknown) => void
  /** Whether an input is being worked through: what it leads to is told by `flush` afterwards. Default: never. */
  readonly holds?: () => boolean
}

/** Rules EV, CT11: numbers all that is told, hands it to listeners in order, and events to readers at their own pace. */
export class EventBus implements Numbering {
  readonly #options: EventBusOptions
  readonly #listeners = new Set<(told: Told) => void>()
  readonly #readers = new Set<Reader>()
  #last = 0
  #waiting: Told[] = []
  #telling = false
  #closed = false

  constructor(options: EventBusOptions) {
    this.#options = options
  }

  get last(): number {
    return this.#last
  }

  tell<T extends Untold>(what: T): T & Numbered {
    this.#last += 1
    const told = { ...what, seq: this.#last, at: this.#options.clock.now() }
    this.#waiting.push(told)
    if (this.#options.holds?.() !== true) this.flush()
    return told
  }

  emit(event: DiscoveryEvent): void {
    this.tell({ kind: 'event', event })
  }

  /** Hands out what waits. What a listener leads to comes after, so that all listeners hear the same order. */
  flush(): void {
    if (this.#telling) return
    this.#telling = true
    while (this.#waiting.length > 0) {
      const telling = this.#waiting
      this.#waiting = []
      for (const told of telling) this.#hand(told)
    }
    this.#telling = false
  }

  /** All that is told. */
  listenTold(listener: (told: Told) => void): Unsubscribe {
    // The same function may listen twice.
    const one = (told: Told): void => listener(told)
    this.#listeners.add(one)
    return () => this.#listeners.delete(one)
  }

  /** The events alone. */
  listen(listener: (event: DiscoveryEvent) => void): Unsubscribe {
    return this.listenTold((told) => {
      if (told.kind === 'event') listener(told.event)
    })
  }

  /** A reader of its own. Ends when the bus closes, after what it had not read yet, or when its loop is left. */
  reader(): AsyncIterableIterator<DiscoveryEvent> {
    const reader: Reader = new Reader(this.#options.backlog, () => this.#readers.delete(reader))
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

  #hand(told: Told): void {
    for (const listener of this.#listeners) {
      try {
        listener(told)
      } catch (error) {
        this.#options.onDefect(error)
      }
    }
    if (told.kind === 'event') for (const reader of this.#readers) reader.push(told.event)
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
