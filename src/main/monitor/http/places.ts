/** Places at an HTTP server. Connections without a right to be there are the first to go, so that they keep nobody out. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { isIPv6 } from 'node:net'

/** Connections at once that wait or are answered; those that are kept come on top. */
export const MAX_PLACES = 256
/** Of them, those that are answered at once: the others stay free for whoever comes. */
export const MAX_ANSWERED = 128
/** Requests that one connection may send without having read the answers. */
const MAX_PIPELINED = 16
/** How long a connection may take for a request, or wait for its next one, milliseconds. */
const WAIT_MS = 5000
/** How long an answer may take to be read, milliseconds. */
const ANSWER_MS = 60_000
/** How often the two are looked at, milliseconds. */
const LOOK_MS = 1000
/** How long a connection may take to read why it is refused, milliseconds. */
const REFUSED_MS = 1000
/** Longest head of a request, in bytes. */
const MAX_HEAD = 16 * 1024

/** Options of `createServer` that go with places. */
export const HTTP_OPTIONS = {
  requestTimeout: 10_000,
  headersTimeout: 10_000,
  keepAliveTimeout: WAIT_MS,
  connectionsCheckingInterval: LOOK_MS,
  maxHeaderSize: MAX_HEAD,
} as const

/** A connection's state: without a whole request, or with one. */
interface Place {
  readonly from: string
  /** Milliseconds on the monotonic clock, since when it is so. */
  since: number
  answers: number
}

/** What a server's connections may do. */
class Places {
  readonly #now: () => number
  /** Those that have been as they are for the longest come first. */
  readonly #places = new Map<Socket, Place>()
  readonly #timer: NodeJS.Timeout

  /** See `limitPlaces`. */
  constructor(server: Server, now: () => number) {
    this.#now = now
    server.on('connection', (socket) => this.#take(socket))
    server.on('request', (request, response) => this.#answers(request, response))
    // There is no way through us; without a listener the connection would just break.
    server.on('connect', (_request, socket: Socket) => this.refuse(socket, '405 Method Not Allowed'))
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref()
    server.on('close', () => clearInterval(this.#timer))
  }

  /** Connections that wait or are answered. */
  get size(): number {
    return this.#places.size
  }

  /** This one has the right to stay as long as it wants. */
  keep(socket: Socket): void {
    this.#places.delete(socket)
  }

  /** Answers a connection that is no longer the server's, and ends it. */
  refuse(socket: Socket, status: string): void {
    socket.on('error', () => socket.destroy())
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    // What still comes is not kept.
    socket.resume()
    setTimeout(() => socket.destroy(), REFUSED_MS).unref()
  }

  /** Ends those that take too long. */
  look(): void {
    const now = this.#now()
    for (const [socket, { since, answers }] of this.#places) {
      if (now - since > (answers > 0 ? ANSWER_MS : WAIT_MS)) this.#end(socket)
    }
  }

  #take(socket: Socket): void {
    // Before the number is looked at: one that is gone already has no address, and closes.
    this.#places.set(socket, { from: networkOf(socket.remoteAddress), since: this.#now(), answers: 0 })
    socket.on('close', () => this.#places.delete(socket))
    if (this.#places.size > MAX_PLACES) this.#end(this.#oldest(socket))
  }

  #answers(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request
    const place = this.#places.get(socket)
    if (place === undefined) return
    this.#change(socket, place, 1)
    if (place.answers > MAX_PIPELINED) {
      this.#end(socket)
      return
    }
    response.once('close', () => {
      if (this.#places.has(socket)) this.#change(socket, place, -1)
    })
    const answered = [...this.#places].filter(([, { answers }]) => answers > 0)
    if (answered.length > MAX_ANSWERED) this.#end(this.#oldest(socket, true))
  }

  #change(socket: Socket, place: Place, by: 1 | -1): void {
    place.answers += by
    place.since = this.#now()
    this.#places.delete(socket)
    this.#places.set(socket, place)
  }

  /**
   * Which connection goes: of the network that has the most, the one that has waited for the longest; where all are being
   * answered, the one that has been for the longest. Never the one that just came.
   */
  #oldest(newest: Socket, onlyAnswered = false): Socket | null {
    const counts = new Map<string, number>()
    const others = [...this.#places].filter(
      ([socket, { answers }]) => socket !== newest && (!onlyAnswered || answers > 0),
    )
    for (const [, { from }] of others) counts.set(from, (counts.get(from) ?? 0) + 1)
    const most = Math.max(...counts.values())
    const ofMost = others.filter(([, { from }]) => counts.get(from) === most)
    return (ofMost.find(([, { answers }]) => answers === 0) ?? ofMost[0])?.[0] ?? null
  }

  #end(socket: Socket | null): void {
    if (socket === null) return
    this.#places.delete(socket)
    socket.destroy()
  }
}

/** Gives a server places, for as long as it is open. @param now milliseconds of a clock that only goes forward */
export function limitPlaces(server: Server, now: () => number): Places {
  return new Places(server, now)
}

/** Who is counted as one: an IPv4 address, or the part of an IPv6 address that its network gives it. */
export function networkOf(address: string | undefined): string {
  if (address === undefined) return ''
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1]
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address
  const [head = '', tail = ''] = address.replace(/%.*$/, '').split('::')
  const [before, after] = [head, tail].map((part) => (part === '' ? [] : part.split(':')))
  const groups = [
    ...(before ?? []),
    ...Array.from({ length: 8 - (before?.length ?? 0) - (after?.length ?? 0) }, () => '0'),
  ]
  return groups
    .concat(after ?? [])
    .slice(0, 4)
    .join(':')
}
