/**
 * What libp2p remembers of peers (rule BD9). Its peer store writes a record for every peer that ever shook hands, or that was
 * dialed, and never deletes one. Here a record outlives its peer's connection by some seconds only, and all together stay
 * within a number and a size, whatever comes in between.
 */
import type { PeerId } from '@libp2p/interface'
import type { Libp2pOptions } from 'libp2p'

type Datastore = NonNullable<Libp2pOptions['datastore']>
type Key = Parameters<Datastore['get']>[0]
type Query = Parameters<Datastore['query']>[0]
type KeyQuery = Parameters<Datastore['queryKeys']>[0]

interface Pair {
  readonly key: Key
  readonly value: Uint8Array
}

/** Records kept, and their bytes in all; those of connected peers, which the inbound bounds limit, stay beyond that. */
const MAX_RECORDS = 2048
const MAX_BYTES = 8 * 1024 * 1024

/** libp2p's own error for what is not there has this name, and it looks at nothing else. */
class NotFound extends Error {
  override readonly name = 'NotFoundError'
}

interface Kept {
  readonly key: Key
  readonly value: Uint8Array
  /** At the last sweep there was no connection to its peer. */
  loose: boolean
}

/** Bounds on what is kept. */
export interface RecordBounds {
  readonly records: number
  readonly bytes: number
}

/** A datastore in memory for libp2p. The order of its records is that in which they were written last. */
export class PeerRecords implements Datastore {
  readonly #bounds: RecordBounds
  readonly #kept = new Map<string, Kept>()
  #bytes = 0
  /** Whether the record of a peer is needed. */
  #needed: (name: string) => boolean = () => false

  constructor(bounds: RecordBounds = { records: MAX_RECORDS, bytes: MAX_BYTES }) {
    this.#bounds = bounds
  }

  get size(): number {
    return this.#kept.size
  }

  /** Bytes of all records. */
  get bytes(): number {
    return this.#bytes
  }

  /** Says whose records are needed, by their names: ours, and those of connected peers. */
  follow(needed: (name: string) => boolean): void {
    this.#needed = needed
  }

  /**
   * Forgets whom there was no connection to at the sweep before either. Not at once: when a connection ends, libp2p still
   * reads in the record which of its parts has to hear of it.
   */
  sweep(): void {
    for (const [name, kept] of this.#kept) {
      if (this.#needed(name)) kept.loose = false
      else if (kept.loose) this.#drop(name, kept)
      else kept.loose = true
    }
  }

  put(key: Key, value: Uint8Array): Key {
    const name = key.toString()
    const before = this.#kept.get(name)
    if (before !== undefined) this.#drop(name, before)
    // A copy of its own size: what comes is often a small part of a larger piece of memory, which it would keep.
    this.#kept.set(name, { key, value: Uint8Array.from(value), loose: before?.loose ?? false })
    this.#bytes += value.byteLength
    this.#bound(name)
    return key
  }

  get(key: Key): Uint8Array {
    const kept = this.#kept.get(key.toString())
    if (kept === undefined) throw new NotFound('not kept')
    return kept.value
  }

  has(key: Key): boolean {
    return this.#kept.has(key.toString())
  }

  delete(key: Key): void {
    const name = key.toString()
    const kept = this.#kept.get(name)
    if (kept !== undefined) this.#drop(name, kept)
  }

  async *putMany(source: AsyncIterable<Pair> | Iterable<Pair>): AsyncGenerator<Key> {
    for await (const { key, value } of source) yield this.put(key, value)
  }

  async *getMany(source: AsyncIterable<Key> | Iterable<Key>): AsyncGenerator<Pair> {
    for await (const key of source) yield { key, value: this.get(key) }
  }

  async *deleteMany(source: AsyncIterable<Key> | Iterable<Key>): AsyncGenerator<Key> {
    for await (const key of source) {
      this.delete(key)
      yield key
    }
  }

  batch(): ReturnType<Datastore['batch']> {
    const work: (() => void)[] = []
    return {
      put: (key: Key, value: Uint8Array) => void work.push(() => this.put(key, value)),
      delete: (key: Key) => void work.push(() => this.delete(key)),
      commit: () => {
        for (const one of work.splice(0)) one()
      },
    }
  }

  async *query({ prefix = '', filters = [], orders = [], offset = 0, limit = Infinity }: Query): AsyncGenerator<Pair> {
    let found = [...this.#kept.values()]
      .filter(({ key }) => key.toString().startsWith(prefix))
      .map(({ key, value }) => ({ key, value }))
    for (const filter of filters) found = found.filter((pair) => filter(pair))
    for (const order of orders) found.sort(order)
    yield* found.slice(offset, offset + limit)
  }

  async *queryKeys({ prefix, filters = [], orders = [], offset = 0, limit = Infinity }: KeyQuery): AsyncGenerator<Key> {
    let found: Key[] = []
    for await (const { key } of this.query(prefix === undefined ? {} : { prefix })) found.push(key)
    for (const filter of filters) found = found.filter((key) => filter(key))
    for (const order of orders) found.sort(order)
    yield* found.slice(offset, offset + limit)
  }

  #drop(name: string, { value }: Kept): void {
    this.#kept.delete(name)
    this.#bytes -= value.byteLength
  }

  /** Those that were written longest ago go first. */
  #bound(newest: string): void {
    const { records, bytes } = this.#bounds
    if (this.#kept.size <= records && this.#bytes <= bytes) return
    for (const [name, kept] of this.#kept) {
      if (name !== newest && !this.#needed(name)) this.#drop(name, kept)
      if (this.#kept.size <= records && this.#bytes <= bytes) return
    }
  }
}

/** The name of a peer's record, as libp2p's peer store makes it. */
export function recordName(peerId: PeerId): string {
  return `/peers/${peerId.toCID().toString()}`
}
