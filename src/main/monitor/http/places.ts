/** Places at an HTTP server. Connections without a right to be there are the first to go, so that they keep nobody out. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { ipClass, ipHost, ipText, parseIp } from '../../../shared/ip.ts'

/** Connections that may wait or be answered for longer than a moment; those that are kept come on top. */
export const MAX_PLACES = 256
/** Of them, those that are answered: the others stay free for newcomers. */
export const MAX_ANSWERED = 128
/** Connections that are never exceeded, not for a moment either. */
export const MAX_CONNECTIONS = 1024
/** For how long there may be more, milliseconds: who comes in the middle of a flood gets to say what it wants. */
export const GRACE_MS = 100
/** Requests that one connection may send without waiting for the answers; browsers send one. */
const MAX_PIPELINED = 2
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
  #trimming: NodeJS.Timeout | null = null
  /** Requests since the last trim. */
  #answered = 0

  /** See `limitPlaces`. */
  constructor(server: Server, now: () => number) {
    this.#now = now
    server.on('connection', (socket) => this.#take(socket))
    // First of all: those who answer don't begin for a connection that is ended here.
    server.prependListener('request', (request, response) => this.#answers(request, response))
    // There is no way through us; without a listener the connection would just break.
    server.on('connect', (_request, socket: Socket) => this.refuse(socket, '405 Method Not Allowed'))
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref()
    server.on('close', () => {
      clearInterval(this.#timer)
      clearTimeout(this.#trimming ?? undefined)
    })
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
    if (this.#places.size > MAX_CONNECTIONS) this.trim()
    else if (this.#places.size > MAX_PLACES) this.#trimSoon()
  }

  #answers(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request
    const place = this.#places.get(socket)
    if (place === undefined) return
    this.#change(socket, place, 1)
    if (place.answers > MAX_PIPELINED) {
      closeWithoutStacks(socket)
      this.#end(socket)
      return
    }
    response.once('close', () => {
      if (this.#places.has(socket)) this.#change(socket, place, -1)
    })
    this.#answered += 1
    if (this.#answered > MAX_CONNECTIONS / 2) this.trim()
    else if (this.#answered > MAX_ANSWERED) this.#trimSoon()
  }

  #change(socket: Socket, place: Place, by: 1 | -1): void {
    place.answers += by
    place.since = this.#now()
    this.#places.delete(socket)
    this.#places.set(socket, place)
  }

  #trimSoon(): void {
    this.#trimming ??= setTimeout(() => this.trim(), GRACE_MS).unref()
  }

  /** Ends what is too much: of the networks that have the most, those that wait, the longest first. */
  trim(): void {
    clearTimeout(this.#trimming ?? undefined)
    this.#trimming = null
    this.#answered = 0
    const all = [...this.#places].map(([socket, { from, answers }]) => ({ socket, from, answered: answers > 0 }))
    const answered = all.filter((one) => one.answered)
    const slow = new Set(surplus(answered, MAX_ANSWERED))
    const left = [...all.filter((one) => !one.answered), ...answered].filter((one) => !slow.has(one))
    for (const { socket } of [...slow, ...surplus(left, MAX_PLACES)]) this.#end(socket)
  }

  #end(socket: Socket): void {
    this.#places.delete(socket)
    socket.destroy()
  }
}

/**
 * Node makes an error for each unanswered request of a connection that closes. One part of a flood has a thousand of them,
 * and their stacks, which nobody reads, would take seconds.
 */
function closeWithoutStacks(socket: Socket): void {
  const { stackTraceLimit } = Error
  socket.prependListener('close', () => {
    Error.stackTraceLimit = 0
  })
  // Node's own listener stands between the two.
  socket.on('close', () => {
    Error.stackTraceLimit = stackTraceLimit
  })
}

/** What is more than `most`, taken from the networks that have the most, in the order given. */
function surplus<One extends { readonly from: string }>(all: readonly One[], most: number): One[] {
  if (all.length <= most) return []
  const counts = new Map<string, number>()
  for (const { from } of all) counts.set(from, (counts.get(from) ?? 0) + 1)
  // What each network may have: as much as possible, and the same for all.
  const sorted = [...counts.values()].toSorted((a, b) => a - b)
  let room = most
  let share = 0
  for (const [index, count] of sorted.entries()) {
    share = Math.floor(room / (sorted.length - index))
    if (count > share) break
    room -= count
  }
  return all.filter(({ from }) => {
    const left = counts.get(from) ?? 0
    if (left <= share) return false
    counts.set(from, left - 1)
    return true
  })
}

/** Gives a server places, for as long as it is open. @param now milliseconds of a clock that only goes forward */
export function limitPlaces(server: Server, now: () => number): Places {
  return new Places(server, now)
}

/** Who is counted as one: an IPv4 address, or the /64 of an IPv6 address; of this machine, each of its addresses. */
export function networkOf(address = ''): string {
  const bytes = parseIp(address.replace(/%.*$/, ''))
  if (bytes === null || address === '::1') return address
  return ipClass(bytes) === 'loopback' ? ipText(bytes) : ipHost(bytes)
}
