import type Database from 'better-sqlite3'
import { beginsRun } from '../../shared/events.ts'
import type { DiscoveryEvent } from '../../shared/events.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { Source } from '../../shared/peer.ts'
import type { EventLog } from './event-log.ts'
import type { Among } from './health-types.ts'
import type { NumberReader } from './numbers.ts'
import { CHOSEN_AT_ONCE } from './numbers.ts'
import { textsFrom, valueFrom } from './rows.ts'
import type { PastPeer } from './types.ts'

/** The queries, by name; test/unit/store asserts the plan of each. */
export const PAST_QUERIES = {
  checkpoint: 'SELECT seq, present FROM checkpoints WHERE network = ? AND seq <= ? ORDER BY seq DESC LIMIT 1',
  steps: 'SELECT seq, kind, peer FROM events WHERE seq BETWEEN ? AND ? AND +network = ? ORDER BY seq',
  // Many at once: one by one takes ten times longer.
  details: `
    SELECT e.seq, i.id, e.detail FROM json_each(?) j CROSS JOIN events e ON e.seq = j.value
    CROSS JOIN peer_ids i ON i.num = e.peer`,
  lastKnown: `
    SELECT i.id, p.started_at, p.updated_at, p.tags, p.addresses, p.source
    FROM peers p CROSS JOIN peer_ids i ON i.num = p.peer WHERE p.network = ? AND p.peer = ? AND p.first_seen <= ?`,
} as const

/** Events that are read at once. */
const AT_ONCE = 1000

/** Who is in the catalog, by their numbers, and the number of the event that tells of their state. */
export type Present = Map<number, number>

type Detail = Pick<Extract<DiscoveryEvent, { kind: 'PeerDiscovered' }>, 'version' | 'tags' | 'addresses' | 'source'>

interface KnownRow {
  readonly id: string
  readonly started_at: number
  readonly updated_at: number
  readonly tags: string
  readonly addresses: string
  readonly source: string
}

/** Rebuilds past moments from the event log. Throws what SQLite throws. */
export class PastReader {
  readonly #numbers: NumberReader
  readonly #log: EventLog
  readonly #checkpoint
  readonly #steps
  readonly #details
  readonly #lastKnown

  constructor(db: Database.Database, numbers: NumberReader, log: EventLog) {
    this.#numbers = numbers
    this.#log = log
    this.#checkpoint = db.prepare<[number, number], { readonly seq: number; readonly present: Uint8Array }>(
      PAST_QUERIES.checkpoint,
    )
    this.#steps = db
      .prepare<[number, number, number], readonly [seq: number, kind: number, peer: number | null]>(PAST_QUERIES.steps)
      .raw()
    this.#details = db.prepare<[string], readonly [seq: number, id: string, detail: string]>(PAST_QUERIES.details).raw()
    this.#lastKnown = db.prepare<[number, number, number], KnownRow>(PAST_QUERIES.lastKnown)
  }

  /** Who was present at the moment. In steps of some milliseconds. */
  *at(networkKey: NetworkKey, at: number): Generator<void, PastPeer[]> {
    const network = this.#numbers.network(networkKey)
    const seq = this.#lookedAt(networkKey, network, at)
    if (network === null || seq === null) return []
    const result: PastPeer[] = []
    const present = yield* this.#presentAfter(network, seq)
    for (const peers of this.#resolve(network, present, at)) {
      result.push(...peers)
      yield
    }
    return result
  }

  /** How many, of some or all, were present at the moment. In steps of some milliseconds. */
  *countAt(networkKey: NetworkKey, at: number, among: Among = null): Generator<void, number> {
    const network = this.#numbers.network(networkKey)
    const seq = this.#lookedAt(networkKey, network, at)
    if (network === null || seq === null) return 0
    const present = yield* this.#presentAfter(network, seq)
    if (among === null) return present.size
    const isAmong = this.#numbers.among(among)
    let looked = 0
    let count = 0
    for (const peer of present.keys()) {
      if (isAmong(peer)) count += 1
      looked += 1
      if (looked % CHOSEN_AT_ONCE === 0) yield
    }
    return count
  }

  /** The same of several moments, in one walk over what happened between them. In steps of some milliseconds. */
  *countsAt(
    networkKey: NetworkKey,
    moments: readonly number[],
    among: Among = null,
  ): Generator<void, readonly number[]> {
    const network = this.#numbers.network(networkKey)
    if (network === null) return moments.map(() => 0)
    const seqs = moments.map((at) => this.#lookedAt(networkKey, network, at))
    const isAmong = this.#numbers.among(among)
    const counts = new Map<number, number>()
    let present: Present | null = null
    let walked = 0
    for (const seq of [...new Set(seqs)].filter((one) => one !== null).sort((a, b) => a - b)) {
      if (present === null) present = yield* this.#presentAfter(network, seq)
      else yield* this.#goOn(present, network, walked + 1, seq)
      walked = seq
      counts.set(seq, among === null ? present.size : [...present.keys()].filter(isAmong).length)
      yield
    }
    return seqs.map((seq) => (seq === null ? 0 : (counts.get(seq) ?? 0)))
  }

  /** The number of the last event up to the moment; null where nobody looked at the network then. */
  #lookedAt(networkKey: NetworkKey, network: number | null, at: number): number | null {
    const last = network === null ? null : this.#log.lastAt(network, at)
    if (last === null) return null
    // A run that was killed has no end in the log: nobody looked between its last event and the next start.
    const [told, ...next] = this.#log.after({ networkKey, after: last.seq - 1, limit: 3 }).events
    return beginsRun([told, ...next]) || (at > last.at && beginsRun(next)) ? null : last.seq
  }

  /** Brings `present` over a span of numbers, forward. */
  replay(present: Present, network: number, first: number, last: number): void {
    const effects = new Map<number, Effect>()
    for (const [id, kind] of this.#log.kinds()) {
      const effect = EFFECTS.get(id)
      if (effect !== undefined) effects.set(kind, effect)
    }
    for (const [seq, kind, peer] of this.#steps.all(first, last, network)) {
      const effect = effects.get(kind)
      if (effect === 'clear') present.clear()
      else if (effect === 'put' && peer !== null) present.set(peer, seq)
      else if (effect === 'delete' && peer !== null) present.delete(peer)
    }
  }

  /** The newest checkpoint that is not after the number: who was present, and after which event. */
  checkpoint(network: number, seq: number): { readonly seq: number; readonly present: Present } | null {
    const row = this.#checkpoint.get(network, seq)
    return row === undefined ? null : { seq: row.seq, present: decodePresent(row.present, row.seq) }
  }

  *#presentAfter(network: number, seq: number): Generator<void, Present> {
    const base = this.checkpoint(network, seq)
    const present = base?.present ?? new Map<number, number>()
    yield* this.#goOn(present, network, (base?.seq ?? 0) + 1, seq)
    return present
  }

  *#goOn(present: Present, network: number, from: number, to: number): Generator<void, void> {
    for (const [first, last] of this.#log.blocks(network, from)) {
      if (first > to) break
      this.replay(present, network, first, Math.min(last, to))
      yield
    }
  }

  *#resolve(network: number, present: Present, at: number): Iterable<readonly PastPeer[]> {
    const missing = new Map([...present].map(([peer, seq]) => [seq, peer]))
    // In the order in which they lie in the file.
    const seqs = Float64Array.from(missing.keys()).sort()
    for (let from = 0; from < seqs.length; from += AT_ONCE) {
      yield this.#details.all(JSON.stringify([...seqs.subarray(from, from + AT_ONCE)])).flatMap(([seq, id, detail]) => {
        const read = valueFrom(detail)
        // What cannot be read is taken from what is known of the peer now.
        if (typeof read !== 'object' || read === null) return []
        missing.delete(seq)
        return pastPeer(id as PeerId, read as Detail)
      })
    }
    const rest = [...missing.values()]
    for (let from = 0; from < rest.length; from += AT_ONCE) {
      yield rest.slice(from, from + AT_ONCE).flatMap((peer) => {
        // The event was so old that it is deleted; what is known of the peer now is nearest. A number that went to another
        // peer since has one that was seen later.
        const known = this.#lastKnown.get(network, peer, at)
        return known === undefined ? [] : pastFromKnown(known)
      })
    }
  }
}

