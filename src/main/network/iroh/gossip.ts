/** The Gossip port on iroh: the machine of gossip/, over streams on connections for announcements (rules MO34 to MO37). */
import { Cancelled, LimitExceeded, PeerscopeError } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { bytes32From } from '../../../shared/ids.ts'
import { irohAddressOf, plainUrlOf, textOfIrohAddress } from '../../../shared/iroh-address.ts'
import type { Clock, Gossip, GossipEvent, Random, Unsubscribe, Verdict } from '../../discovery/ports.ts'
import type { AddressBook } from './address-book.ts'
import { SUCCESS } from './errors.ts'
import { IROH_GOSSIP } from './gossip/config.ts'
import type { Input, Output } from './gossip/io.ts'
import { GossipMachine } from './gossip/machine.ts'
import { decodePeerData, encodePeerData } from './gossip/peer-data.ts'
import { decodeHeader, decodeMessage, encodeHeader, encodeMessage, frameOf, maxContentBytes } from './gossip/wire.ts'
import { readStreams } from './inlet.ts'
import type { LineEnd } from './line.ts'
import { Line } from './line.ts'
import type { Meetings } from './meetings.ts'
import type { Wire } from './wire.ts'

/** Largest content that goes out. */
const MOST_BYTES = maxContentBytes(IROH_GOSSIP.maxMessageBytes)
/** With fewer neighbors than this, those whom discovery connected to are asked to be ours. */
const FEW = 4
/** Dials of gossip's own that run at once; others are given up, and the mesh finds other members. */
const DIALS = 8
/** How long a peer may take to notice that we are neighbors no more, before its connection is closed, milliseconds. */
const FAREWELL_MS = 1000
/** How long a neighbor that ended its stream may take to begin another, milliseconds. */
const SILENT_MS = 5000

/** What gossip is made of. */
export interface GossipParts {
  readonly peerId: PeerId
  readonly clock: Clock
  readonly random: Random
  readonly meetings: Meetings
  readonly book: AddressBook
  /** Whether the node runs. */
  isRunning(): boolean
  /** Our own addresses. */
  addresses(): readonly string[]
  /** Connects for announcements, by addresses that the mesh or the catalog names, where these do not rest (rule AD7). */
  connect(peerId: PeerId): Promise<Wire>
  /** A message was too large, or none. */
  refused(): void
  /** Whether members of the mesh are told where we are; in tests a line of nodes must not become a triangle. */
  readonly tellsAddresses?: boolean
}

/** One joined topic. */
interface Topic {
  readonly machine: GossipMachine
  readonly id: Uint8Array
  readonly header: Uint8Array
  readonly maxBytes: number
  readonly validate: (message: Uint8Array, from: PeerId) => Verdict
  readonly lines: Map<PeerId, Line>
  readonly inputs: Input[]
  cancelTimer: Unsubscribe
}

/** The Gossip port of one node. */
export class IrohGossip implements Gossip {
  readonly #parts: GossipParts
  readonly #listeners = new Set<(event: GossipEvent) => void>()
  readonly #neighbors = new Set<PeerId>()
  /** How many streams of our topic come over a connection; nothing for one that never had any. */
  readonly #streams = new WeakMap<Wire, number>()
  #topic: Topic | null = null
  #stepping = false
  #dials = 0

  constructor(parts: GossipParts) {
    this.#parts = parts
    parts.meetings.subscribe({
      opened: (wire) => this.#opened(wire),
      closed: ({ remote }, last) => {
        if (last) this.#feed({ kind: 'disconnected', peer: remote, reached: true })
        // iroh-gossip forgets a peer whose newest connection ended, whatever others there are.
        else this.#watch(remote)
      },
    })
  }

