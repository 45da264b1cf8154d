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
import { TOKEN_FRAGMENT, WEB_PROTOCOL } from '../../shared/web-binding.ts'
import type { Logger } from '../monitor/open-node.ts'
import { isRequestMessage, MAX_REQUEST } from '../monitor/request-check.ts'
import type { MonitorRouter } from '../monitor/router.ts'
import { refuse, serveFile } from './files.ts'
import type { Guard } from './guard.ts'
import { refusalOfRequest, refusalOfSocket } from './guard.ts'

/** Pages at once. */
const MAX_PAGES = 32
/** A page that does not answer a ping for this long is gone, milliseconds. */
const PING_MS = 30_000
/** A page that reads more slowly than this many waiting bytes is cut off; it comes back and starts anew. */
const MAX_WAITING = 64 * 1024 * 1024
/** Refusals that are logged; the rest is only counted. */
const MAX_LOGGED = 20

/** What is served, and where. */
export interface ServeOptions {
  readonly router: MonitorRouter
  /** The built renderer. */
  readonly rendererDir: string
  readonly logger: Logger
  /** 0 takes a free one. */
  readonly port?: number
}

/** A running browser host. */
export interface WebHost {
  /** With the token in its fragment. */
  readonly url: string
  /** Idempotent. */
  close(): Promise<void>
}

/**
 * Serves on 127.0.0.1 only.
 * @throws Unavailable when the renderer is not built, ListenFailed
 */
export async function serveWeb(options: ServeOptions): Promise<WebHost> {
  const folder = resolve(options.rendererDir)
  if (!existsSync(join(folder, 'index.html'))) {
    throw new Unavailable(`the window is not built (no index.html in ${folder}): run 'npm run build' first`)
  }
  const token = randomBytes(32).toString('hex')
  const hosts = new Set<string>()
  const guard: Guard = { hosts, token }
  const warn = boundedWarnings(options.logger)

  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 10_000, maxHeaderSize: 16 * 1024 },
    (request, response) => {
      const refusal = refusalOfRequest(guard, request)
      if (refusal === null) {
        void serveFile(folder, request, response)
        return
      }
      warn(refusal, request)
      refuse(response, refusal.startsWith('a method') ? 405 : 403, 'refused')
    },
  )
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_REQUEST,
    perMessageDeflate: false,
    handleProtocols: () => WEB_PROTOCOL,
  })
  const handler = new RPCHandler(options.router)
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const refusal = sockets.clients.size >= MAX_PAGES ? 'one page too many' : refusalOfSocket(guard, request)
    if (refusal !== null) {
      warn(refusal, request)
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (page) => {
      keepAlive(page)
      page.on('error', (error) => warn(`a broken message (${error.message})`, request))
      const checked = onlyRequests(page, () => warn('a message that is no request', request))
      void handler.upgrade(checked, { context: {} })
    })
  })

  await new Promise<void>((done, fail) => {
    server.once('error', (error) =>
      fail(new ListenFailed(`cannot serve on port ${options.port ?? 0}: ${error.message}`, { cause: error })),
    )
    server.listen(options.port ?? 0, '127.0.0.1', done)
  })
  const { port } = server.address() as AddressInfo
  hosts.add(`127.0.0.1:${port}`).add(`localhost:${port}`)
  let closed: Promise<void> | null = null
  return {
    url: `http://127.0.0.1:${port}/#${TOKEN_FRAGMENT}=${token}`,
    close: () => {
      closed ??= new Promise((done) => {
        for (const page of sockets.clients) page.terminate()
        sockets.close()
        server.close(() => done())
        server.closeAllConnections()
      })
      return closed
    },
  }
}

/** The page's socket, with nothing but well-formed requests coming out of it; another message ends it. */
function onlyRequests(page: WebSocket, refused: () => void): Pick<WebSocket, 'addEventListener' | 'send'> {
  const listen = (type: string, listener: (event: unknown) => void): void => {
    page.addEventListener(type as 'message', (event) => {
      if (type !== 'message' || isRequestMessage(event.data)) return listener(event)
      refused()
      return page.close(1008)
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

/** Logs a refusal; after many only one line says that there are more. */
function boundedWarnings(logger: Logger): (what: string, request: IncomingMessage) => void {
  let logged = 0
  return (what, request) => {
    logged += 1
    const from = request.socket.remoteAddress
    if (logged <= MAX_LOGGED)
      logger.warn({ from, origin: request.headers.origin, host: request.headers.host }, `refused: ${what}`)
    if (logged === MAX_LOGGED) logger.warn('further refusals are not logged')
  }
}
