/** The browser host: the built renderer over HTTP, the contract over one WebSocket a page. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { join, resolve } from 'node:path'
import { RPCHandler } from '@orpc/server/ws'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import { ListenFailed, Unavailable } from '../../shared/errors.ts'
import { HOST_ENDED, SOCKET_ONLY, TOKEN_FRAGMENT, WEB_PROTOCOL, WEB_SOCKET_PATH } from '../../shared/web-binding.ts'
import { HTTP_OPTIONS, limitPlaces, MAX_CONNECTIONS, networkOf } from '../monitor/http/places.ts'
import type { Logger } from '../monitor/open-node.ts'
import { isRequestMessage, MAX_REQUEST } from '../monitor/request-check.ts'
import type { MonitorRouter } from '../monitor/router.ts'
import { Files, refuse } from './files.ts'
import type { Guard } from './guard.ts'
import { REFUSALS, refusalOfRequest, refusalOfSocket } from './guard.ts'
import { keepAlive, onlyRequests, Room } from './pages.ts'
import { guardOf, isLoopback, originOf, placeOf, warningOf } from './place.ts'
import type { Rate } from './rate-limit.ts'
import { RateLimit } from './rate-limit.ts'

/** How long a page may take to answer the goodbye of a host that ends, milliseconds. */
const GOODBYE_MS = 500
/** Kinds of refusals that are logged, each once for an address. */
const MAX_LOGGED = 20
/** Files of the page, for one address; on this machine, where all have the same one, for one connection. */
const FILES: Rate = { burst: 300, perSecond: 50 }
/** What is refused anyway, for one address: more of it is not even answered. */
const STRANGERS: Rate = { burst: 60, perSecond: 2 }
/** Sockets with the right token. They are counted apart, so that nobody without the token can lock them out. */
const PAGES: Rate = { burst: 64, perSecond: 8 }
/** Messages of one page. */
const MESSAGES: Rate = { burst: 4000, perSecond: 1000 }

/** What is served, and where. */
export interface ServeOptions {
  readonly router: MonitorRouter
  /** The built renderer. */
  readonly rendererDir: string
  readonly logger: Logger
  /** 0 takes a free one. */
  readonly port?: number
  /** Address to listen on; 127.0.0.1 unless somebody wants another one. */
  readonly host?: string
  /** How browsers reach the page through a reverse proxy, such as `https://peers.example.org`. */
  readonly publicUrl?: string
  /** Milliseconds of a clock that only goes forward, for tests. */
  readonly monotonic?: () => number
}

/** A running browser host. */
export interface WebHost {
  /** With the token in its fragment. */
  readonly url: string
  /** Where it listens; behind a reverse proxy the URL does not tell. */
  readonly port: number
  /** What must be known of serving there; null when nothing leaves this machine unencrypted. */
  readonly warning: string | null
  /** Says goodbye to the pages, so that they know that they lost nothing. Takes at most half a second. Idempotent. */
  close(): Promise<void>
}

/**
 * Serves on loopback, or where `host` says.
 * @throws Unavailable when the renderer is not built, ListenFailed, InvalidArgument for a host or URL that cannot be
 */
