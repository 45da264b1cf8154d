/**
 * Rule CT8: how much the catalog holds, and who makes room in it. What each entry costs counts against the source that brought
 * it first: the neighbor, or the group of addresses that it speaks from. What we had to do with ourselves, and what is known
 * for long, is settled; the rest are passers-by. So whatever one source brings in a flood pushes out what it brought.
 */
import { LazyHeap } from '../base/lazy-heap.ts'
import { costOf } from '../entry/cost.ts'
import type { CatalogPeer } from '../handle.ts'
import type { PeerRecord, PeerTable, Place, PlaceSource, Standing } from '../core/peers.ts'

/** Sources that are told apart; all others are one. */
const SOURCES = 256
const OTHERS = 'others'
/** Steps that one search for room may make, and peers that one newcomer may displace. */
const STEPS = 1000
const DISPLACED_AT_ONCE = 64
/** Later than any silence: whom we are connected to makes no room. */
const CONNECTED = 1e15

/** A peer that was looked at while room was searched for. */
interface Looked {
  readonly record: PeerRecord
  readonly place: Place
}

/** What the newcomer needs. */
export interface Need {
  /** Who brings it. */
  readonly from: string
  /** Estimated bytes that must become free. */
  readonly bytes: number
  /** Peers that must go. */
  readonly peers: number
  /** Who is not to go for it. */
  readonly except: PeerRecord | null
}

/** Keeps the costs of one catalog's entries, all but our own; each in the record of its peer. */
export class Room {
  readonly #peers: PeerTable
  readonly #sources = new Map<string, PlaceSource>()
  readonly #cost: Record<Standing, number> = { passing: 0, settled: 0 }
  /** The source that has most of what is settled. Null where it has to be looked for. */
  #mostSettled: PlaceSource | null = null

  constructor(peers: PeerTable) {
    this.#peers = peers
  }

  /** Estimated bytes of all entries. */
  get cost(): number {
    return this.#cost.passing + this.#cost.settled
  }

  /** Sources that what is kept came from. */
  get sources(): number {
    return this.#sources.size
  }

