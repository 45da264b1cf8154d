/**
 * The part of the D-Bus wire format that a question to the session bus needs: calls whose arguments are strings, and the
 * headers of what comes back. The format is defined at https://dbus.freedesktop.org/doc/dbus-specification.html.
 */
import { Unavailable } from '../../shared/errors.ts'

/** Largest message that is read, bytes. What we ask for fits into a few hundred. */
export const MAX_MESSAGE = 64 * 1024
/** Bytes of a header before its fields. */
const FIXED = 16
const LITTLE_ENDIAN = 0x6c
const VERSION = 1
/** Nothing is started just because we ask for it. */
const NO_AUTO_START = 0x2

/** Kinds of messages. */
export const MESSAGE = { call: 1, reply: 2, error: 3, signal: 4 } as const
const FIELD = { path: 1, interface: 2, member: 3, errorName: 4, replySerial: 5, destination: 6, signature: 8 } as const

/** A call of a method. */
export interface BusCall {
  readonly destination: string
  readonly path: string
  readonly interface: string
  readonly member: string
  readonly args: readonly string[]
}

/** A message from the bus. */
export interface BusMessage {
  /** One of `MESSAGE`. */
  readonly type: number
  /** The serial of the call that it answers; 0 where it answers none. */
  readonly replySerial: number
  /** Of an error; else empty. */
  readonly errorName: string
  /** Types of what is in the body. */
  readonly signature: string
  readonly body: Buffer
}

/** The bytes of a call. @param serial not 0 */
export function encodeCall(call: BusCall, serial: number): Buffer {
  const body = new Writer()
  for (const arg of call.args) body.string(arg)
  const fields = new Writer()
  fields.field(FIELD.path, 'o', call.path)
  fields.field(FIELD.interface, 's', call.interface)
  fields.field(FIELD.member, 's', call.member)
  fields.field(FIELD.destination, 's', call.destination)
  if (call.args.length > 0) fields.field(FIELD.signature, 'g', 's'.repeat(call.args.length))
  const header = new Writer()
  header.bytes.push(LITTLE_ENDIAN, MESSAGE.call, NO_AUTO_START, VERSION)
  header.uint32(body.bytes.length)
  header.uint32(serial)
  header.uint32(fields.bytes.length)
  // The fields begin at a multiple of 8 here too.
  header.bytes.push(...fields.bytes)
  header.align(8)
  return Buffer.from([...header.bytes, ...body.bytes])
}

/**
 * The first message in what was received.
 * @returns null while it is incomplete
 * @throws Unavailable where the bytes are not D-Bus, too long or malformed
 */
export function decodeMessage(bytes: Buffer): { readonly message: BusMessage; readonly length: number } | null {
  if (bytes.length < FIXED) return null
  if (bytes[0] !== LITTLE_ENDIAN || bytes[3] !== VERSION) throw malformed('unknown byte order or version')
  const bodyLength = bytes.readUInt32LE(4)
  const fieldsEnd = FIXED + bytes.readUInt32LE(12)
  const bodyStart = aligned(fieldsEnd, 8)
  const length = bodyStart + bodyLength
  if (length > MAX_MESSAGE) throw malformed('the message is too long')
  if (bytes.length < length) return null
  const header = new Reader(bytes.subarray(0, fieldsEnd), FIXED)
  const found = { replySerial: 0, errorName: '', signature: '' }
  while (header.at < fieldsEnd) {
    header.align(8)
    const code = header.byte()
    const value = header.variant()
    if (code === FIELD.replySerial && typeof value === 'number') found.replySerial = value
    if (code === FIELD.errorName && typeof value === 'string') found.errorName = value
    if (code === FIELD.signature && typeof value === 'string') found.signature = value
  }
  const body = Buffer.from(bytes.subarray(bodyStart, length))
  return { message: { type: bytes[1] ?? 0, ...found, body }, length }
}

/** The truth value of a property, from the answer of `org.freedesktop.DBus.Properties.Get`. @throws Unavailable where it is none */
export function propertyTruth({ signature, body }: BusMessage): boolean {
  const value = signature === 'v' ? new Reader(body, 0).variant() : null
  if (typeof value !== 'boolean') throw malformed('the property is not a truth value')
  return value
}

class Writer {
  readonly bytes: number[] = []

  align(to: number): void {
    while (this.bytes.length % to !== 0) this.bytes.push(0)
  }

  uint32(value: number): void {
    this.align(4)
    for (let shift = 0; shift < 32; shift += 8) this.bytes.push((value >>> shift) & 0xff)
  }

  string(text: string): void {
    const encoded = Buffer.from(text)
    this.uint32(encoded.length)
    this.bytes.push(...encoded, 0)
  }

  signature(text: string): void {
    this.bytes.push(text.length, ...Buffer.from(text), 0)
  }

  field(code: number, type: 'o' | 's' | 'g', value: string): void {
    this.align(8)
    this.bytes.push(code)
    this.signature(type)
    if (type === 'g') this.signature(value)
    else this.string(value)
  }
}

class Reader {
  readonly #bytes: Buffer
  at: number

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  align(to: number): void {
    this.at = aligned(this.at, to)
  }

  byte(): number {
    const value = this.#bytes[this.at]
    if (value === undefined) throw malformed('the message is cut short')
    this.at += 1
    return value
  }

  uint32(): number {
    this.align(4)
    if (this.at + 4 > this.#bytes.length) throw malformed('the message is cut short')
    this.at += 4
    return this.#bytes.readUInt32LE(this.at - 4)
  }

  /** Text of that many bytes, with a zero behind it. */
  text(length: number): string {
    const end = this.at + length
    if (this.#bytes[end] !== 0) throw malformed('the message is cut short')
    const text = this.#bytes.toString('utf8', this.at, end)
    this.at = end + 1
    return text
  }

  /** A value with its type in front. Only types that headers and our question have. */
  variant(): string | number | boolean {
    const type = this.text(this.byte())
    if (type === 'g') return this.text(this.byte())
    if (type === 's' || type === 'o') return this.text(this.uint32())
    if (type === 'u') return this.uint32()
    if (type !== 'b') throw malformed('unknown type')
    const value = this.uint32()
    if (value > 1) throw malformed('neither true nor false')
    return value === 1
  }
}

function aligned(at: number, to: number): number {
  return Math.ceil(at / to) * to
}

function malformed(why: string): Unavailable {
  return new Unavailable(`the session bus sent something malformed: ${why}`)
}
