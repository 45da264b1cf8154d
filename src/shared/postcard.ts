/**
 * The primitives of postcard, the encoding that iroh and mosaik speak: no field has a tag or a type, so who reads must know
 * what comes. Lengths, counts and integers are LEB128 varints, signed ones zigzag before; fixed arrays stand as they are.
 */
import { fromString, toString } from 'uint8arrays'
import { LimitExceeded, MalformedMessage } from './errors.ts'

/** Bytes that a varint of each width has at most. */
const U16 = { bits: 16n, maxBytes: 3 } as const
const U32 = { bits: 32n, maxBytes: 5 } as const
const U64 = { bits: 64n, maxBytes: 10 } as const

/**
 * Reads values one after the other. Every method throws MalformedMessage where the bytes end too early or are not such a
 * value, and LimitExceeded where a length or count is over the limit that it was given. As postcard does, it takes varints
 * that are longer than they need to be, up to the longest of their width; not so where `shortest` is set.
 */
export class PostcardReader {
  readonly #bytes: Uint8Array
  readonly #shortest: boolean
  #at = 0

  constructor(bytes: Uint8Array, options: { readonly shortest?: boolean } = {}) {
    this.#bytes = bytes
    this.#shortest = options.shortest ?? false
  }

  /** Bytes that were read so far. */
  get offset(): number {
    return this.#at
  }

  /** Bytes that are left. */
  get remaining(): number {
    return this.#bytes.length - this.#at
  }

  u8(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw new MalformedMessage('the bytes end too early')
    this.#at += 1
    return byte
  }

  bool(): boolean {
    const byte = this.u8()
    if (byte > 1) throw new MalformedMessage(`a yes or no is 0 or 1, not ${byte}`)
    return byte === 1
  }

  u16(): number {
    return this.#small(U16)
  }

  u32(): number {
    return this.#small(U32)
  }

  u64(): bigint {
    let value = 0n
    for (let index = 0; index < U64.maxBytes; index += 1) {
      const byte = this.u8()
      value |= BigInt(byte & 0x7f) << BigInt(7 * index)
      if (byte < 0x80) {
        this.#checkLast(byte, index)
        return fitting(value, U64.bits)
      }
    }
    throw new MalformedMessage('a number that does not end')
  }

  i64(): bigint {
    const value = this.u64()
    return value & 1n ? -(value >> 1n) - 1n : value >> 1n
  }

  /**
   * How many items or bytes follow.
   * @param limit the most that are taken; `what` names it
   */
  count(limit: number, what: string): number {
    const first = this.#bytes[this.#at]
    let count: number
    if (first !== undefined && first < 0x80) {
      this.#at += 1
      count = first
    } else count = Number(this.u64())
    if (count > limit) throw new LimitExceeded(what, limit, count)
    return count
  }

  /** An array of known length: a view into the bytes. */
  fixed(length: number): Uint8Array {
    if (length > this.remaining) throw new MalformedMessage('the bytes end too early')
    const from = this.#at
    this.#at += length
    return this.#bytes.subarray(from, this.#at)
  }

  /** Bytes after their length: a view into the bytes. */
  bytes(limit: number, what: string): Uint8Array {
    return this.fixed(this.count(limit, what))
  }

  /** Text after its length in bytes, which `limit` bounds. */
  text(limit: number, what: string): string {
    const bytes = this.bytes(limit, what)
    const text = toString(bytes, 'utf8')
    const again = fromString(text, 'utf8')
    if (again.length !== bytes.length || again.some((byte, index) => byte !== bytes[index]))
      throw new MalformedMessage('a text that is not UTF-8')
    return text
  }

  /** Null for none. */
  option<T>(read: (reader: this) => T): T | null {
    return this.bool() ? read(this) : null
  }

  /** Items after their count. */
  list<T>(limit: number, what: string, read: (reader: this) => T): T[] {
    const items: T[] = []
    for (let left = this.count(limit, what); left > 0; left -= 1) items.push(read(this))
    return items
  }

