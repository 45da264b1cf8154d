/** A core by itself: inputs in, outputs out, no ports around it, and a clock that the test moves. */
import type { Dialect } from '../../../src/main/discovery/dialect.ts'
import type { KnownPlace } from '../../../src/main/discovery/bootstrap/known-places.ts'
import { Core } from '../../../src/main/discovery/core/core.ts'
import type { Command, Input, Moment, Output, StreamKind } from '../../../src/main/discovery/core/io.ts'
import type { Verbosity } from '../../../src/main/discovery/core/log.ts'
import type { SignedPeerEntry } from '../../../src/main/discovery/entry/entry.ts'
import { signEntry } from '../../../src/main/discovery/entry/entry.ts'
import type { Connection, DialTarget, Random, Verdict } from '../../../src/main/discovery/ports.ts'
import type { DiscoveryConfig } from '../../../src/shared/config.ts'
import { resolveConfig } from '../../../src/shared/config.ts'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { networkIdFrom } from '../../../src/shared/ids.ts'
import type { PeerEntry, Version } from '../../../src/shared/peer.ts'
import { SeededRandom } from '../../sim/random.ts'
import { addressHere, announcement, dialect, goodbye, pong, SAME } from './dialect.ts'
import { entryOf, idOf, secretOf, signatures } from './entries.ts'

/** The time at which a bench begins, milliseconds since the epoch. */
export const NOW = 1_750_000_000_000
const networkId = networkIdFrom('core')

/** Nothing happens by itself. */
const QUIET = {
  announceInterval: 3_600_000,
  rttProbeInterval: 3_600_000,
  rttDialInterval: 3_600_000,
  purgeAfter: 86_400_000,
}

/** An address that the peer of an entry can be dialed at. */
export const REACHABLE = { addresses: [addressHere('/ip4/127.0.0.1/tcp/9')] }

/** How a bench is set up. */
export interface BenchOptions {
  /** Default: that of the run. */
  readonly dialect?: Dialect
  readonly protocolVersion?: string
  readonly tags?: readonly string[]
  readonly verbosity?: Verbosity
  readonly config?: Partial<DiscoveryConfig>
  readonly given?: readonly DialTarget[]
  readonly known?: readonly KnownPlace[]
  readonly dht?: boolean
  readonly random?: Random
}

/** Names of peers, the first of which have ids that are smaller, or larger, than that of the core. */
export function named(which: 'smaller' | 'larger', count: number): string[] {
  const names: string[] = []
  const self = idOf('me')
  for (let index = 0; names.length < count; index += 1) {
    const name = `${which} ${index}`
    if (idOf(name) < self === (which === 'smaller')) names.push(name)
  }
  return names
}

/** A core, and a clock that the test moves. After each step the core is checked. */
export class Bench {
  readonly core: Core
  readonly outputs: Output[] = []
  /** By how much the clock is off, milliseconds. */
  skew = 0
  #ms = 0
  #stream = 1_000_000
  readonly #opened = new Set<number>()

  constructor(options: BenchOptions = {}) {
    const { verbosity = 'none', config = {}, given = [], known = [], dht = false, random, protocolVersion } = options
    const spoken = options.dialect ?? dialect
    this.core = new Core(
      {
        self: idOf('me'),
        networkId,
        secret: secretOf('me'),
        config: resolveConfig({ ...QUIET, ...config }),
        tags: options.tags ?? [],
        random: random ?? new SeededRandom(1),
        signatures,
        dialect: spoken,
        ...(protocolVersion === undefined ? {} : { protocolVersion }),
        verbosity,
        moment: this.moment(),
      },
      { given, known },
      { dht },
    )
  }

  static online(options: BenchOptions = {}): Bench {
    const bench = new Bench(options)
    bench.step({ kind: 'online', addresses: [addressHere('/ip4/127.0.0.1/tcp/1')] })
    bench.step({ kind: 'joined' })
    if (options.given === undefined && options.known === undefined && options.dht !== true) bench.take()
    return bench
  }

  /** Since the beginning, milliseconds. */
  get ms(): number {
    return this.#ms
  }

