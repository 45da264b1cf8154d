/**
 * What may reach the DHT library. It trusts what it is sent: five bytes with a negative length (`l-3:e`) make its decoder
 * run, and fill the memory, for ever, where no `catch` helps; an answer with an id of a wrong type leaves a lookup waiting
 * for good. So a packet is decoded here first, strictly, and must be a message of BEP 5 or BEP 44.
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

type Value = number | Uint8Array | readonly Value[] | ReadonlyMap<string, Value>
/** A value and the place after it; null where there is none. */
type Read<T extends Value = Value> = { readonly value: T; readonly end: number } | null
/** What a field must be; fields that are not listed may be anything. */
type Shape = Readonly<Record<string, (value: Value) => boolean>>

/** Whether the bytes are exactly one message of the DHT, with fields of the right kinds. */
export function isSoundPacket(bytes: Uint8Array): boolean {
  if (bytes.length > MAX_BYTES || bytes[0] !== DICTIONARY) return false
  const read = readDictionary(bytes, 1, 0)
  if (read === null || read.end !== bytes.length) return false
  const kind = read.value.get('y')
  if (!(kind instanceof Uint8Array) || kind.length !== 1 || !isBytes(read.value.get('t'), 1, 64)) return false
  switch (String.fromCharCode(kind[0] ?? 0)) {
    case 'q':
      return isBytes(read.value.get('q'), 1, 64) && fits(read.value.get('a'))
    case 'r':
      return fits(read.value.get('r'))
    case 'e':
      return Array.isArray(read.value.get('e'))
    default:
      return false
  }
}

const isNumber = (value: Value): boolean => typeof value === 'number'
const anyBytes = (value: Value): boolean => value instanceof Uint8Array
const bytesOf =
  (length: number) =>
  (value: Value): boolean =>
    isBytes(value, length, length)

/** Arguments and results alike. A value (`v`) may be of any kind; whoever reads it must look. */
const FIELDS: Shape = {
  id: bytesOf(20),
  target: bytesOf(20),
  info_hash: bytesOf(20),
  token: anyBytes,
  nodes: anyBytes,
  port: isNumber,
  values: (value) => Array.isArray(value) && value.every(anyBytes),
  k: bytesOf(32),
  sig: bytesOf(64),
  salt: anyBytes,
  seq: isNumber,
  cas: isNumber,
}

function fits(fields: Value | undefined): boolean {
  if (!(fields instanceof Map) || !fields.has('id')) return false
  for (const [name, check] of Object.entries(FIELDS)) {
    const value: Value | undefined = fields.get(name)
    if (value !== undefined && !check(value)) return false
  }
  return true
}

function isBytes(value: Value | undefined, least: number, most: number): boolean {
  return value instanceof Uint8Array && value.length >= least && value.length <= most
}

function readValue(bytes: Uint8Array, at: number, depth: number): Read {
  if (depth > MAX_DEPTH) return null
  switch (bytes[at]) {
    case INTEGER:
      return readInteger(bytes, at + 1)
    case LIST:
      return readList(bytes, at + 1, depth)
    case DICTIONARY:
      return readDictionary(bytes, at + 1, depth)
    default:
      return readString(bytes, at)
  }
}

function readList(bytes: Uint8Array, from: number, depth: number): Read {
  const value: Value[] = []
  let at = from
  while (at < bytes.length && bytes[at] !== END) {
    const item = readValue(bytes, at, depth + 1)
    if (item === null) return null
    value.push(item.value)
    at = item.end
  }
  return at < bytes.length ? { value, end: at + 1 } : null
}

function readDictionary(bytes: Uint8Array, from: number, depth: number): Read<ReadonlyMap<string, Value>> {
  const value = new Map<string, Value>()
  let at = from
  while (at < bytes.length && bytes[at] !== END) {
    const key = readString(bytes, at)
    const item = key === null ? null : readValue(bytes, key.end, depth + 1)
    if (key === null || item === null) return null
    const name = String.fromCharCode(...key.value)
    // Twice the same, and two decoders may see two messages. `__proto__` would be more than a field there.
    if (value.has(name) || name === '__proto__') return null
    value.set(name, item.value)
    at = item.end
  }
  return at < bytes.length ? { value, end: at + 1 } : null
}

function readInteger(bytes: Uint8Array, from: number): Read {
  const first = bytes[from] === MINUS ? from + 1 : from
  const end = skipDigits(bytes, first)
  if (end === first || end - from > MAX_DIGITS || bytes[end] !== END) return null
  return { value: Number(String.fromCharCode(...bytes.subarray(from, end))), end: end + 1 }
}

function readString(bytes: Uint8Array, from: number): Read<Uint8Array> {
  const colon = skipDigits(bytes, from)
  if (colon === from || colon - from > 4 || bytes[colon] !== COLON) return null
  const end = colon + 1 + Number(String.fromCharCode(...bytes.subarray(from, colon)))
  return end <= bytes.length ? { value: bytes.subarray(colon + 1, end), end } : null
}

function skipDigits(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && (bytes[at] ?? 0) >= ZERO && (bytes[at] ?? 0) <= NINE) at += 1
  return at
}
