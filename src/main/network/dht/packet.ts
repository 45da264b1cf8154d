/**
 * What may reach the DHT library. Its decoder trusts lengths: five bytes with a negative one (`l-3:e`) make it run, and
 * fill the memory, for ever, where no `catch` helps. So a packet's structure is checked before.
 */

/** Largest packet of the DHT that is taken: a value of 1000 bytes, its key, signature and nodes fit well. */
const MAX_BYTES = 2048
/** The protocol nests four deep. */
const MAX_DEPTH = 8
/** Longest integer, its sign included; larger ones lose digits in the library. */
const MAX_DIGITS = 17

const LIST = 0x6c // l
const DICTIONARY = 0x64 // d
const INTEGER = 0x69 // i
const END = 0x65 // e
const COLON = 0x3a
const MINUS = 0x2d
const ZERO = 0x30
const NINE = 0x39

/** Whether the bytes are exactly one well-formed bencoded dictionary of bounded depth. */
export function isSoundPacket(bytes: Uint8Array): boolean {
  if (bytes.length > MAX_BYTES || bytes[0] !== DICTIONARY) return false
  return skipValue(bytes, 0, 0) === bytes.length
}

/** The place after the value that begins at `at`; NaN where there is none. */
function skipValue(bytes: Uint8Array, at: number, depth: number): number {
  if (depth > MAX_DEPTH) return Number.NaN
  switch (bytes[at]) {
    case INTEGER:
      return skipInteger(bytes, at + 1)
    case LIST:
      return skipItems(bytes, at + 1, depth, skipValue)
    case DICTIONARY:
      return skipItems(bytes, at + 1, depth, skipPair)
    default:
      return skipString(bytes, at)
  }
}

function skipItems(bytes: Uint8Array, from: number, depth: number, skip: typeof skipValue): number {
  let at = from
  while (at < bytes.length && bytes[at] !== END) at = skip(bytes, at, depth + 1)
  // NaN is below nothing, so a fault inside ends the loop and comes out here.
  return at < bytes.length ? at + 1 : Number.NaN
}

function skipPair(bytes: Uint8Array, at: number, depth: number): number {
  const value = skipString(bytes, at)
  return value < bytes.length ? skipValue(bytes, value, depth) : Number.NaN
}

function skipInteger(bytes: Uint8Array, from: number): number {
  const first = bytes[from] === MINUS ? from + 1 : from
  const end = skipDigits(bytes, first)
  return end > first && end - from <= MAX_DIGITS && bytes[end] === END ? end + 1 : Number.NaN
}

function skipString(bytes: Uint8Array, from: number): number {
  const end = skipDigits(bytes, from)
  if (end === from || end - from > 4 || bytes[end] !== COLON) return Number.NaN
  let length = 0
  for (let at = from; at < end; at += 1) length = length * 10 + (bytes[at] ?? 0) - ZERO
  const after = end + 1 + length
  return after <= bytes.length ? after : Number.NaN
}

function skipDigits(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && (bytes[at] ?? 0) >= ZERO && (bytes[at] ?? 0) <= NINE) at += 1
  return at
}
