/**
 * Passes the page's socket on to the engine that runs now. The page is the dev server's and keeps one token for as long as
 * that runs; the engine behind it has another port and token after each restart, and checks both as strictly as ever.
 */
import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { TOKEN_FRAGMENT, TOKEN_PROTOCOL, WEB_PROTOCOL, WEB_SOCKET_PATH } from '../../src/shared/web-binding.ts'

/** Where the engine that runs now is. */
export interface Engine {
  /** Host and port. */
  readonly host: string
  readonly token: string
}

/** The engine of a URL that `peerscope serve` printed; null for another URL. */
export function engineOf(url: string): Engine | null {
  if (!URL.canParse(url)) return null
  const { host, hash } = new URL(url)
  const token = new URLSearchParams(hash.slice(1)).get(TOKEN_FRAGMENT)
  return token === null ? null : { host, token }
}

/**
 * Answers the sockets of our page. The server's other sockets are left alone.
 * @param origin of our own page, the only one that may come
 * @param engine null while none runs: the page tries again
 * @returns cuts all that are open, before an engine that comes back says that it is stopped
 */
export function relaySockets(server: Server, origin: string, token: string, engine: () => Engine | null): () => void {
  const open = new Set<Duplex>()
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url !== WEB_SOCKET_PATH) return
    socket.on('error', () => socket.destroy())
    const to = engine()
    if (!isOurs(request, origin, token)) return refuse(socket, '403 Forbidden')
    if (to === null) return refuse(socket, '503 Service Unavailable')
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    pass(request, socket, head, to)
  })
  return () => {
    for (const socket of open) socket.destroy()
  }
}

function isOurs({ headers }: IncomingMessage, origin: string, token: string): boolean {
  if (headers.origin !== origin || headers.host !== new URL(origin).host) return false
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => Buffer.from(name.trim()))
  const ours = Buffer.from(`${TOKEN_PROTOCOL}${token}`)
  return offered.some((name) => name.length === ours.length && timingSafeEqual(name, ours))
}

/** Opens the same socket at the engine, as its own page would. */
function pass(request: IncomingMessage, socket: Duplex, head: Buffer, { host, token }: Engine): void {
  const { hostname, port } = new URL(`http://${host}`)
  const engine = connect(Number(port), hostname.replaceAll(/[[\]]/g, ''))
  const lines = [
    `GET ${WEB_SOCKET_PATH} HTTP/1.1`,
    `Host: ${host}`,
    `Origin: http://${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    `Sec-WebSocket-Version: ${request.headers['sec-websocket-version'] ?? ''}`,
    `Sec-WebSocket-Key: ${request.headers['sec-websocket-key'] ?? ''}`,
    `Sec-WebSocket-Protocol: ${WEB_PROTOCOL}, ${TOKEN_PROTOCOL}${token}`,
  ]
  engine.write(`${lines.join('\r\n')}\r\n\r\n`)
  engine.write(head)
  engine.pipe(socket).pipe(engine)
  engine.on('error', () => socket.destroy())
  engine.on('close', () => socket.destroy())
  socket.on('close', () => engine.destroy())
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
