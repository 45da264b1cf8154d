import type { NetworkKey } from '../../shared/network-kind.ts'
import { networkKeyOf } from '../../shared/network-kind.ts'
import { weightOfWrite } from './weight.ts'
import type { PeerGone, Write } from './writes.ts'

/** Most records that are kept while the database cannot be written; beyond that the oldest history is dropped. */
export const MAX_UNSAVED = 20_000
/** Most peers that are kept while the database cannot be written. */
export const MAX_UNSAVED_PEERS = 60_000
/** Most memory that they may take, estimated bytes. */
export const MAX_UNSAVED_BYTES = 64 * 1024 * 1024
/** How many are dropped at once. */
export const DROPPED_AT_ONCE = 1000

type PutPeer = Extract<Write, { kind: 'peer' }>
type PeerWrite = PutPeer | PeerGone
type LogWrite = Exclude<Write, PeerWrite>

/**
 * What was written since the last commit, to be written again where that commit fails. Never read for anything else.
 * Several states of one peer are one.
 */
export class Unsaved {
  /** By network and peer; the oldest first. */
  readonly #peers = new Map<string, PeerWrite>()
  #log: LogWrite[] = []
  #dropped = 0
  /** Estimated bytes of all. */
  #bytes = 0

  get size(): number {
    return this.#peers.size + this.#log.length
  }

  /** How many records were given up since the start. */
  get dropped(): number {
    return this.#dropped
  }

  add(write: Write): void {
    if (isOfPeer(write)) this.#addPeer(write)
    else {
      if (write.kind === 'forget') this.#removeNetwork(write.networkKey)
      this.#log.push(write)
      this.#bytes += weightOfWrite(write)
    }
    this.#bound()
  }

  /**
   * All, in an order in which they can be written: a network is forgotten before anything new is known of it. Peers come
   * next, whose records do not depend on others.
   */
  *writes(): Iterable<Write> {
    for (const write of this.#log) if (write.kind === 'forget') yield write
    yield* this.#peers.values()
    for (const write of this.#log) if (write.kind !== 'forget') yield write
  }

  /** The first so many of `writes`. */
  first(count: number): Write[] {
    const first: Write[] = []
    for (const write of this.writes()) {
      if (first.length === count) break
      first.push(write)
    }
    return first
  }

  /** Takes out what `first` gave, once it is saved. A newer state of a peer stays. */
  remove(saved: readonly Write[]): void {
    const gone = new Set(saved)
    for (const write of saved) {
      if (!isOfPeer(write)) continue
      const key = keyOf(write)
      if (this.#peers.get(key) === write) this.#peers.delete(key)
    }
    this.#log = this.#log.filter((write) => !gone.has(write))
    this.#weigh()
  }

  clear(): void {
    this.#peers.clear()
    this.#log = []
    this.#bytes = 0
  }

  #addPeer(write: PeerWrite): void {
    const key = keyOf(write)
    const before = this.#peers.get(key)
    const next = before?.kind === 'peer' ? merged(before, write) : write
    this.#peers.set(key, next)
    this.#bytes += weightOfWrite(next) - (before === undefined ? 0 : weightOfWrite(before))
  }

  #removeNetwork(networkKey: NetworkKey): void {
    for (const [key, write] of this.#peers) if (write.networkKey === networkKey) this.#peers.delete(key)
    this.#log = this.#log.filter((write) => networkOf(write) !== networkKey)
    this.#weigh()
  }

  #bound(): void {
    if (this.#peers.size > MAX_UNSAVED_PEERS) this.#dropPeers()
    if (this.#log.length > MAX_UNSAVED) this.#dropHistory()
    if (this.#bytes > MAX_UNSAVED_BYTES) {
      this.#dropPeers()
      this.#dropHistory()
    }
  }

  /** The ones that were kept first. */
  #dropPeers(): void {
    const before = this.#peers.size
    for (const key of this.#peers.keys()) {
      if (before - this.#peers.size === DROPPED_AT_ONCE) break
      this.#peers.delete(key)
    }
    this.#dropped += before - this.#peers.size
    this.#weigh()
  }

  /** The oldest. Identity, settings, networks and notes are few and precious: they stay. */
  #dropHistory(): void {
    let left = DROPPED_AT_ONCE
    const before = this.#log.length
    this.#log = this.#log.filter((write) => !HISTORY.has(write.kind) || left-- <= 0)
    this.#dropped += before - this.#log.length
    this.#weigh()
  }

  #weigh(): void {
    this.#bytes = 0
    for (const write of this.#peers.values()) this.#bytes += weightOfWrite(write)
    for (const write of this.#log) this.#bytes += weightOfWrite(write)
  }
}

const HISTORY: ReadonlySet<LogWrite['kind']> = new Set<LogWrite['kind']>([
  'event',
  'event-again',
  'rtt',
  'loop-delay',
  'version',
  'session-started',
  'session-ended',
  'sessions-closed',
  'sessions-moved',
  'topology',
  'journal',
])

function isOfPeer(write: Write): write is PeerWrite {
  return write.kind === 'peer' || write.kind === 'peer-gone'
}

function keyOf(write: PeerWrite): string {
  return `${write.networkKey} ${write.kind === 'peer' ? write.peer.peerId : write.peerId}`
}

function merged(before: PutPeer, write: PeerWrite): PutPeer {
  if (write.kind === 'peer-gone')
    return { ...before, peer: { ...before.peer, state: write.state, departureReason: write.reason } }
  const firstSeen = Math.min(before.peer.firstSeen, write.peer.firstSeen)
  return { ...write, peer: { ...write.peer, firstSeen } }
}

function networkOf(write: LogWrite): NetworkKey | null {
  if (write.kind === 'network') return networkKeyOf(write.network)
  return 'networkKey' in write ? write.networkKey : null
}
