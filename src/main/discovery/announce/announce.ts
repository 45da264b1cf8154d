/** Rules AN1 to AN6: entries and goodbyes over gossip. */
import { LimitExceeded, PeerscopeError } from '../../../shared/errors.ts'
import type { RejectReason } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { compareVersions } from '../../../shared/peer.ts'
import type { Context } from '../context.ts'
import { isSignedDeparture, parseDeparture, signDeparture } from './departure.ts'
import type { ParsedDeparture } from './departure.ts'
import type { SignedPeerEntry, UnverifiedEntry } from '../entry/entry.ts'
import { parseSignedEntry, verifyEntry } from '../entry/entry.ts'
import { GossipLimits } from './gossip-limits.ts'
import { announceDelay } from '../base/jitter.ts'
import type { Verdict } from '../ports.ts'
import { GOSSIP_MESSAGE_BYTES } from '../protocols.ts'
import { ownBuffer } from '../base/bytes.ts'
import { decodeMessage } from '../wire/decode.ts'
import { GossipMessage } from '../wire/generated/discovery.js'

/** What the worker does with what gossip brings. */
export interface AnnounceHandlers {
  /** Increments the local version and broadcasts it. */
  refresh(): void
  /** A verified entry that is news. */
  entry(signed: SignedPeerEntry, from: PeerId): void
  /** A verified goodbye. */
  departure(departure: ParsedDeparture): void
  /** A valid entry with our own id, from another run of our key (rule ID5). */
  clash(entry: UnverifiedEntry): void
  neighborUp(peerId: PeerId): void
  neighborDown(peerId: PeerId): void
}

/** Broadcasts are gathered for this long: several neighbors come up at once. Milliseconds. */
const GATHER_MS = 30
/** By how much the last version of an earlier run may be ahead of our start, milliseconds: versions only grow. */
const EARLIER_RUN_MS = 2000
/** Least time between two broadcasts for neighbors that came up, milliseconds. */
const GREET_EVERY_MS = 2000

/** Our part in the network's topic. */
export class Announce {
  readonly limits: GossipLimits
  readonly #context: Context
  readonly #handlers: AnnounceHandlers
  #unsubscribe: () => void = () => undefined
  #repeat = 0
  /** Rule AN3: a broadcast waits for the first neighbor. What is sent then is the newest entry. */
  #waiting = false
  #gathering = false
  #greeting = false
  #greetAt = 0
  /** The start of this run; the version's moves on where the clock was set back (rule EN2). */
  #firstStart: number | null = null

  constructor(context: Context, handlers: AnnounceHandlers) {
    this.limits = new GossipLimits(context)
    this.#context = context
    this.#handlers = handlers
  }

