/**
 * The name book of a network. Tags of some networks, and streams, functions, groups and ticket classes of all, are ids: hashes
 * of words that travel nowhere. A word that the user knows names what has its hash.
 */
import { equals, fromString, toString } from 'uint8arrays'
import { InvalidArgument, LimitExceeded } from './errors.ts'
import type { UniqueId } from './ids.ts'
import { isUniqueId, uniqueIdFrom } from './ids.ts'

/** A word and the id that it is hashed to. */
export interface KnownName {
  readonly id: UniqueId
  readonly word: string
}

/** Names by id. */
export type Names = ReadonlyMap<string, string>

/** No names. */
export const NO_NAMES: Names = new Map()

/** Longest word, bytes. */
export const MAX_WORD_BYTES = 256
/** Most bytes of all words of one network, and most words. */
export const MAX_NAMES_BYTES = 64 * 1024
export const MAX_NAMES = 2000

/** What became of words that were given to a name book. */
export interface NamesAdded {
  /** Those that are new in it. */
  readonly added: readonly KnownName[]
  /** How many it had already. */
  readonly known: number
}

/**
 * The words of a list, one a line, and of single texts. What begins with # is a remark; ids name nothing and are left out.
 * @throws LimitExceeded for a word that is too long
 */
export function wordsFrom(lines: readonly string[]): readonly string[] {
  const words = new Set<string>()
  for (const line of lines) {
    const word = line.trim()
    if (word === '' || isUniqueId(word)) continue
    const bytes = fromString(word, 'utf8').length
    if (bytes > MAX_WORD_BYTES) throw new LimitExceeded('bytes a name', MAX_WORD_BYTES, bytes)
    words.add(word)
  }
  return [...words]
}

/** The lines of a text file with names; remarks begin with #. */
export function nameLines(text: string): readonly string[] {
  return text.split(/\r?\n/).filter((line) => !line.trimStart().startsWith('#'))
}

const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf)
/** What a file of another kind than text has, such as NUL. */
const NO_TEXT = /[^\P{Cc}\t\r\n\f]/u

/**
 * The text of a file with names. A character that is read wrongly would give another hash, which names nothing.
 * @param bytes in UTF-8, with or without a byte order mark
 * @param name of the file
 * @throws InvalidArgument for what is not such text
 */
export function namesText(bytes: Uint8Array, name: string): string {
  const text = toString(bytes, 'utf8')
  const body = equals(bytes.subarray(0, 3), BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes
  const read = text.startsWith('\uFEFF') ? text.slice(1) : text
  if (NO_TEXT.test(read) || !equals(fromString(read, 'utf8'), body))
    throw new InvalidArgument(`${name} is not a text file in UTF-8`)
  return read
}

/** The name of a word. */
export function nameOf(word: string): KnownName {
  return { id: uniqueIdFrom(word), word }
}

/** An id as people see it: its name where that is known, else its first and last digits. Words stay as they are. */
export function shownId(id: string, names: Names): string {
  return names.get(id) ?? (isUniqueId(id) ? `${id.slice(0, 6)}…${id.slice(-4)}` : id)
}