export async function serveWeb(options: ServeOptions): Promise<WebHost> {
  const { logger, port: wanted = 0, monotonic = () => performance.now() } = options
  const place = placeOf(options.host, options.publicUrl)
  const folder = resolve(options.rendererDir)
  if (!existsSync(join(folder, 'index.html'))) {
    throw new Unavailable(`the window is not built (no index.html in ${folder}): run 'npm run build' first`)
  }
  const files = new Files(folder)
  const token = randomBytes(32).toString('hex')
  // Until the port is known nothing is ours.
  let guard: Guard = { hosts: new Set(), origins: new Set(), anyAddressAt: null, token }
  const warn = boundedWarnings(logger)
  let failed = false
  const warnOnce = (error: unknown): void => {
    if (!failed) logger.warn({ err: error }, 'a connection of the browser host failed; others are not logged')
    failed = true
  }
  const limits = {
    files: new RateLimit(FILES, monotonic),
    strangers: new RateLimit(STRANGERS, monotonic),
    pages: new RateLimit(PAGES, monotonic),
    messages: new RateLimit(MESSAGES, monotonic),
  }

  const server = createServer(HTTP_OPTIONS, (request, response) => {
    const refusal = refusalOfRequest(guard, request)
    const within = refusal === null ? limits.files.take(readerOf(request)) : limits.strangers.take(addressOf(request))
    if (!within) {
      warn('too many requests', request)
      refuse(response, 429, 'too many requests')
    } else if (refusal === null && request.url === WEB_SOCKET_PATH) {
      response.setHeader('Upgrade', 'websocket')
      refuse(response, SOCKET_ONLY, 'a WebSocket only')
    } else if (refusal === null) {
      files.serve(request, response).catch((error: unknown) => {
        warnOnce(error)
        response.destroy()
      })
    } else {
      warn(refusal, request)
      refuse(response, STATUS[refusal] ?? 403, 'refused')
    }
  })
  const places = limitPlaces(server, monotonic)
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_REQUEST,
    perMessageDeflate: false,
    handleProtocols: () => WEB_PROTOCOL,
  })
  const handler = new RPCHandler(options.router)
  const room = new Room(sockets.clients)
  let opened = 0
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const stranger = refusalOfSocket(guard, request)
    const within = stranger === null ? limits.pages.take('') : limits.strangers.take(addressOf(request))
    const turnAway = (why: string, status: string): void => {
      warn(why, request)
      places.refuse(socket, status)
    }
    if (!within) return turnAway('too many sockets', '429 Too Many Requests')
    if (stranger !== null) return turnAway(stranger, '403 Forbidden')
    // It has the token: nobody without it takes its place.
    places.keep(socket)
    const open = (): void => sockets.handleUpgrade(request, socket, head, (page) => take(page, request))
    if (room.isFree) return open()
    const openLater = async (): Promise<void> => {
      const free = await room.make()
      if (free && !socket.destroyed) open()
      else turnAway('one page too many', '503 Service Unavailable')
    }
    void openLater()
    return undefined
  })
  const take = (page: WebSocket, request: IncomingMessage): void => {
    const name = String((opened += 1))
    keepAlive(page)
    page.on('error', (error) => warn(`a broken message (${error.message})`, request))
    const checked = onlyRequests(page, (message) => {
      const within = limits.messages.take(name)
      if (within && isRequestMessage(message)) return true
      warn(within ? 'a message that is no request' : 'too many messages', request)
      return false
    })
    void handler.upgrade(checked, { context: {} })
  }

  await new Promise<void>((done, fail) => {
    server.once('error', (error) =>
      fail(new ListenFailed(`cannot serve on ${place.host} port ${wanted}: ${error.message}`, { cause: error })),
    )
    server.listen({ port: wanted, host: place.host, backlog: MAX_CONNECTIONS }, done)
  })
  // From here on an error, such as too many open files, concerns a connection: the next one may succeed.
  server.removeAllListeners('error').on('error', (error) => warnOnce(error))
  const { port } = server.address() as AddressInfo
  guard = guardOf(place, port, token)
  const warning = warningOf(place)
  if (warning !== null) logger.warn(warning)
  let closed: Promise<void> | null = null
  return {
    url: `${originOf(place, port)}/#${TOKEN_FRAGMENT}=${token}`,
    port,
    warning,
    close: () => {
      closed ??= new Promise((done) => {
        const limit = setTimeout(() => {
          for (const page of sockets.clients) page.terminate()
        }, GOODBYE_MS)
        for (const page of sockets.clients) page.close(HOST_ENDED)
        sockets.close()
        server.close(() => {
          clearTimeout(limit)
          done()
        })
        server.closeAllConnections()
      })
      return closed
    },
  }
}

/** How a refusal is answered; others by 403. */
const STATUS: Readonly<Record<string, number>> = {
  [REFUSALS.method]: 405,
  [REFUSALS.target]: 400,
  [REFUSALS.body]: 400,
}

function addressOf(request: IncomingMessage): string {
  return networkOf(request.socket.remoteAddress)
}

/** Whose files are counted together. Behind one address of this machine are all its users, and all behind a proxy. */
function readerOf(request: IncomingMessage): string {
  const address = addressOf(request)
  return isLoopback(address) ? `${address} ${request.socket.remotePort}` : address
}

/** Logs each kind of refusal once for an address; after many kinds only one line says that there are more. */
function boundedWarnings(logger: Logger): (what: string, request: IncomingMessage) => void {
  const logged = new Set<string>()
  return (what, request) => {
    const from = addressOf(request)
    const key = `${from} ${what}`
    if (logged.size >= MAX_LOGGED || logged.has(key)) return
    logged.add(key)
    const { origin, host } = request.headers
    logger.warn({ from, origin: shown(origin), host: shown(host) }, `refused: ${what}`)
    if (logged.size === MAX_LOGGED) logger.warn('further refusals are not logged')
  }
}

/** Headers come from strangers: what is logged of them is short. */
function shown(header: string | undefined): string | undefined {
  return header === undefined || header.length <= 100 ? header : `${header.slice(0, 100)}…`
}
