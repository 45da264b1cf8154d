/**
 * Rule CT8: how much the catalog holds, and who makes room in it. What each entry costs counts against the source that brought
 * it first: the neighbor, or the group of addresses that it speaks from. What we had to do with ourselves, and what is known
 * for long, is settled; the rest are passers-by. So whatever one source brings in a flood pushes out what it brought.
 */
import type { PeerId } from '../../../shared/ids.ts'
import { LazyHeap } from '../base/lazy-heap.ts'
import type { PeerRecord, PeerTable } from '../core/peers.ts'

/** From when on a peer is known for long, milliseconds after it was seen first. */
export const LONG_KNOWN_MS = 10 * 60_000
/** Sources that are told apart; all others are one. */
const SOURCES = 256
const OTHERS = 'others'
/** Steps that one search for room may make, and peers that one newcomer may displace. */
const STEPS = 1000
const DISPLACED_AT_ONCE = 64
/** Later than any silence: whom we are connected to makes no room. */
const CONNECTED = 1e15

type Standing = 'passing' | 'settled'

interface Source {
  readonly key: string
  readonly cost: Record<Standing, number>
  readonly silent: Readonly<Record<Standing, LazyHeap<PeerId>>>
}

/** A peer that was looked at while room was searched for. */
interface Looked {
  readonly peerId: PeerId
  readonly place: Place
}

interface Place {
  readonly source: Source
  cost: number
  standing: Standing
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
  readonly except: PeerId
}

/** Keeps the costs of one catalog's entries, all but our own. */
export class Room {
  readonly #peers: PeerTable
  readonly #places = new Map<PeerId, Place>()
  readonly #sources = new Map<string, Source>()
  #cost = 0

  constructor(peers: PeerTable) {
    this.#peers = peers
  }

  /** Estimated bytes of all entries. */
  get cost(): number {
    return this.#cost
  }

  /** Sources that what is kept came from. */
  get sources(): number {
    return this.#sources.size
  }

  /** What the peer's entry costs; 0 where it has none. */
  costOf(peerId: PeerId): number {
    return this.#places.get(peerId)?.cost ?? 0
  }

  /** An entry came, the first of its peer or a newer one. Who brought the first one answers for all. */
  put(peerId: PeerId, cost: number, from: string): void {
    const known = this.#places.get(peerId)
    if (known !== undefined) {
      this.#add(known, cost - known.cost)
      known.cost = cost
      return
    }
    const record = this.#peers.get(peerId)
    const place: Place = {
      source: this.#source(from),
      cost,
      standing: record?.reached === true ? 'settled' : 'passing',
    }
    this.#places.set(peerId, place)
    this.#add(place, cost)
    this.#queue(peerId, place)
  }

  delete(peerId: PeerId): void {
    const place = this.#places.get(peerId)
    if (place === undefined) return
    this.#places.delete(peerId)
    this.#leave(peerId, place)
  }

  /** We had to do with the peer ourselves, or know it for long. */
  settle(peerId: PeerId): void {
    const place = this.#places.get(peerId)
    if (place?.standing !== 'passing') return
    const { source, cost } = place
    source.silent.passing.delete(peerId)
    source.cost.passing -= cost
    place.standing = 'settled'
    source.cost.settled += cost
    this.#queue(peerId, place)
  }