  /** Which variant of an enum follows: from 0 to `count` - 1. */
  variant(count: number, what: string): number {
    const index = this.u32()
    if (index >= count) throw new MalformedMessage(`there is no ${what} of number ${index}`)
    return index
  }

  /** To be called where nothing more may follow. */
  end(): void {
    if (this.remaining > 0) throw new MalformedMessage(`${this.remaining} bytes left over`)
  }

  /** A last byte of zero says nothing but where a number is zero. */
  #checkLast(byte: number, index: number): void {
    if (this.#shortest && byte === 0 && index > 0)
      throw new MalformedMessage('a number that is longer than it needs to be')
  }

  #small({ bits, maxBytes }: { readonly bits: bigint; readonly maxBytes: number }): number {
    let value = 0
    for (let index = 0; index < maxBytes; index += 1) {
      const byte = this.u8()
      value += (byte & 0x7f) * 2 ** (7 * index)
      if (byte < 0x80) {
        this.#checkLast(byte, index)
        if (value >= 2 ** Number(bits)) throw new MalformedMessage(`a number of more than ${bits} bits`)
        return value
      }
    }
    throw new MalformedMessage('a number that does not end')
  }
}

/** Writes values one after the other; each method gives the writer back. Numbers out of their range are RangeErrors. */
export class PostcardWriter {
  #bytes = new Uint8Array(128)
  #length = 0

  /** Bytes that were written so far. */
  get length(): number {
    return this.#length
  }

  u8(value: number): this {
    return this.#raw(Uint8Array.of(inRange(value, 8)))
  }

  bool(value: boolean): this {
    return this.u8(value ? 1 : 0)
  }

  u16(value: number): this {
    return this.#varint(inRange(value, 16))
  }

  u32(value: number): this {
    return this.#varint(inRange(value, 32))
  }

  u64(value: bigint): this {
    if (value < 0n || value >> 64n !== 0n) throw new RangeError(`${value} has not 64 bits`)
    let left = value
    for (; left >= 0x80n; left >>= 7n) this.#byte(Number(left & 0x7fn) | 0x80)
    return this.#byte(Number(left))
  }

  i64(value: bigint): this {
    if (BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} has not 64 bits`)
    return this.u64(value < 0n ? -value * 2n - 1n : value * 2n)
  }

  /** How many items or bytes follow. */
  count(value: number): this {
    return this.#varint(inRange(value, 53))
  }

  /** An array of known length. */
  fixed(bytes: Uint8Array): this {
    return this.#raw(bytes)
  }

  /** Bytes after their length. */
  bytes(bytes: Uint8Array): this {
    return this.count(bytes.length).#raw(bytes)
  }

  /** Text after its length in bytes. */
  text(text: string): this {
    return this.bytes(fromString(text, 'utf8'))
  }

  /** Null for none. */
  option<T>(value: T | null, write: (writer: this, value: T) => unknown): this {
    this.bool(value !== null)
    if (value !== null) write(this, value)
    return this
  }

  /** Items after their count. */
  list<T>(items: readonly T[], write: (writer: this, item: T) => unknown): this {
    this.count(items.length)
    for (const item of items) write(this, item)
    return this
  }

  /** Which variant of an enum follows. */
  variant(index: number): this {
    return this.u32(index)
  }

  /** All that was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  #varint(value: number): this {
    let left = value
    for (; left >= 0x80; left = Math.floor(left / 0x80)) this.#byte((left % 0x80) | 0x80)
    return this.#byte(left)
  }

  #byte(byte: number): this {
    this.#room(1)
    this.#bytes[this.#length] = byte
    this.#length += 1
    return this
  }

  #raw(bytes: Uint8Array): this {
    this.#room(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
    return this
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(this.#length + more, 2 * this.#bytes.length))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}

function inRange(value: number, bits: number): number {
  if (Number.isInteger(value) && value >= 0 && value < 2 ** bits) return value
  throw new RangeError(`${value} is not a whole number of ${bits} bits`)
}

function fitting(value: bigint, bits: bigint): bigint {
  if (value >> bits !== 0n) throw new MalformedMessage(`a number of more than ${bits} bits`)
  return value
}