  // The port's promises: what is wrong is a rejection.
  // oxlint-disable-next-line typescript/require-await
  async join(
    topic: string,
    maxMessageBytes: number,
    validate: (message: Uint8Array, from: PeerId) => Verdict,
  ): Promise<void> {
    if (this.#topic !== null) return
    const { peerId, random, meetings } = this.#parts
    if (!this.#parts.isRunning()) throw new Cancelled('the node does not run')
    const id = bytes32From(topic)
    this.#topic = {
      machine: new GossipMachine(peerId, random),
      id,
      header: encodeHeader(id),
      maxBytes: maxMessageBytes,
      validate,
      lines: new Map(),
      inputs: [],
      cancelTimer: () => undefined,
    }
    this.tellAddresses()
    const peers = meetings.peers().slice(0, FEW)
    if (peers.length > 0) this.#feed({ kind: 'join', peers })
  }

  async leave(): Promise<void> {
    const topic = this.#topic
    if (topic === null) return
    const lines = [...topic.lines.values()]
    this.#feed({ kind: 'quit' })
    this.#end(topic)
    // The last words go out before the connections do.
    await Promise.race([Promise.all(lines.map((line) => line.finish())), this.#after(FAREWELL_MS)])
  }

  /** The node is at its end: nothing can be said any more. */
  halt(): void {
    if (this.#topic !== null) this.#end(this.#topic)
  }

  /** @throws LimitExceeded for one that iroh-gossip does not carry */
  // oxlint-disable-next-line typescript/require-await
  async publish(message: Uint8Array): Promise<void> {
    // Before it is an input: as one of several it would be another one's error.
    if (message.length > MOST_BYTES) throw new LimitExceeded('bytes a gossip message', MOST_BYTES, message.length)
    this.#feed({ kind: 'broadcast', content: message, reach: 'Swarm' })
  }

  neighbors(): readonly PeerId[] {
    return [...this.#neighbors]
  }

  subscribe(listener: (event: GossipEvent) => void): Unsubscribe {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Where we are may have changed. */
  tellAddresses(): void {
    if (this.#parts.tellsAddresses !== false) this.#feed({ kind: 'data', data: dataOf(this.#parts.addresses()) })
  }

  #end(topic: Topic): void {
    topic.cancelTimer()
    this.#topic = null
    for (const peerId of this.#neighbors) this.#tell('NeighborDown', peerId)
  }

  #opened(wire: Wire): void {
    void readStreams(wire, {
      clock: this.#parts.clock,
      maxFrameBytes: IROH_GOSSIP.maxMessageBytes,
      isOurs: (header) => this.#isOurs(wire, header),
      frame: (bytes, { remote }) => this.#feed({ kind: 'message', from: remote, message: decodeMessage(bytes) }),
      refused: () => this.#parts.refused(),
      ours: (from, count) => this.#hears(from, count),
    })
    // Whoever dialed us asks us, if it wants to.
    if (wire.direction === 'outbound' && this.#neighbors.size < FEW && !this.#isAsked(wire.remote))
      this.#feed({ kind: 'join', peers: [wire.remote] })
  }

  /**
   * Rule MO38: so many streams of our topic come over the connection. A neighbor whose last one ended may go on over another
   * connection, where a stream begins with its next message. With none but this it takes no part in the mesh any longer.
   */
  #hears(wire: Wire, count: number): void {
    this.#streams.set(wire, count)
    if (count === 0) this.#watch(wire.remote)
  }

  /** Looks a little later whether the neighbor still says something. */
  #watch(peer: PeerId): void {
    const topic = this.#topic
    if (topic === null || !this.#neighbors.has(peer)) return
    this.#parts.clock.schedule(SILENT_MS, () => {
      const wire = this.#parts.meetings.of(peer)
      const isSilent = wire !== null && this.#parts.meetings.isOnly(wire) && (this.#streams.get(wire) ?? 0) === 0
      if (this.#topic !== topic || !isSilent || !this.#neighbors.has(peer)) return
      this.#feed({ kind: 'disconnected', peer, reached: true })
      this.#letGo(topic, peer)
    })
  }

  /** Without a topic the connection ends: whose stream is refused says nothing over the connection from then on. */
  #isOurs(wire: Wire, header: Uint8Array): boolean {
    if (this.#topic === null) wire.close(SUCCESS)
    return this.#topic !== null && Buffer.compare(decodeHeader(header), this.#topic.id) === 0
  }

  /** It is one that the machine itself had dialed. */
  #isAsked(peerId: PeerId): boolean {
    return this.#topic?.lines.has(peerId) === true
  }

  /** One input after the other: what comes of one may be the next. */
  #feed(input: Input): void {
    const topic = this.#topic
    if (topic === null) return
    topic.inputs.push(input)
    if (this.#stepping) return
    this.#stepping = true
    try {
      for (let next = topic.inputs.shift(); next !== undefined; next = topic.inputs.shift()) {
        for (const output of topic.machine.step(next, this.#parts.clock.monotonic())) this.#run(topic, output)
      }
    } finally {
      this.#stepping = false
    }
  }

  #run(topic: Topic, output: Output): void {
    const { clock, book } = this.#parts
    switch (output.kind) {
      case 'send':
        return this.#line(topic, output.peer).send(frameOf(encodeMessage(output.message)))
      case 'disconnect':
        return this.#letGo(topic, output.peer)
      case 'neighborUp':
        return this.#tell('NeighborUp', output.peer)
      case 'neighborDown':
        return this.#tell('NeighborDown', output.peer)
      case 'peerData':
        return book.learn(output.peer, addressesIn(output.data), 'rumored')
      case 'received':
        return this.#judge(topic, output)
      case 'timer':
        topic.cancelTimer()
        if (output.at !== null)
          topic.cancelTimer = clock.schedule(Math.max(0, output.at - clock.monotonic()), () =>
            this.#feed({ kind: 'time' }),
          )
        return
      default:
        return output satisfies never
    }
  }

  /** What is rejected goes no further; what was only ignored does: that we had it already says nothing of others (rule MO36). */
  #judge(topic: Topic, { id, content, from }: Extract<Output, { kind: 'received' }>): void {
    const isTooLarge = content.length > topic.maxBytes
    if (isTooLarge) this.#parts.refused()
    const passOn = !isTooLarge && topic.validate(Uint8Array.from(content), from) !== 'reject'
    this.#feed({ kind: 'judged', id, passOn })
  }

  #line(topic: Topic, peerId: PeerId): Line {
    const known = topic.lines.get(peerId)
    if (known !== undefined) return known
    const { meetings } = this.#parts
    const line: Line = new Line(
      peerId,
      { header: topic.header, current: (peer) => meetings.of(peer), connect: (peer) => this.#connect(peer) },
      (how) => this.#lineEnded(topic, peerId, line, how),
    )
    topic.lines.set(peerId, line)
    return line
  }

  #lineEnded(topic: Topic, peerId: PeerId, line: Line, how: LineEnd): void {
    if (how === 'slow') this.#parts.refused()
    const current = topic.lines.get(peerId)
    // It was let go, and another took its place meanwhile.
    if (current !== undefined && current !== line) return
    topic.lines.delete(peerId)
    const wire = this.#parts.meetings.of(peerId)
    // What is left of the connection ends too: the machine is told then.
    if (wire !== null) wire.close(SUCCESS)
    else if (this.#topic === topic) this.#feed({ kind: 'disconnected', peer: peerId, reached: false })
  }

  /** Rule MO35. */
  async #connect(peerId: PeerId): Promise<Wire> {
    if (!this.#parts.isRunning()) throw new Cancelled('the node does not run')
    if (this.#dials >= DIALS) throw new Cancelled('enough dials run')
    this.#dials += 1
    try {
      return await this.#parts.connect(peerId)
    } catch (error) {
      throw error instanceof PeerscopeError ? error : new Cancelled(`${peerId} cannot be reached`, { cause: error })
    } finally {
      this.#dials -= 1
    }
  }

  /** Neighbors no more: the stream ends, then the connection, unless it serves the topic again by then. */
  #letGo(topic: Topic, peerId: PeerId): void {
    const line = topic.lines.get(peerId)
    topic.lines.delete(peerId)
    const close = (): void => {
      const isNeeded = topic.lines.has(peerId) || this.#neighbors.has(peerId)
      if (!isNeeded) this.#parts.meetings.of(peerId)?.close(SUCCESS)
    }
    void Promise.race([line?.finish() ?? Promise.resolve(), this.#after(FAREWELL_MS)]).then(close)
  }

  #tell(kind: GossipEvent['kind'], peerId: PeerId): void {
    if (kind === 'NeighborUp') this.#neighbors.add(peerId)
    else if (!this.#neighbors.delete(peerId)) return
    for (const listener of this.#listeners) listener({ kind, peerId })
  }

  #after(ms: number): Promise<void> {
    return new Promise((resolve) => this.#parts.clock.schedule(ms, resolve))
  }
}

/** What members of the mesh tell each other of where we are. */
function dataOf(addresses: readonly string[]): Uint8Array {
  const parsed = addresses.flatMap((address) => irohAddressOf(address) ?? [])
  return encodePeerData({
    relay: parsed.find((one) => one.kind === 'relay')?.url ?? null,
    addresses: parsed.flatMap((one) => (one.kind === 'ip' ? [{ ip: Uint8Array.from(one.bytes), port: one.port }] : [])),
  })
}

/** Where a peer is said to be; nothing where the data is none. */
function addressesIn(data: Uint8Array): readonly string[] {
  try {
    const { relay, addresses } = decodePeerData(data)
    const direct = addresses.map(({ ip, port }) => textOfIrohAddress({ kind: 'ip', bytes: Array.from(ip), port }))
    const isRelay = relay !== null && plainUrlOf(relay) !== null
    return isRelay ? [...direct, textOfIrohAddress({ kind: 'relay', url: relay })] : direct
  } catch {
    return []
  }
}
