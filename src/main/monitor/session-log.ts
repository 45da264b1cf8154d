/** The log of a network that is joined: what happened again lets a row grow instead of adding one. */
import type { DiscoveryEvent, LoggedEvent } from '../../shared/events.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import { Repeats } from './repeats.ts'
import type { SessionParts } from './session-parts.ts'

/** How soon a row that grew is written and shown, milliseconds. */
export const REPEATS_MS = 5000

/** What a log needs. */
export interface SessionLogParts extends Pick<SessionParts, 'store' | 'view' | 'clock'> {
  readonly networkKey: NetworkKey
}

/** Stores and shows what happened. */
export class SessionLog {
  readonly #parts: SessionLogParts
  readonly #repeats = new Repeats()
  /** Null while no row waits to be told again. */
  #cancel: (() => void) | null = null

  constructor(parts: SessionLogParts) {
    this.#parts = parts
  }

  /** @param at when it happened, milliseconds since the epoch. @returns the event with its place in the log */
  take(event: DiscoveryEvent, at: number): LoggedEvent {
    const { networkKey, store, view, clock } = this.#parts
    // The store counts in whole milliseconds.
    const time = Math.floor(at)
    this.#repeats.heed(clock.now(), clock.monotonic())
    const row = this.#repeats.take(event, time, clock.monotonic())
    if (row !== null) {
      this.#cancel ??= clock.schedule(REPEATS_MS, () => this.flush())
      return { seq: row.seq, at: time, event }
    }
    const now = clock.monotonic()
    const logged = store.append(networkKey, time, this.#repeats.beginning(event, time, now))
    this.#repeats.began(logged, now)
    view.addEvent(logged)
    return logged
  }

  /** Writes and shows the rows that grew. That waits otherwise, since a row may grow many times a second. */
  flush(): void {
    const { networkKey, store, view } = this.#parts
    this.#cancel?.()
    this.#cancel = null
    for (const row of this.#repeats.due()) {
      store.appendAgain(networkKey, row)
      view.addEvent(row)
    }
  }
}
