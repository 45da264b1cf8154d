/** The streams of the core: what it wants done on them, and what comes of that. */
import { Cancelled, StreamEnded, Timeout } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Input, Output, StreamKind } from '../core/io.ts'
import type { DialectLimits, ProtocolIds } from '../dialect.ts'
import type { UnverifiedEntry } from '../entry/entry.ts'
import { verifyEntries } from '../entry/entry.ts'
import type { Link, Ports, Unsubscribe } from '../ports.ts'
import { errorOf } from './errors.ts'
import { PendingVerdicts } from './verdicts.ts'

/** How long the last message of a stream and its end may take, milliseconds. */
const LAST_MS = 5000

/** One stream. */
interface Live {
  /** Null until it is open. */
  link: Link | null
  /** What was sent ahead and is not out yet. Nothing is read before: a peer that reads nothing would have us send ever more. */
  ahead: Promise<void> | null
  readonly verdicts: PendingVerdicts
  /** Ends what waits on it. */
  readonly control: AbortController
  /** Settles the port's handler; null for one that we opened. */
  readonly settle: { resolve(): void; reject(error: Error): void } | null
}

/** What the core wants done on a stream. */
export type StreamOutput = Extract<
  Output,
  {
    kind:
      | 'open'
      | 'send'
      | 'sendAhead'
      | 'read'
      | 'verify'
      | 'verifyAhead'
      | 'awaitVerdicts'
      | 'yield'
      | 'close'
      | 'finish'
      | 'reset'
  }
>

/** What the links work for. */
export interface LinkDriver {
  readonly ports: Ports
  readonly ids: ProtocolIds
  readonly limits: DialectLimits
  nextId(): number
  feed(input: Input): void
}

/** All streams that the core has not let go of. */
export class Links {
  readonly #driver: LinkDriver
  readonly #live = new Map<number, Live>()
  /** Those whose last message is on its way. */
  readonly #finishing = new Set<AbortController>()

  constructor(driver: LinkDriver) {
    this.#driver = driver
  }