  async start(): Promise<void> {
    const { gossip } = this.#context.ports
    this.#firstStart = this.#context.catalog.get(this.#context.self)?.entry.version.startedAt ?? null
    this.#unsubscribe = gossip.subscribe((event) => {
      this.#context.queue.submit(() => {
        if (event.kind === 'NeighborUp') {
          this.#handlers.neighborUp(event.peerId)
          this.#greet()
        } else {
          this.#handlers.neighborDown(event.peerId)
        }
      })
    })
    await gossip.join(this.#context.ids.topic, GOSSIP_MESSAGE_BYTES, (message, from) => this.#validate(message, from))
    this.#scheduleNext()
  }

  async stop(): Promise<void> {
    this.#unsubscribe()
    await this.#context.ports.gossip.leave()
  }

  /**
   * Rule AN2, for a neighbor that came up: with a version of its own, for the mesh passes on only what is news to it, and
   * the neighbor may have the present one by a sync already.
   */
  #greet(): void {
    if (this.#greeting) return
    this.#greeting = true
    const wait = Math.max(GATHER_MS, this.#greetAt - this.#context.ports.clock.monotonic())
    this.#context.later(wait, () => {
      this.#greeting = false
      this.#greetAt = this.#context.ports.clock.monotonic() + GREET_EVERY_MS
      this.#handlers.refresh()
    })
  }

  /** Rule AN2: sends the newest own entry soon, or once there is a neighbor. */
  broadcast(): void {
    const { ports, ended } = this.#context
    if (ports.gossip.neighbors().length === 0) {
      this.#waiting = true
      return
    }
    if (this.#gathering) return
    this.#gathering = true
    this.#waiting = false
    this.#context.later(GATHER_MS, () => {
      this.#gathering = false
      const own = this.#context.catalog.get(this.#context.self)?.signed
      if (own === null || own === undefined || ended.aborted) return
      this.#repeat += 1
      const entry = { entry: ownBuffer(own.bytes), signature: ownBuffer(own.signature) }
      void this.#publish(GossipMessage.encode({ entry, repeat: this.#repeat }))
    })
  }

  /** Whether a broadcast waits for a neighbor. */
  get waiting(): boolean {
    return this.#waiting
  }

  /** Rule AN6. Resolves when the goodbye was handed on; false where there is nobody to tell. */
  async sayGoodbye(): Promise<boolean> {
    const { ports, self, networkId, secret, catalog } = this.#context
    const own = catalog.get(self)
    // A connected peer may take it though the mesh is not there yet.
    const reachable = ports.gossip.neighbors().length + ports.node.connections().length
    if (own === null || reachable === 0) return false
    const timestamp = Math.floor(ports.clock.now())
    const departure = signDeparture(
      { peerId: self, networkId, lastVersion: own.entry.version, timestamp },
      secret,
      ports.signatures,
    )
    await this.#publish(GossipMessage.encode({ departure, repeat: 0 }))
    return true
  }

  #scheduleNext(): void {
    const { config, ports } = this.#context
    this.#context.later(announceDelay(config.announceInterval, config.announceJitter, ports.random.number()), () => {
      this.#handlers.refresh()
      this.#scheduleNext()
    })
  }

  async #publish(message: Uint8Array): Promise<void> {
    const { counters, ports } = this.#context
    counters.gossipOut += 1
    counters.gossipBytesOut += message.length
    try {
      await ports.gossip.publish(message)
    } catch {
      // The mesh dissolved meanwhile: the next neighbor gets the newest entry.
      this.#waiting = true
    }
  }

  #validate(message: Uint8Array, from: PeerId): Verdict {
    const { counters, ended } = this.#context
    if (ended.aborted) return 'ignore'
    counters.gossipIn += 1
    counters.gossipBytesIn += message.length
    if (!this.limits.admits(from)) return 'ignore'
    const verdict = this.#judge(message, from)
    if (verdict === 'reject') this.limits.offence(from)
    return verdict
  }

  /** Rules AN4, AN5: the cheap checks come first, the signature last. */
  #judge(message: Uint8Array, from: PeerId): Verdict {
    try {
      const decoded = this.#decode(message)
      if (decoded.entry !== undefined) return this.#validateEntry(decoded.entry, from)
      if (decoded.departure !== undefined) return this.#validateDeparture(decoded.departure)
      this.#context.reject(null, 'Malformed', 'gossip', 'an empty message')
      return 'reject'
    } catch (error) {
      if (!(error instanceof PeerscopeError)) throw error
      this.#context.reject(null, reasonOf(error), 'gossip', error.message)
      return 'reject'
    }
  }

  #decode(message: Uint8Array): GossipMessage {
    const known = decodedMessages.get(message)
    if (known !== undefined) return known
    if (message.length > GOSSIP_MESSAGE_BYTES)
      throw new LimitExceeded('bytes a message', GOSSIP_MESSAGE_BYTES, message.length)
    const decoded = decodeMessage(GossipMessage, message)
    decodedMessages.set(message, decoded)
    return decoded
  }

  #validateEntry(wire: { entry: Uint8Array; signature: Uint8Array }, from: PeerId): Verdict {
    const { catalog, config, networkId, ports, self, counters } = this.#context
    const unverified = parsedEntry(wire)
    const { peerId, version, networkId: theirs } = unverified.entry
    const now = ports.clock.now()
    if (theirs !== networkId) return this.#ignore(peerId, 'DifferentNetwork')
    if (peerId === self) return this.#validateOwn(unverified)
    if (version.updatedAt - now > config.maxTimeDrift) return this.#ignore(peerId, 'FromTheFuture')
    if (now - version.updatedAt > config.maxTimeDrift) return this.#ignore(peerId, 'Outdated')
    const outcome = catalog.outcomeOf(peerId, version, theirs, now)
    if (outcome !== 'New' && outcome !== 'Updated') {
      counters.refuse(outcome)
      return 'ignore'
    }
    if (outcome === 'New' && !this.limits.admitsNewcomer(from)) return 'ignore'
    counters.signaturesVerified += 1
    const signed = verifyEntry(unverified, ports.signatures)
    if (!this.limits.admitsVersion(peerId)) return 'ignore'
    this.#context.heard()
    this.#context.queue.submit(() => this.#handlers.entry(signed, from))
    return 'accept'
  }

  #validateOwn(unverified: UnverifiedEntry): Verdict {
    const { catalog, self, ports } = this.#context
    const own = catalog.get(self)?.entry.version
    const { startedAt, updatedAt } = unverified.entry.version
    // Our own broadcast coming back: of this run, or of an earlier one that somebody still has (rule ID5).
    if (own === undefined || this.#firstStart === null) return 'ignore'
    const ofThisRun = startedAt >= this.#firstStart && startedAt <= own.startedAt
    const ofEarlierRun = startedAt < this.#firstStart && updatedAt <= this.#firstStart + EARLIER_RUN_MS
    if (ofThisRun || ofEarlierRun) return 'ignore'
    this.#context.counters.signaturesVerified += 1
    verifyEntry(unverified, ports.signatures)
    this.#context.queue.submit(() => this.#handlers.clash(unverified))
    return 'ignore'
  }

  #validateDeparture(wire: { departure: Uint8Array; signature: Uint8Array }): Verdict {
    const { catalog, config, networkId, ports, self, counters } = this.#context
    const departure = parseDeparture(wire.departure, wire.signature)
    const now = ports.clock.now()
    if (departure.networkId !== networkId) return this.#ignore(departure.peerId, 'DifferentNetwork')
    if (departure.peerId === self || Math.abs(departure.timestamp - now) > config.maxTimeDrift) {
      counters.refuse('Departure')
      return 'ignore'
    }
    const known = catalog.get(departure.peerId)
    if (known === null) return 'ignore'
    // Rule WK7, before it costs a signature and is passed on: an old goodbye can be repeated for as long as it is fresh.
    if (compareVersions(known.entry.version, departure.lastVersion) > 0) {
      counters.refuse('Departure')
      return 'ignore'
    }
    counters.signaturesVerified += 1
    if (!isSignedDeparture(wire.departure, wire.signature, departure.peerId, ports.signatures)) {
      this.#context.reject(departure.peerId, 'BadSignature', 'gossip', 'a goodbye that the peer did not sign')
      return 'reject'
    }
    this.#context.heard()
    this.#context.queue.submit(() => this.#handlers.departure(departure))
    return 'accept'
  }

  #ignore(peerId: PeerId, reason: RejectReason): Verdict {
    this.#context.reject(peerId, reason, 'gossip', 'announced')
    return 'ignore'
  }
}

/** Messages are passed on as one object within a process: what one node decoded the others need not decode again. */
const decodedMessages = new WeakMap<Uint8Array, GossipMessage>()

/** Entries by the bytes they were decoded from, for the same reason. */
const parsed = new WeakMap<Uint8Array, UnverifiedEntry>()

function parsedEntry(wire: { entry: Uint8Array; signature: Uint8Array }): UnverifiedEntry {
  const known = parsed.get(wire.entry)
  if (known !== undefined) return known
  const entry = parseSignedEntry(wire.entry, wire.signature)
  parsed.set(wire.entry, entry)
  return entry
}

/** The reason that is told for an error of decoding or verifying. */
export function reasonOf(error: PeerscopeError): RejectReason {
  if (error.code === 'BadSignature' || error.code === 'LimitExceeded' || error.code === 'DifferentNetwork')
    return error.code
  return 'Malformed'
}
