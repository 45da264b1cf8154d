/** A session bus on a socket in a folder of its own, with a StatusNotifierWatcher or without. Its frames are made by hand. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

/** What the bus has heard of a call. */
interface Call {
  readonly serial: number
  readonly member: string
  readonly flags: number
  readonly args: readonly string[]
}

/** One such bus. Close it. */
export class FakeSessionBus {
  readonly #folder = mkdtempSync(join(tmpdir(), 'peerscope-bus-'))
  readonly socket = process.platform === 'win32' ? `\\\\.\\pipe\\${basename(this.#folder)}` : join(this.#folder, 'bus')
  readonly calls: Call[] = []
  /** Lines of the greeting, and the line that answers the first. */
  readonly lines: string[] = []
  greeting: string | null = 'OK 0123456789abcdef0123456789abcdef\r\n'
  /** What the watcher answers: its property, an error since there is none, bytes, or nothing. */
  host: boolean | 'no watcher' | Buffer | 'silent' = true
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor() {
    this.#server = createServer((socket) => this.#serve(socket))
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => {
      this.#server.listen(this.socket, resolve)
    })
    return this
  }

  get connections(): number {
    return this.#sockets.size
  }

  /** Members of the calls so far. */
  get members(): readonly string[] {
    return this.calls.map(({ member }) => member)
  }

  /** Says to all that something changed. */
  signal(): void {
    this.send(frame({ type: 4, serial: 900, fields: [textField(3, 's', 'StatusNotifierHostRegistered')] }))
  }

  /** Sends bytes to all. @param chunk how many at a time */
  send(bytes: Buffer, chunk = bytes.length): void {
    for (const socket of this.#sockets)
      for (let at = 0; at < bytes.length; at += chunk) socket.write(bytes.subarray(at, at + chunk))
  }

  /** Hangs up on all. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.drop()
    await new Promise((resolve) => {
      this.#server.close(resolve)
    })
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    let received = Buffer.alloc(0)
    let greeted = false
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => undefined)
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes])
      while (!greeted) {
        const end = received.indexOf('\r\n')
        if (end < 0) return
        const line = received.toString('latin1', 0, end)
        received = received.subarray(end + 2)
        this.lines.push(line)
        greeted = line === 'BEGIN'
        if (!greeted && this.greeting !== null) socket.write(this.greeting)
      }
      for (let call = readCall(received); call !== null; call = readCall(received)) {
        received = received.subarray(call.length)
        this.calls.push(call)
        const answer = this.#answer(call)
        if (answer !== null) socket.write(answer)
      }
    })
  }

  #answer({ member, serial }: Call): Buffer | null {
    if (member !== 'Get') return reply(serial, member === 'Hello' ? 's' : '', member === 'Hello' ? text(':1.7') : [])
    if (this.host === 'silent') return null
    if (this.host === 'no watcher') return failure(serial, 'org.freedesktop.DBus.Error.NameHasNoOwner')
    if (Buffer.isBuffer(this.host)) return this.host
    return truth(serial, this.host ? 1 : 0)
  }
}

/** An answer to the question for a property: a variant with a truth value. */
export function truth(serial: number, value: number): Buffer {
  return reply(serial, 'v', [1, 0x62, 0, 0, ...number(value)])
}

/** A message of the type `reply`. */
export function reply(serial: number, signature: string, body: readonly number[]): Buffer {
  const fields = [[5, 1, 0x75, 0, ...number(serial)]]
  if (signature !== '') fields.push([8, 1, 0x67, 0, signature.length, ...Buffer.from(signature), 0])
  return frame({ type: 2, serial: 500, fields, body })
}

function failure(serial: number, name: string): Buffer {
  return frame({ type: 3, serial: 501, fields: [[5, 1, 0x75, 0, ...number(serial)], textField(4, 's', name)] })
}

/** A message. Each field begins at a multiple of 8. */
export function frame(message: {
  readonly type: number
  readonly serial: number
  readonly fields: readonly (readonly number[])[]
  readonly body?: readonly number[]
}): Buffer {
  const fields: number[] = []
  for (const field of message.fields) fields.push(...padded(fields.length, 8), ...field)
  const { body = [] } = message
  const head = [0x6c, message.type, 1, 1, ...number(body.length), ...number(message.serial), ...number(fields.length)]
  return Buffer.from([...head, ...fields, ...padded(fields.length, 8), ...body])
}

function textField(code: number, type: 's' | 'o', value: string): number[] {
  return [code, 1, type.charCodeAt(0), 0, ...text(value)]
}

function text(value: string): number[] {
  return [...number(value.length), ...Buffer.from(value), 0]
}

function number(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24]
}

function padded(at: number, to: number): number[] {
  return Array.from({ length: (to - (at % to)) % to }, () => 0)
}

/** A call; null while it is incomplete. */
function readCall(bytes: Buffer): (Call & { readonly length: number }) | null {
  if (bytes.length < 16) return null
  const fieldsEnd = 16 + bytes.readUInt32LE(12)
  const bodyStart = Math.ceil(fieldsEnd / 8) * 8
  const length = bodyStart + bytes.readUInt32LE(4)
  if (bytes.length < length) return null
  let member = ''
  for (let at = 16; at < fieldsEnd;) {
    at = Math.ceil(at / 8) * 8
    const code = bytes[at]
    const isSignature = bytes[at + 2] === 0x67
    const size = isSignature ? (bytes[at + 4] ?? 0) : bytes.readUInt32LE(at + 4)
    const start = at + (isSignature ? 5 : 8)
    if (code === 3) member = bytes.toString('utf8', start, start + size)
    at = start + size + 1
  }
  const args: string[] = []
  for (let at = bodyStart; at < length;) {
    at = Math.ceil(at / 4) * 4
    const size = bytes.readUInt32LE(at)
    args.push(bytes.toString('utf8', at + 4, at + 4 + size))
    at += 4 + size + 1
  }
  return { serial: bytes.readUInt32LE(8), flags: bytes[2] ?? 0, member, args, length }
}
