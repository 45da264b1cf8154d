/** A connection to the D-Bus session bus on Linux, for a question now and then and for signals that something changed. */
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { posix } from 'node:path'
import { Unavailable } from '../../shared/errors.ts'
import { decodeMessage, encodeCall, MESSAGE } from './dbus-wire.ts'
import type { BusCall, BusMessage } from './dbus-wire.ts'

/** How long the bus, or a program on it, has for an answer, milliseconds. */
export const ANSWER_MS = 1000
/** Longest line of the greeting, bytes. */
const MAX_LINE = 4096

/** The bus itself, as one of those that can be asked. */
export const BUS = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
} as const

/**
 * Where the session bus may listen, the most likely first; empty where there is none.
 * @param env DBUS_SESSION_BUS_ADDRESS, else the socket that systemd makes in XDG_RUNTIME_DIR
 */
export function busSockets(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const runtime = env['XDG_RUNTIME_DIR']
  const inRuntime = runtime !== undefined && posix.isAbsolute(runtime) ? [posix.join(runtime, 'bus')] : []
  const address = env['DBUS_SESSION_BUS_ADDRESS']
  if (address === undefined || address === '') return inRuntime
  return address.split(';').flatMap((one) => {
    if (!one.startsWith('unix:')) return []
    const pairs = one.slice('unix:'.length).split(',')
    const given = new Map(pairs.map((pair) => [pair.split('=', 1)[0] ?? '', unescaped(pair)]))
    const path = given.get('path')
    const abstract = given.get('abstract')
    if (path !== undefined && posix.isAbsolute(path)) return [path]
    if (abstract !== undefined && abstract !== '') return [`\0${abstract}`]
    return given.get('runtime') === 'yes' ? inRuntime : []
  })
}

/** The value of `key=value`, in which any byte may be `%` and two digits. */
function unescaped(pair: string): string {
  const value = pair.slice(pair.indexOf('=') + 1)
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** What a connection works with. */
export interface BusOptions {
  /** The socket; one that begins with a zero byte is of the abstract namespace. */
  readonly socket: string
  /** The user, as the system numbers them. */
  readonly uid: number
  /** A signal came that was subscribed to. */
  onSignal(): void
  /** The connection is gone, by its own or by `close`. Called once, and only for a connection that was opened. */
  onEnd(): void
}

/** Takes what came of a call, or of the greeting. */
type Settle = (outcome: BusMessage | null | Unavailable) => void
/** Calls are numbered from 1. */
const GREETING = 0

/** One connection. Close it. */
export class SessionBus {
  readonly #socket: Socket
  readonly #options: BusOptions
  readonly #waiting = new Map<number, Settle>()
  #received = Buffer.alloc(0)
  #greeted = false
  #opened = false
  #serial = GREETING
  #ended: Unavailable | null = null

  private constructor(options: BusOptions) {
    this.#options = options
    this.#socket = connect(options.socket)
    this.#socket.unref()
    this.#socket.on('error', (error) => this.#end(`the session bus cannot be reached: ${error.message}`))
    this.#socket.on('close', () => this.#end('the session bus hung up'))
    this.#socket.on('data', (bytes: Buffer) => this.#receive(bytes))
  }

  /** Opens one. @throws Unavailable where there is no bus, it refuses us, or it does not answer in time */
  static async open(options: BusOptions): Promise<SessionBus> {
    const bus = new SessionBus(options)
    try {
      // The bus compares this user with the owner of the socket, as the system reports it.
      bus.#socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(options.uid)).toString('hex')}\r\n`)
      await bus.#answerTo(GREETING)
      await bus.call({ ...BUS, member: 'Hello', args: [] })
    } catch (error) {
      bus.close()
      throw error
    }
    bus.#opened = true
    return bus
  }

  /** Calls a method. @throws Unavailable where it fails, or does not answer in time */
  async call(call: BusCall): Promise<BusMessage> {
    this.#serial += 1
    const answer = this.#answerTo(this.#serial)
    if (this.#ended === null) this.#socket.write(encodeCall(call, this.#serial))
    const message = await answer
    if (message?.type !== MESSAGE.reply) throw new Unavailable(`${call.member} failed: ${message?.errorName ?? ''}`)
    return message
  }

  /** Idempotent. */
  close(): void {
    this.#end('the connection to the session bus was closed')
  }

  #answerTo(serial: number): Promise<BusMessage | null> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) return reject(this.#ended)
      const settle: Settle = (outcome) => {
        clearTimeout(timer)
        this.#waiting.delete(serial)
        if (outcome instanceof Unavailable) reject(outcome)
        else resolve(outcome)
      }
      const late = (): void => settle(new Unavailable('the session bus does not answer'))
      // A process that was busy reads first what came meanwhile.
      const timer = setTimeout(() => setImmediate(late), ANSWER_MS)
      timer.unref()
      return void this.#waiting.set(serial, settle)
    })
  }

  #receive(bytes: Buffer): void {
    if (this.#ended !== null) return
    this.#received = Buffer.concat([this.#received, bytes])
    try {
      if (!this.#greeted && !this.#takeGreeting()) return
      for (let next = decodeMessage(this.#received); next !== null; next = decodeMessage(this.#received)) {
        this.#received = this.#received.subarray(next.length)
        const { type, replySerial } = next.message
        if (type === MESSAGE.reply || type === MESSAGE.error) this.#waiting.get(replySerial)?.(next.message)
        else if (type === MESSAGE.signal) this.#options.onSignal()
      }
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error))
    }
  }

  /** Whether it is over. */
  #takeGreeting(): boolean {
    const end = this.#received.indexOf('\r\n')
    if (end > MAX_LINE || (end < 0 && this.#received.length > MAX_LINE))
      throw new Unavailable('the session bus sent too long a line')
    if (end < 0) return false
    if (!this.#received.toString('latin1', 0, end).startsWith('OK '))
      throw new Unavailable('the session bus refuses this user')
    this.#received = this.#received.subarray(end + 2)
    this.#greeted = true
    this.#socket.write('BEGIN\r\n')
    this.#waiting.get(GREETING)?.(null)
    return true
  }

  #end(why: string): void {
    if (this.#ended !== null) return
    this.#ended = new Unavailable(why)
    this.#socket.destroy()
    for (const settle of this.#waiting.values()) settle(this.#ended)
    if (this.#opened) this.#options.onEnd()
  }
}