  /**
   * Whether somebody may go for a newcomer that `from` brings. Whether anybody does only the search tells. Asked for each entry that a
   * peer names: it does not go over all sources while nothing changes.
   */
  mayYield(from: string): boolean {
    if (this.#cost.passing > 0) return true
    this.#mostSettled ??= this.#largest('settled')
    return this.#isHog(this.#mostSettled, from)
  }

  /** An entry came, the first of its peer or a newer one. Who brought the first one answers for all. */
  put(record: PeerRecord, cost: number, from: string): void {
    const known = record.place
    if (known !== null) {
      this.#add(known, cost - known.cost)
      known.cost = cost
      return
    }
    const place: Place = { source: this.#source(from), cost, standing: record.reached ? 'settled' : 'passing' }
    record.place = place
    this.#add(place, cost)
    this.#queue(record, place)
  }

  delete(record: PeerRecord): void {
    const { place } = record
    if (place === null) return
    record.place = null
    this.#leave(record, place)
  }

  /** We had to do with the peer ourselves, or know it for long. */
  settle(record: PeerRecord): void {
    const { place } = record
    if (place?.standing !== 'passing') return
    const { source, cost } = place
    source.silent.passing.delete(record)
    this.#add(place, -cost)
    place.standing = 'settled'
    this.#add(place, cost)
    this.#queue(record, place)
  }

  /**
   * Who has to go, so that there is room; null where those who may are too few. Passers-by first, of the source that has most,
   * the one silent for longest. Who is settled goes only where its source holds more than half of all, for one of another source.
   */
  victims(need: Need): readonly PeerRecord[] | null {
    const chosen: PeerRecord[] = []
    const looked: Looked[] = []
    const exhausted = new Set<PlaceSource>()
    let free = 0
    const enough = (): boolean => free >= need.bytes && chosen.length >= need.peers
    for (let step = 0; step < STEPS && chosen.length < DISPLACED_AT_ONCE && !enough(); step++) {
      const passing = this.#largest('passing', exhausted)
      const source = passing ?? this.#largest('settled')
      if (source === null || (passing === null && !this.#isHog(source, need.from))) break
      const standing: Standing = passing === null ? 'settled' : 'passing'
      const record = source.silent[standing].popBefore(CONNECTED, STEPS)
      const place = record?.place ?? null
      if (record === null || place === null) {
        if (standing === 'settled') break
        exhausted.add(source)
        continue
      }
      // Out of the sums while others are looked for.
      source.cost[standing] -= place.cost
      looked.push({ record, place })
      if (record === need.except || (standing === 'passing' && this.#peers.isLongKnown(record))) continue
      chosen.push(record)
      free += place.cost
    }
    for (const { record, place } of looked) {
      place.source.cost[place.standing] += place.cost
      this.#queue(record, place)
      if (this.#peers.isLongKnown(record)) this.settle(record)
    }
    return enough() ? chosen : null
  }

  /** What is wrong with it, beside what the catalog says of it. */
  check(entries: number): string[] {
    const wrong: string[] = []
    const sums = new Map<PlaceSource, Record<Standing, number>>()
    const all = { passing: 0, settled: 0 }
    let placed = 0
    for (const record of this.#peers.values()) {
      const { peerId, entry, place } = record
      if (place === null) continue
      const { source, cost, standing } = place
      placed += 1
      if (entry === null || entry.self || costOfPeer(entry) !== cost)
        wrong.push(`the entry of ${peerId} has the cost of another`)
      if (this.#sources.get(source.key) !== source) wrong.push(`${peerId} is of a source that is gone`)
      if (!source.silent[standing].has(record)) wrong.push(`${peerId} could never make room`)
      const sum = sums.get(source) ?? { passing: 0, settled: 0 }
      sum[standing] += cost
      sums.set(source, sum)
      all[standing] += cost
    }
    if (placed !== entries) wrong.push(`${placed} entries have a cost instead of ${entries}`)
    for (const standing of ['passing', 'settled'] as const) {
      const [is, due] = [this.#cost[standing], all[standing]]
      if (is !== due) wrong.push(`entries that are ${standing} cost ${due} bytes, not ${is}`)
    }
    if (this.#sources.size > SOURCES + 1) wrong.push(`${this.#sources.size} sources`)
    for (const source of this.#sources.values()) {
      const { passing = 0, settled = 0 } = sums.get(source) ?? {}
      if (passing !== source.cost.passing || settled !== source.cost.settled)
        wrong.push(`the sums of ${source.key} are wrong`)
    }
    return wrong
  }

  #source(key: string): PlaceSource {
    const known = this.#sources.get(key)
    if (known !== undefined) return known
    if (this.#sources.size >= SOURCES && key !== OTHERS) return this.#source(OTHERS)
    const silent = (): LazyHeap<PeerRecord> => new LazyHeap(silenceOf)
    const made: PlaceSource = {
      key,
      cost: { passing: 0, settled: 0 },
      silent: { passing: silent(), settled: silent() },
    }
    this.#sources.set(key, made)
    return made
  }

  #add({ source, standing }: Place, cost: number): void {
    source.cost[standing] += cost
    this.#cost[standing] += cost
    this.#mostSettled = null
  }

  #queue(record: PeerRecord, { source, standing }: Place): void {
    source.silent[standing].push(record, silenceOf(record) ?? 0)
  }

  #leave(record: PeerRecord, place: Place): void {
    const { source, standing } = place
    source.silent[standing].delete(record)
    this.#add(place, -place.cost)
    if (source.silent.passing.size + source.silent.settled.size === 0) this.#sources.delete(source.key)
  }

  /** The source that has most of that standing. */
  #largest(standing: Standing, exhausted?: ReadonlySet<PlaceSource>): PlaceSource | null {
    let largest: PlaceSource | null = null
    for (const source of this.#sources.values())
      if (source.cost[standing] > (largest?.cost[standing] ?? 0) && exhausted?.has(source) !== true) largest = source
    return largest
  }

  /** Whether the largest of the sources holds more than half of all, and is not the newcomer's own. */
  #isHog(largest: PlaceSource | null, from: string): largest is PlaceSource {
    const own = this.#sources.has(from) ? from : OTHERS
    return largest !== null && largest.key !== own && largest.cost.settled * 2 > this.cost
  }
}

/** What an entry of the catalog costs, estimated bytes. */
export function costOfPeer({ entry, signed }: CatalogPeer): number {
  return signed === null ? costOf(entry, 0) : signed.cost
}

function silenceOf({ entry, connection, learned }: PeerRecord): number | null {
  if (entry === null) return null
  const kept = connection !== null || learned?.path === 'given'
  return kept ? CONNECTED + entry.lastSeen : entry.lastSeen
}
