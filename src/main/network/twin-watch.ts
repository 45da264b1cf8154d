/**
 * Rule ID5, beneath the entries: at the other end of a connection is our own key. That is another node with our key, unless the
 * connection is one from us to ourselves: by an address of ours that we did not know as such, or through somebody who passes on
 * what we send to him. Then both of its ends are here.
 */
import type { Clock } from '../discovery/ports.ts'

/** For so long the end of a connection to ourselves may come after its beginning: longer than a handshake takes. Milliseconds. */
const BOTH_ENDS_MS = 10_000
/** Not told more often than this, milliseconds. */
const TELL_MS = 60_000

/** Watches handshakes. */
export class TwinWatch {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #tell: () => void
  /** Handshakes of others with us that run. */
  #inbound = 0
  #selfDialedAt = -Infinity
  #toldAt = -Infinity

  /** @param tell another node has our key */
  constructor(clock: Pick<Clock, 'monotonic'>, tell: () => void) {
    this.#clock = clock
    this.#tell = tell
  }

  /** Somebody who dialed us begins a handshake. */
  began(): void {
    this.#inbound += 1
  }

  /** That handshake is over. @param self whether it was with our own key */
  ended(self: boolean): void {
    this.#inbound -= 1
    // Who dials knows the other end before that one knows him; without the key nobody gets this far.
    if (self && this.#clock.monotonic() - this.#selfDialedAt > BOTH_ENDS_MS) this.#found()
  }

  /** We dialed, and our own key was at the other end. */
  dialedSelf(): void {
    this.#selfDialedAt = this.#clock.monotonic()
    // Where both ends are here, the handshake of the other one still waits for our last message. It may never get it.
    if (this.#inbound === 0) this.#found()
  }

  #found(): void {
    const now = this.#clock.monotonic()
    if (now - this.#toldAt < TELL_MS) return
    this.#toldAt = now
    this.#tell()
  }
}
