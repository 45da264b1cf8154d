import Database from 'better-sqlite3'
import { uniqueIdFrom } from '../../shared/ids.ts'
import { NO_NAMES } from '../../shared/names.ts'
import type { Names } from '../../shared/names.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import { ABILITIES, kindAndIdOf } from '../../shared/network-kind.ts'
import { peerIdFromAnyForm } from '../../shared/peer-form.ts'
import type { EventLog } from './event-log.ts'
import type { NumberReader } from './numbers.ts'
import type { NamingQuery, SearchOptions, SearchResult } from './search-options.ts'

/** Words of a text that are looked for; more are left out. */
const MAX_WORDS = 16
/** Characters of a text that are looked at. */
const MAX_CHARS = 1000
/** All peer ids begin with this. It is left out of what is searched, else its beginnings would find everything. */
const ID_START = '12d3koow'
/** Ids of the name book that one word stands for; more are left out. */
const MAX_NAMED = 32
/** What has no letter or digit has no word. */
const HAS_WORDS = /[\p{L}\p{N}]/u
/** Documents of a network have the row ids from `network << 36` on. */
const SHIFT = 2 ** 36

/** The queries, by name; test/unit/store asserts the plan of each. */
export const SEARCH_QUERIES = {
  searchPeers: `
    SELECT rowid - (@network << 36) FROM peer_text WHERE peer_text MATCH @match
    AND rowid BETWEEN @network << 36 AND (@network + 1 << 36) - 1 ORDER BY rowid DESC LIMIT @limit`,
  searchEvents: `
    SELECT rowid - (@network << 36) FROM event_text WHERE event_text MATCH @match
    AND rowid BETWEEN @network << 36 AND (@network << 36) + CAST(@before AS INTEGER) - 1
    ORDER BY rowid DESC LIMIT @limit`,
} as const

/** What is looked for in the file. Can be sent to a thread. */
export interface SearchValues {
  readonly network: number
  readonly match: string
  readonly limit: number
  readonly before: number
  /** Whether peers are looked for too. */
  readonly peers: boolean
}

/** What the file has of it: numbers of peers, and of one event more than the limit. */
export interface SearchFound {
  readonly network: number
  readonly peers: readonly number[]
  readonly seqs: readonly number[]
}

/** Searches the file at the path, whoever else has it open. Throws what SQLite throws. */
export function searchFile(path: string, values: SearchValues): SearchFound {
  const db = new Database(path, { readonly: true, fileMustExist: true })
  try {
    return new TextTables(db).find(values)
  } finally {
    db.close()
  }
}

class TextTables {
  readonly #peers
  readonly #events

  constructor(db: Database.Database) {
    this.#peers = db.prepare<[Omit<SearchValues, 'peers'>], number>(SEARCH_QUERIES.searchPeers).pluck()
    this.#events = db.prepare<[Omit<SearchValues, 'peers'>], number>(SEARCH_QUERIES.searchEvents).pluck()
  }

  find({ peers, limit, ...values }: SearchValues): SearchFound {
    return {
      network: values.network,
      peers: peers ? this.#peers.all({ ...values, limit }) : [],
      seqs: this.#events.all({ ...values, limit: limit + 1 }),
    }
  }
}

/** Full-text search. Throws what SQLite throws. */
export class SearchReader {
  readonly #numbers: NumberReader
  readonly #log: EventLog
  readonly #tables: TextTables

  constructor(db: Database.Database, numbers: NumberReader, log: EventLog) {
    this.#numbers = numbers
    this.#log = log
    this.#tables = new TextTables(db)
  }

  /** What is to be looked for in the file; null where nothing of it can be there. */
  values(networkKey: NetworkKey, text: string, { limit, before, names }: SearchOptions): SearchValues | null {
    const network = this.#numbers.network(networkKey)
    const { tagNames } = ABILITIES[kindAndIdOf(networkKey).kind]
    const match = tagNames ? matchOf(text) : matchOf(text, { names: names ?? NO_NAMES })
    if (network === null || match === '') return null
    return { network, match, limit, before: Math.min(before ?? SHIFT, SHIFT), peers: before === undefined }
  }

