/**
 * Notices connections whose other end is gone without a word, in place of libp2p's connection monitor. That opens a stream on every
 * connection every 10 s, from both sides, which was half of what an idle node sent; and it closes one whose answer is late
 * though messages come over it. Here anything that comes is a sign of life, and only who is silent is asked, by a ping of the
 * muxer, which takes a dozen bytes.
 */
import { StreamFailed } from '../../../shared/errors.ts'
import type { Clock } from '../../discovery/ports.ts'

/** How long the other end may say nothing before it is asked, milliseconds; at most twice that. */
export const SILENCE_MS = 10_000
/** How long it may be silent after it was asked, in times of that. TCP sends what was lost again: to ask twice would not help. */
export const PATIENCE = 2

/** A connection that is watched. */
export interface WatchedLink {
  /** Asks the other end for a sign of life. May fail, and may never settle. */
  ask(): Promise<unknown>
  /** Ends the connection. */
  end(error: Error): void
}

/** Tells of one watched connection. */
export interface Watching {
  /** Something came from the other end. Costs next to nothing: it is called for every piece of data. */
  heard(): void
  /** The connection is over. Idempotent. */
  over(): void
}

interface Entry {
  readonly link: WatchedLink
  heard: boolean
  /** Looks in a row at which nothing had come. */
  silent: number
}

/** Watches all connections of a node with one timer, which runs while there are any. */
export class SilenceWatch {
  readonly #clock: Pick<Clock, 'schedule'>
  readonly #entries = new Set<Entry>()
  #cancel: (() => void) | null = null

  constructor(clock: Pick<Clock, 'schedule'>) {
    this.#clock = clock
  }

  add(link: WatchedLink): Watching {
    const entry: Entry = { link, heard: true, silent: 0 }
    this.#entries.add(entry)
    this.#cancel ??= this.#clock.schedule(SILENCE_MS, () => this.#look())
    return {
      heard: () => {
        entry.heard = true
      },
      over: () => this.#remove(entry),
    }
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry)
    if (this.#entries.size > 0) return
    this.#cancel?.()
    this.#cancel = null
  }

  #look(): void {
    this.#cancel = this.#clock.schedule(SILENCE_MS, () => this.#look())
    for (const entry of this.#entries) {
      if (entry.heard) {
        entry.heard = false
        entry.silent = 0
        continue
      }
      entry.silent += 1
      if (entry.silent === 1) entry.link.ask().catch(() => undefined)
      if (entry.silent <= PATIENCE) continue
      this.#remove(entry)
      entry.link.end(new StreamFailed('the other end of the connection is silent'))
    }
  }
}
