/** What peers have that a filter can ask for, counted: what is suggested while a filter is typed. */
import type { PeerId } from '../../../shared/ids.ts'
import type { Names } from '../../../shared/names.ts'
import { nickname } from '../../../shared/nickname.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { statesOf } from '../../../shared/state-words.ts'

/** A value, and how many peers have it, ourselves not counted; null where only we have it. */
export interface Counted {
  readonly value: string
  readonly count: number | null
}

/** What is before the colon of tags such as `role:seed`. */
export interface TagKey {
  /** With its colon. */
  readonly key: string
  /** Peers with a tag of this key, ourselves not counted; null where only we have one. */
  readonly count: number | null
  /** Different tags of this key. */
  readonly values: number
}

/** What there is, most frequent first. */
export interface FilterFacts {
  /** By field. */
  readonly values: Readonly<Record<string, readonly Counted[]>>
  readonly tagKeys: readonly TagKey[]
}

/** Nothing was counted yet. */
export const NO_FACTS: FilterFacts = { values: {}, tagKeys: [] }

/** Most different values that are counted of a field: peers can make up any number. */
export const MAX_VALUES = 2000
/** Most different tags that are counted of all keys together. */
const MAX_KEYED = 20_000
/** Longest value that is worth suggesting, characters. */
const MAX_LENGTH = 120

const TEXTS: Readonly<Record<string, (row: PeerRow) => readonly string[]>> = {
  state: statesOf,
  source: (row) => [row.source],
  protocol: (row) => [row.protocolVersion],
  tag: (row) => row.tags,
  stream: (row) => row.streams,
  function: (row) => row.functions,
  group: (row) => row.groups,
}

/** The key of a tag with its colon; null for a plain word. */
export function tagKeyOf(tag: string): string | null {
  const end = tag.indexOf(':')
  return end <= 0 || end === tag.length - 1 ? null : tag.slice(0, end + 1)
}

/** The words that rows are counted by. */
export interface FactWords {
  /** Of ids. */
  readonly names: Names
  /** What a peer is called; its nickname where left out. */
  readonly nameOf?: (peerId: PeerId) => string
}

/** Counts row by row, so that many rows can be counted in turns. */
export class FactCounter {
  readonly #names: Names
  readonly #nameOf: (peerId: PeerId) => string
  readonly #fields = new Map<string, Map<string, number>>()
  readonly #keys = new Map<string, { count: number; readonly values: Set<string> }>()
  #keyed = 0

  constructor({ names, nameOf = nickname }: FactWords) {
    this.#names = names
    this.#nameOf = nameOf
  }

  /** Counts a row; what our own has can be asked for as well, and counts nothing. */
  add(row: PeerRow): void {
    const by = row.self ? 0 : 1
    this.#count('name', [this.#nameOf(row.peerId)], by)
    for (const [field, of] of Object.entries(TEXTS)) {
      const texts = of(row)
      this.#count(field, this.#names.size === 0 ? texts : texts.map((id) => this.#names.get(id) ?? id), by)
    }
    const keys = new Set<string>()
    for (const id of row.tags) {
      const tag = this.#names.get(id) ?? id
      const key = tagKeyOf(tag)
      if (key !== null && tag.length <= MAX_LENGTH && this.#addTag(key, tag)) keys.add(key)
    }
    for (const key of keys) {
      const counted = this.#keys.get(key)
      if (counted !== undefined) counted.count += by
    }
  }

  #count(field: string, values: readonly string[], by: 0 | 1): void {
    let counts = this.#fields.get(field)
    if (counts === undefined) this.#fields.set(field, (counts = new Map()))
    for (const value of values) {
      const count = counts.get(value)
      if (count !== undefined) counts.set(value, count + by)
      else if (counts.size < MAX_VALUES && value.length <= MAX_LENGTH) counts.set(value, by)
    }
  }

  #addTag(key: string, tag: string): boolean {
    let counted = this.#keys.get(key)
    if (counted === undefined) {
      if (this.#keys.size >= MAX_VALUES) return false
      this.#keys.set(key, (counted = { count: 0, values: new Set() }))
    }
    const { values } = counted
    if (values.has(tag)) return true
    // Of a key at least one is counted, so that none seems to have no values.
    if (values.size === 0 || (values.size < MAX_VALUES && this.#keyed < MAX_KEYED)) {
      values.add(tag)
      this.#keyed += 1
    }
    return true
  }

  facts(): FilterFacts {
    const values = [...this.#fields].map(([field, counts]): [string, readonly Counted[]] => [
      field,
      [...counts].map(([value, count]) => ({ value, count: count === 0 ? null : count })).toSorted(byCount),
    ])
    const tagKeys = [...this.#keys]
      .map(([key, { count, values: tags }]) => ({
        key,
        value: key,
        count: count === 0 ? null : count,
        values: tags.size,
      }))
      .toSorted(byCount)
    return { values: Object.fromEntries(values), tagKeys }
  }
}

function byCount(a: Counted, b: Counted): number {
  return (b.count ?? 0) - (a.count ?? 0) || (a.value < b.value ? -1 : 1)
}

/** What `countFacts` runs on. */
export interface Turns {
  /** Milliseconds that only grow. */
  readonly now: () => number
  /** Lets the window do other things, then calls back. Gives a way to call it off. */
  readonly later: (act: () => void) => () => void
}

/** How long one turn of counting takes at most, milliseconds. */
const TURN_MS = 6
/** Rows between two looks at the clock. */
const LOOK_EVERY = 50

/**
 * Counts rows in short turns and tells the outcome.
 * @returns calls it off
 */
export function countFacts(
  rows: Iterable<PeerRow>,
  words: FactWords,
  turns: Turns,
  onDone: (facts: FilterFacts) => void,
): () => void {
  const counter = new FactCounter(words)
  const left = rows[Symbol.iterator]()
  let stop = (): void => {}
  const work = (): void => {
    const until = turns.now() + TURN_MS
    for (let index = 1; ; index += 1) {
      const { value, done } = left.next()
      if (done === true) return onDone(counter.facts())
      counter.add(value)
      if (index % LOOK_EVERY === 0 && turns.now() >= until) break
    }
    stop = turns.later(work)
  }
  stop = turns.later(work)
  return () => stop()
}
