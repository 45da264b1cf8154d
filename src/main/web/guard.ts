import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { TOKEN_PROTOCOL, WEB_PROTOCOL, WEB_SOCKET_PATH } from '../../shared/web-binding.ts'

/** Who may talk to the browser host. */
export interface Guard {
  /** Names under which the host is served, with the port: anything else in `Host` is DNS rebinding. */
  readonly hosts: ReadonlySet<string>
  readonly token: string
}

/** Why a page request is refused, or null. */
export function refusalOfRequest(guard: Guard, request: IncomingMessage): string | null {
  if (request.headers.host === undefined || !guard.hosts.has(request.headers.host)) return 'a foreign Host'
  if (request.method !== 'GET' && request.method !== 'HEAD') return 'a method other than GET'
  return null
}

/** Why a WebSocket is refused, or null. Every part must be right: Host, Origin, path and token. */
export function refusalOfSocket(guard: Guard, request: IncomingMessage): string | null {
  if (request.headers.host === undefined || !guard.hosts.has(request.headers.host)) return 'a foreign Host'
  const { origin } = request.headers
  if (origin === undefined || !guard.hosts.has(origin.replace(/^http:\/\//, '')) || !origin.startsWith('http://')) {
    return 'a foreign Origin'
  }
  if (request.url !== WEB_SOCKET_PATH) return 'an unknown path'
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  if (!offered.includes(WEB_PROTOCOL)) return 'an unknown protocol'
  const given = offered.find((name) => name.startsWith(TOKEN_PROTOCOL))?.slice(TOKEN_PROTOCOL.length)
  return given !== undefined && isSame(given, guard.token) ? null : 'a wrong token'
}

/** Compares in a time that tells nothing of where they differ. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