  moment(): Moment {
    return { now: NOW + this.#ms + this.skew, monotonic: this.#ms }
  }

  step(input: Input): readonly Output[] {
    if (input.kind === 'opened') this.#opened.add(input.id)
    const outputs = this.core.step(input, this.moment())
    this.outputs.push(...outputs)
    const wrong = this.core.check()
    if (wrong.length > 0) throw new Error(wrong.join('\n'))
    return outputs
  }

  /** Lets time pass, with each timer at its time. */
  pass(ms: number): void {
    const until = this.#ms + ms
    for (;;) {
      const at = this.core.env.timers.next()
      if (at === null || at > until) break
      this.#ms = Math.max(this.#ms, at)
      this.step({ kind: 'time' })
    }
    this.#ms = until
  }

  /** Lets time pass in which nothing runs: the timers come late. */
  stall(ms: number): void {
    this.#ms += ms
  }

  /** The outputs since the last call. */
  take(): Output[] {
    return this.outputs.splice(0)
  }

  /** Those of one kind. */
  taken<K extends Output['kind']>(kind: K): Extract<Output, { kind: K }>[] {
    return this.take().filter((output): output is Extract<Output, { kind: K }> => output.kind === kind)
  }

  /** The events since outputs were taken last. */
  events(): DiscoveryEvent[] {
    return this.taken('tell').flatMap(({ told }) => (told.kind === 'event' ? [told.event] : []))
  }

  signed(name: string, changes: Partial<PeerEntry> = {}): SignedPeerEntry {
    const at = this.moment().now
    const base = { networkId, version: { startedAt: Math.floor(at), updatedAt: Math.floor(at) } }
    return signEntry(entryOf(name, { ...base, ...changes }), secretOf(name), signatures, this.core.env.dialect)
  }

  feed(name: string, changes: Partial<PeerEntry> = {}): PeerId {
    this.command({ kind: 'feed', signed: this.signed(name, changes) })
    return idOf(name)
  }

  connect(peerId: PeerId, direction: Connection['direction'] = 'outbound'): PeerId {
    const connection = { peerId, remoteAddress: addressHere('/ip4/127.0.0.1/tcp/2'), direction, openedAt: NOW }
    this.step({ kind: 'connected', connection })
    return peerId
  }

  command(command: Command): number {
    const id = this.core.env.nextId()
    this.step({ kind: 'command', id, command })
    return id
  }

  /** A gossip message with the entry of a peer comes. */
  announce(signed: SignedPeerEntry, from: PeerId = idOf('somebody')): Verdict {
    return this.gossip(announcement(signed), from)
  }

  gossip(message: Uint8Array, from: PeerId = idOf('somebody')): Verdict {
    const verdict = this.step({ kind: 'gossip', message, from }).find((output) => output.kind === 'verdict')
    if (verdict?.kind !== 'verdict') throw new Error('there is no verdict')
    return verdict.verdict
  }

  /** The peer says goodbye; `by` is whose signature it has. */
  goodbye(name: string, lastVersion: Version, { by = name, offsetMs = 0 } = {}): Verdict {
    const timestamp = Math.floor(this.moment().now) + offsetMs
    return this.gossip(goodbye({ peerId: idOf(name), networkId, lastVersion, timestamp }, secretOf(by)))
  }

  /** A peer opens a stream to us. @returns its id */
  stream(peerId: PeerId, protocol: StreamKind): number {
    this.#stream += 1
    this.step({ kind: 'stream', id: this.#stream, peerId, protocol })
    return this.#stream
  }

  /** The streams that the core opened and that are in `outputs` still, for one protocol. */
  opened(protocol: StreamKind): { readonly id: number; readonly peerId: PeerId }[] {
    return this.outputs.flatMap((output) => (output.kind === 'open' && output.protocol === protocol ? [output] : []))
  }

  /** The id of the stream of that kind that the core opened last. */
  lastStream(protocol: StreamKind): number {
    const last = this.opened(protocol).at(-1)
    if (last === undefined) throw new Error(`no stream for a ${protocol} was opened`)
    return last.id
  }

  /** The first sync of the node went well: the next ones run side by side (rule WK12). */
  syncFirst(): this {
    const peerId = this.connect(idOf('the first one'))
    this.finishSync(this.lastStream('sync'))
    this.step({ kind: 'disconnected', peerId })
    this.take()
    return this
  }

  /** A connected neighbor, which holds the same: nothing else is due with it. */
  neighbor(peerId: PeerId): void {
    this.connect(peerId)
    this.step({ kind: 'neighborUp', peerId })
    // The first one, and where it may have come too early another (rule SY11).
    for (const ms of [0, 500]) {
      this.pass(ms)
      for (const { id } of this.opened('sync')) this.finishSync(id)
      this.take()
    }
  }

  /** The other side of a sync that we began holds the same. */
  finishSync(id: number): void {
    if (!this.#opened.has(id)) this.step({ kind: 'opened', id })
    this.step({ kind: 'sent', id })
    this.step({ kind: 'message', id, bytes: SAME })
  }

  /** The answer to a ping of ours. */
  pong(id: number, signed: SignedPeerEntry): void {
    this.step({ kind: 'message', id, bytes: pong(signed) })
  }

  /** The dials among the outputs, by their first address, taken. */
  dialed(): string[] {
    return this.taken('dial').map(({ target }) => target.addresses[0] ?? '')
  }
}

/** A random source that gives what it is told to, over and over. */
export function fixedRandom(...numbers: number[]): Random {
  let at = 0
  return {
    number: () => {
      at += 1
      return numbers[(at - 1) % numbers.length] ?? 0
    },
    bytes: (length) => new Uint8Array(length),
  }
}