  /**
   * Who has to go, so that there is room; null where those who may are too few. Passers-by first, of the source that has most,
   * the one silent for longest. Who is settled goes only where its source holds more than half of all, for one of another source.
   */
  victims(need: Need, now: number): readonly PeerId[] | null {
    const chosen: PeerId[] = []
    const looked: Looked[] = []
    const exhausted = new Set<Source>()
    let free = 0
    const enough = (): boolean => free >= need.bytes && chosen.length >= need.peers
    for (let step = 0; step < STEPS && chosen.length < DISPLACED_AT_ONCE && !enough(); step++) {
      const passing = this.#largest('passing', exhausted)
      const source = passing ?? this.#hog(need.from)
      if (source === null) break
      const standing: Standing = passing === null ? 'settled' : 'passing'
      const peerId = source.silent[standing].popBefore(CONNECTED, STEPS)
      const place = peerId === null ? undefined : this.#places.get(peerId)
      if (peerId === null || place === undefined) {
        if (standing === 'settled') break
        exhausted.add(source)
        continue
      }
      // Out of the sums while others are looked for.
      source.cost[standing] -= place.cost
      looked.push({ peerId, place })
      if (peerId === need.except || (standing === 'passing' && this.#isLongKnown(peerId, now))) continue
      chosen.push(peerId)
      free += place.cost
    }
    for (const { peerId, place } of looked) {
      place.source.cost[place.standing] += place.cost
      this.#queue(peerId, place)
      if (this.#isLongKnown(peerId, now)) this.settle(peerId)
    }
    return enough() ? chosen : null
  }

  /** What is wrong with it, beside what the catalog says of it. */
  check(costs: ReadonlyMap<PeerId, number>): string[] {
    const wrong: string[] = []
    if (this.#places.size !== costs.size)
      wrong.push(`${this.#places.size} entries have a cost instead of ${costs.size}`)
    const sums = new Map<Source, Record<Standing, number>>()
    let all = 0
    for (const [peerId, { source, cost, standing }] of this.#places) {
      if (costs.get(peerId) !== cost) wrong.push(`the entry of ${peerId} has the cost of another`)
      if (this.#sources.get(source.key) !== source) wrong.push(`${peerId} is of a source that is gone`)
      if (!source.silent[standing].has(peerId)) wrong.push(`${peerId} could never make room`)
      const sum = sums.get(source) ?? { passing: 0, settled: 0 }
      sum[standing] += cost
      sums.set(source, sum)
      all += cost
    }
    if (all !== this.#cost) wrong.push(`entries cost ${all} bytes, not ${this.#cost}`)
    if (this.#sources.size > SOURCES + 1) wrong.push(`${this.#sources.size} sources`)
    for (const source of this.#sources.values()) {
      const { passing = 0, settled = 0 } = sums.get(source) ?? {}
      if (passing !== source.cost.passing || settled !== source.cost.settled)
        wrong.push(`the sums of ${source.key} are wrong`)
    }
    return wrong
  }

  #source(key: string): Source {
    const known = this.#sources.get(key)
    if (known !== undefined) return known
    if (this.#sources.size >= SOURCES && key !== OTHERS) return this.#source(OTHERS)
    const silent = (): LazyHeap<PeerId> => new LazyHeap((peerId) => this.#silenceOf(peerId))
    const made: Source = { key, cost: { passing: 0, settled: 0 }, silent: { passing: silent(), settled: silent() } }
    this.#sources.set(key, made)
    return made
  }

  #add({ source, standing }: Place, cost: number): void {
    source.cost[standing] += cost
    this.#cost += cost
  }

  #queue(peerId: PeerId, { source, standing }: Place): void {
    source.silent[standing].push(peerId, this.#silenceOf(peerId) ?? 0)
  }

  #leave(peerId: PeerId, place: Place): void {
    const { source, standing } = place
    source.silent[standing].delete(peerId)
    this.#add(place, -place.cost)
    if (source.silent.passing.size + source.silent.settled.size === 0) this.#sources.delete(source.key)
  }

  /** The source that has most of that standing. */
  #largest(standing: Standing, exhausted?: ReadonlySet<Source>): Source | null {
    let largest: Source | null = null
    for (const source of this.#sources.values())
      if (source.cost[standing] > (largest?.cost[standing] ?? 0) && exhausted?.has(source) !== true) largest = source
    return largest
  }

  /** The source that holds more than half of all, unless it is the newcomer's own. */
  #hog(from: string): Source | null {
    const largest = this.#largest('settled')
    const own = this.#sources.has(from) ? from : OTHERS
    return largest === null || largest.key === own || largest.cost.settled * 2 <= this.#cost ? null : largest
  }

  #isLongKnown(peerId: PeerId, now: number): boolean {
    const entry = this.#peers.get(peerId)?.entry ?? null
    return entry !== null && now - entry.firstSeen >= LONG_KNOWN_MS
  }

  #silenceOf(peerId: PeerId): number | null {
    const record: PeerRecord | null = this.#peers.get(peerId)
    const entry = record?.entry ?? null
    if (record === null || entry === null) return null
    const kept = record.connection !== null || record.learned?.path === 'given'
    return kept ? CONNECTED + entry.lastSeen : entry.lastSeen
  }
}