  /** Answers a protocol, where the network has it: each stream is an input. */
  serve(protocol: StreamKind): Unsubscribe {
    const { ports, ids, limits } = this.#driver
    const name = ids[protocol]
    if (name === null) return () => undefined
    return ports.streams.handle(name, limits[protocol], (link) => {
      const id = this.#driver.nextId()
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      this.#live.set(id, {
        link,
        ahead: null,
        verdicts: new PendingVerdicts(),
        control: new AbortController(),
        settle: { resolve, reject },
      })
      this.#driver.feed({ kind: 'stream', id, peerId: link.remote, protocol })
      return promise
    })
  }

  do(output: StreamOutput): void {
    const { id } = output
    switch (output.kind) {
      case 'open':
        return this.#open(id, output.peerId, output.protocol)
      case 'send':
      case 'sendAhead':
        return this.#send(output)
      case 'read':
        return this.#read(id)
      case 'verify':
        this.#verify(id, output.entries)
        return this.#awaitVerdicts(id)
      case 'verifyAhead':
        this.#verify(id, output.entries)
        return this.#yield(id)
      case 'awaitVerdicts':
        return this.#awaitVerdicts(id)
      case 'yield':
        return this.#yield(id)
      case 'close':
        return this.#close(id)
      case 'finish':
        return this.#finish(id, output.last)
      case 'reset':
        return this.reset(id, output.error)
    }
  }

  #open(id: number, peerId: PeerId, protocol: StreamKind): void {
    const { ports, ids, limits } = this.#driver
    const name = ids[protocol]
    if (name === null) throw new Error(`the network has no protocol for '${protocol}'`)
    const control = new AbortController()
    const live: Live = { link: null, ahead: null, verdicts: new PendingVerdicts(), control, settle: null }
    this.#live.set(id, live)
    ports.streams.open(peerId, name, limits[protocol], control.signal).then(
      (link) => {
        if (this.#live.get(id) !== live) return link.abort(new Cancelled('nobody waits for the stream'))
        live.link = link
        return this.#driver.feed({ kind: 'opened', id })
      },
      (error: unknown) => this.#broke(id, error),
    )
  }

  #send({ kind, id, message }: Extract<Output, { kind: 'send' | 'sendAhead' }>): void {
    const live = this.#live.get(id)
    if (live === undefined || live.link === null) return
    const sent = (): void => {
      if (kind === 'sendAhead' || this.#live.get(id) !== live) return
      this.#driver.feed({ kind: 'sent', id })
      this.#read(id)
    }
    const written = live.link.write(message, live.control.signal)
    const over = written.then(sent, (error: unknown) => this.#broke(id, error))
    if (kind === 'sendAhead') live.ahead = over
  }

  #read(id: number): void {
    const live = this.#live.get(id)
    if (live === undefined || live.link === null) return
    if (live.ahead !== null) {
      const { ahead } = live
      live.ahead = null
      void ahead.then(() => this.#read(id))
      return
    }
    live.link.read(live.control.signal).then(
      (bytes) => this.#driver.feed({ kind: 'message', id, bytes }),
      (error: unknown) => {
        if (error instanceof StreamEnded) this.#driver.feed({ kind: 'ended', id })
        else this.#broke(id, error)
      },
    )
  }

  #verify(id: number, entries: readonly UnverifiedEntry[]): void {
    const live = this.#live.get(id)
    live?.verdicts.begin(verifyEntries(entries, this.#driver.ports.signatures, live.control.signal))
  }

  #awaitVerdicts(id: number): void {
    this.#live
      .get(id)
      ?.verdicts.next()
      .then(
        (entries) => this.#driver.feed({ kind: 'verified', id, entries }),
        (error: unknown) => this.#broke(id, error),
      )
  }

  #yield(id: number): void {
    this.#driver.ports.clock.schedule(0, () => this.#driver.feed({ kind: 'resumed', id }))
  }

  /** Closes it; it is still the core's. How that goes says nothing about what came before. */
  #close(id: number): void {
    const link = this.#live.get(id)?.link ?? null
    link?.close().catch((error: unknown) => link.abort(errorOf(error)))
  }

  /** Sends what is last, and closes it. A reader that takes nothing is not waited for. */
  #finish(id: number, last: Uint8Array | null): void {
    const live = this.#take(id)
    if (live === null || live.link === null) return
    const { link, settle, control } = live
    this.#finishing.add(control)
    const cancel = this.#driver.ports.clock.schedule(LAST_MS, () =>
      control.abort(new Timeout(`the last message took longer than ${LAST_MS} ms`)),
    )
    const over = async (): Promise<void> => {
      if (last !== null) await link.write(last, control.signal)
      // The port closes those that it handed to us.
      if (settle === null) await link.close()
    }
    // Whether the port watches the signal or not.
    const { promise: late, reject } = Promise.withResolvers<never>()
    control.signal.addEventListener('abort', () => reject(errorOf(control.signal.reason)), { once: true })
    Promise.race([over(), late])
      .then(
        () => settle?.resolve(),
        (error: unknown) => {
          if (settle === null) link.abort(errorOf(error))
          else settle.reject(errorOf(error))
        },
      )
      .finally(() => {
        cancel()
        this.#finishing.delete(control)
      })
  }

  /** Ends all. */
  stop(error: Error): void {
    for (const id of this.#live.keys()) this.reset(id, error)
    for (const control of this.#finishing) control.abort(error)
  }

  reset(id: number, error: Error): void {
    const live = this.#take(id)
    if (live === null) return
    live.control.abort(error)
    if (live.settle !== null) live.settle.reject(error)
    else live.link?.abort(error)
  }

  #take(id: number): Live | null {
    const live = this.#live.get(id)
    this.#live.delete(id)
    return live ?? null
  }

  #broke(id: number, error: unknown): void {
    if (this.#live.has(id)) this.#driver.feed({ kind: 'broke', id, error: errorOf(error) })
  }
}
