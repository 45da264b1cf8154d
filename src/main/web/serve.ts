/** The browser host: the built renderer over HTTP, the contract over one WebSocket a page. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/ws'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import { ListenFailed, Unavailable } from '../../shared/errors.ts'
import { HOST_ENDED, SOCKET_ONLY, TOKEN_FRAGMENT, WEB_PROTOCOL, WEB_SOCKET_PATH } from '../../shared/web-binding.ts'
import type { Logger } from '../monitor/open-node.ts'
import { isRequestMessage, MAX_REQUEST } from '../monitor/request-check.ts'
import type { MonitorRouter } from '../monitor/router.ts'
import { refuse, serveFile } from './files.ts'
import type { Guard } from './guard.ts'
import { refusalOfRequest, refusalOfSocket } from './guard.ts'
import { guardOf, originOf, placeOf, warningOf } from './place.ts'
import type { Rate } from './rate-limit.ts'
import { RateLimit } from './rate-limit.ts'

/** Pages at once. */
const MAX_PAGES = 32
/** Connections at once. */
const MAX_CONNECTIONS = 256
/** A page that does not answer a ping for this long is gone, milliseconds. */
const PING_MS = 30_000
/** A page that reads more slowly than this many waiting bytes is cut off; it comes back and starts anew. */
const MAX_WAITING = 64 * 1024 * 1024
/** How long a page may take to answer the goodbye of a host that ends, milliseconds. */
const GOODBYE_MS = 500
/** Kinds of refusals that are logged, each once for an address. */
const MAX_LOGGED = 20
/** Files of the page, for one address. */
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
  const token = randomBytes(32).toString('hex')
  // Until the port is known nothing is ours.
  let guard: Guard = { hosts: new Set(), origins: new Set(), anyAddressAt: null, token }
  const warn = boundedWarnings(logger)
  const limits = {
    files: new RateLimit(FILES, monotonic),
    strangers: new RateLimit(STRANGERS, monotonic),
    pages: new RateLimit(PAGES, monotonic),
    messages: new RateLimit(MESSAGES, monotonic),
  }

  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 10_000, maxHeaderSize: 16 * 1024 },
    (request, response) => {
      const refusal = refusalOfRequest(guard, request)
      const within = (refusal === null ? limits.files : limits.strangers).take(addressOf(request))
      if (!within) {
        warn('too many requests', request)
        refuse(response, 429, 'too many requests')
      } else if (refusal === null && request.url === WEB_SOCKET_PATH) {
        response.setHeader('Upgrade', 'websocket')
        refuse(response, SOCKET_ONLY, 'a WebSocket only')
      } else if (refusal === null) {
        serveFile(folder, request, response).catch((error: unknown) => {
          logger.error({ err: error }, 'a file could not be served')
          response.destroy()
        })
      } else {
        warn(refusal, request)
        refuse(response, refusal.startsWith('a method') ? 405 : 403, 'refused')
      }
    },
  )
  server.maxConnections = MAX_CONNECTIONS
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_REQUEST,
    perMessageDeflate: false,
    handleProtocols: () => WEB_PROTOCOL,
  })
  const handler = new RPCHandler(options.router)
  let opened = 0
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const stranger = refusalOfSocket(guard, request)
    const within = stranger === null ? limits.pages.take('') : limits.strangers.take(addressOf(request))
    const refusal = stranger ?? (sockets.clients.size >= MAX_PAGES ? 'one page too many' : null)
    if (refusal !== null || !within) {
      warn(within && refusal !== null ? refusal : 'too many sockets', request)
      const status = within ? '403 Forbidden' : '429 Too Many Requests'
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (page) => {
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
    })
  })

  await new Promise<void>((done, fail) => {
    server.once('error', (error) =>
      fail(new ListenFailed(`cannot serve on ${place.host} port ${wanted}: ${error.message}`, { cause: error })),
    )
    server.listen(wanted, place.host, done)
  })
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

/** The page's socket, with nothing but well-formed requests coming out of it; another message ends it. */
function onlyRequests(
  page: WebSocket,
  accepts: (message: unknown) => boolean,
): Pick<WebSocket, 'addEventListener' | 'send'> {
  let open = true
  const listen = (type: string, listener: (event: unknown) => void): void => {
    page.addEventListener(type as 'message', (event) => {
      if (type !== 'message') return listener(event)
      // What was on its way behind a refused message is dropped with it.
      if (open && accepts(event.data)) return listener(event)
      if (open) page.close(1008)
      open = false
      return undefined
    })
  }
  return { send: page.send.bind(page), addEventListener: listen }
}

function keepAlive(page: WebSocket): void {
  let alive = true
  const timer = setInterval(() => {
    if (!alive || page.bufferedAmount > MAX_WAITING) return page.terminate()
    alive = false
    page.ping()
    return undefined
  }, PING_MS)
  timer.unref()
  page.on('pong', () => {
    alive = true
  })
  page.on('close', () => clearInterval(timer))
}

function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? ''
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