type Effect = 'put' | 'delete' | 'clear'

/** What an event does to the catalog. Joining and leaving begin and end a run, which knows only what it hears itself. */
const EFFECTS: ReadonlyMap<string, Effect> = new Map<DiscoveryEvent['kind'], Effect>([
  ['PeerDiscovered', 'put'],
  ['PeerUpdated', 'put'],
  ['PeerDeparted', 'delete'],
  ['NetworkJoined', 'clear'],
  ['NetworkLeft', 'clear'],
  ['NetworkFailed', 'clear'],
])

function pastPeer(peerId: PeerId, { version, tags, addresses, source }: Detail): PastPeer {
  return { peerId, version, tags, addresses, source }
}

function pastFromKnown(row: KnownRow): PastPeer {
  return {
    peerId: row.id as PeerId,
    version: { startedAt: row.started_at, updatedAt: row.updated_at },
    tags: textsFrom(row.tags),
    addresses: textsFrom(row.addresses),
    source: row.source as Source,
  }
}

/** A checkpoint's bytes: for each peer how much its number differs from the one before, and how old its event is. */
export function encodePresent(present: Present, seq: number): Uint8Array {
  // Eight bytes hold any safe integer; a peer is two of them.
  const bytes = Buffer.allocUnsafe(present.size * 16)
  let length = 0
  const put = (value: number): void => {
    let rest = value
    while (rest > 0x7f) {
      bytes[length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    bytes[length++] = rest
  }
  let before = 0
  for (const [peer, event] of present) {
    // Zigzag: small differences of either sign are small numbers.
    put(peer >= before ? (peer - before) * 2 : (before - peer) * 2 - 1)
    put(seq - event)
    before = peer
  }
  return bytes.subarray(0, length)
}

/** The opposite of `encodePresent`. */
export function decodePresent(bytes: Uint8Array, seq: number): Present {
  const present: Present = new Map()
  let offset = 0
  const take = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 0x80) {
      const byte = bytes[offset++] ?? 0
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
  }
  let peer = 0
  while (offset < bytes.length) {
    const difference = take()
    peer += difference % 2 === 0 ? difference / 2 : -(difference + 1) / 2
    present.set(peer, seq - take())
  }
  return present
}
