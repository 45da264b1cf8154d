import type Database from 'better-sqlite3'
import { BLOCK } from '../event-log.ts'
import type { PastReader, Present } from '../past.ts'
import { encodePresent } from '../past.ts'
import type { Chore } from './sweeper.ts'

/** Blocks of events between two checkpoints: a past moment is at most so much reading away from one. */
export const BLOCKS_BETWEEN = 4

/** The queries, by name; test/unit/store asserts the plan of each. */
export const CHECKPOINT_QUERIES = {
  liveNetworks: 'SELECT n.num FROM networks n WHERE n.forgotten = 0',
  lastCheckpoint: 'SELECT max(seq) FROM checkpoints WHERE network = ?',
  blocksAfter: 'SELECT block FROM event_blocks WHERE network = ? AND block > ? ORDER BY block LIMIT ?',
} as const

interface Job {
  readonly network: number
  readonly present: Present
  /** Those that are still to be read. */
  readonly blocks: number[]
  /** The last number of the last one. */
  readonly last: number
}

/** Writes down who was present after every so many events, so that a past moment is found without reading all. */
export class Checkpoints implements Chore {
  readonly #past: PastReader
  readonly #networks
  readonly #last
  readonly #blocks
  readonly #add
  #due = true
  #job: Job | null = null

  constructor(db: Database.Database, past: PastReader) {
    this.#past = past
    this.#networks = db.prepare<[], number>(CHECKPOINT_QUERIES.liveNetworks).pluck()
    this.#last = db.prepare<[number], number | null>(CHECKPOINT_QUERIES.lastCheckpoint).pluck()
    this.#blocks = db.prepare<[number, number, number], number>(CHECKPOINT_QUERIES.blocksAfter).pluck()
    this.#add = db.prepare<[number, number, Uint8Array]>(
      'INSERT OR REPLACE INTO checkpoints (network, seq, present) VALUES (?, ?, ?)',
    )
  }

  /** Events were written. */
  due(): void {
    this.#due = true
  }

  step(): boolean {
    if (this.#job === null) {
      if (!this.#due) return false
      this.#job = this.#findJob()
      this.#due = this.#job !== null
      return this.#due
    }
    const { network, present, blocks, last } = this.#job
    const block = blocks.shift()
    if (block === undefined) {
      this.#add.run(network, last, encodePresent(present, last))
      this.#job = null
    } else this.#past.replay(present, network, block * BLOCK, (block + 1) * BLOCK - 1)
    return true
  }

  /** Blocks that are full, since a later one exists, and have no checkpoint. */
  #findJob(): Job | null {
    for (const network of this.#networks.all()) {
      const last = this.#last.get(network) ?? null
      const after = last === null ? -1 : Math.floor(last / BLOCK)
      const blocks = this.#blocks.all(network, after, BLOCKS_BETWEEN + 1)
      if (blocks.length <= BLOCKS_BETWEEN) continue
      const base = last === null ? null : this.#past.checkpoint(network, last)
      const full = blocks.slice(0, BLOCKS_BETWEEN)
      const end = ((full.at(-1) ?? 0) + 1) * BLOCK - 1
      return { network, present: base?.present ?? new Map<number, number>(), blocks: full, last: end }
    }
    return null
  }
}