  /** What is to be looked for in the file; null where nothing of it can be there. */
  namingValues({ networkKey, kind, texts, limit, before = SHIFT }: NamingQuery): SearchValues | null {
    const network = this.#numbers.network(networkKey)
    const named = texts
      .filter((text) => HAS_WORDS.test(text))
      .slice(0, MAX_WORDS)
      .map((text) => quoted(text.slice(0, MAX_CHARS)))
    if (network === null || named.length === 0) return null
    const match = `${quoted(kind)} AND (${named.join(' OR ')})`
    return { network, match, limit, before: Math.min(before, SHIFT), peers: false }
  }

  /** @param found where the file was searched already */
  find(values: SearchValues | null, found: SearchFound | null): SearchResult {
    if (values === null) return { peers: [], events: [], more: false }
    const { limit } = values
    // A network that was forgotten and joined again since has another number.
    const { peers, seqs } = found?.network === values.network ? found : this.#tables.find(values)
    return {
      peers: peers.flatMap((peer) => this.#numbers.peerId(peer) ?? []),
      events: seqs.slice(0, limit).flatMap((seq) => this.#log.event(seq) ?? []),
      more: seqs.length > limit,
    }
  }
}

/**
 * The words of what somebody typed, for `matchExpression`: what has no letter or digit is left out, and so
 * is what all peer ids begin with. A shortened id (`12D3Ko…9xYz3a`) is its parts.
 */
export function wordsOf(text: string): string[] {
  const words = text
    .slice(0, MAX_CHARS)
    .split(/[\s\0…]+/u)
    .flatMap((word) => {
      const lower = word.toLowerCase()
      if (lower.length > 1 && ID_START.startsWith(lower)) return []
      return [lower.startsWith(ID_START) ? word.slice(ID_START.length) : word]
    })
  return words.filter((word) => HAS_WORDS.test(word)).slice(0, MAX_WORDS)
}

/**
 * What is looked for, as FTS5 wants it. A peer id of 64 hex digits is looked for in the form of those that are stored too.
 * @param hashed given where tags are ids: words stand for the ids that they are hashed to, and for those of the names that
 * they are part of
 */
export function matchOf(text: string, hashed: { readonly names: Names } | null = null): string {
  const words = wordsOf(text)
  const others = words.map((word) => [...storedForm(word), ...(hashed === null ? [] : idsOf(word, hashed.names))])
  // A tag may be of several words.
  const whole = hashed === null || words.length < 2 ? [] : [uniqueIdFrom(text.trim().slice(0, MAX_CHARS))]
  return matchExpression(words, others, whole)
}

/** The part of a peer's id that is searched, for an id in its other form. */
function storedForm(word: string): readonly string[] {
  const peerId = peerIdFromAnyForm(word)
  return peerId === null ? [] : [peerId.slice(ID_START.length)]
}

function idsOf(word: string, names: Names): readonly string[] {
  const part = word.toLowerCase()
  const named = [...names].filter(([, name]) => name.toLowerCase().includes(part)).map(([id]) => id)
  return [...new Set([uniqueIdFrom(word), ...named.slice(0, MAX_NAMED)])]
}

/**
 * The words as FTS5 wants them: each quoted, all to be there, the last one a beginning.
 * @param others what else may be there instead, for each word
 * @param whole what may be there instead of all words
 */
export function matchExpression(
  words: readonly string[],
  others: readonly (readonly string[])[] = [],
  whole: readonly string[] = [],
): string {
  if (words.length === 0) return ''
  const terms = words.map((word, index) => {
    const term = index === words.length - 1 ? `${quoted(word)} *` : quoted(word)
    const more = others[index] ?? []
    return more.length === 0 ? term : `(${[term, ...more.map(quoted)].join(' OR ')})`
  })
  const all = terms.join(' AND ')
  return whole.length === 0 ? all : [`(${all})`, ...whole.map(quoted)].join(' OR ')
}

function quoted(word: string): string {
  // SQLite reads no further than the first zero.
  return `"${word.replaceAll('\0', ' ').replaceAll('"', '""')}"`
}
