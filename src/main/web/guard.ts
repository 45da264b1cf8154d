import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { hasBody, pathOf } from '../monitor/http/target.ts'
import { TOKEN_PROTOCOL, WEB_PROTOCOL, WEB_SOCKET_PATH } from '../../shared/web-binding.ts'

/** Who may talk to the browser host. */
export interface Guard {
  /** Names under which the host is served, with the port: anything else in `Host` is DNS rebinding. */
  readonly hosts: ReadonlySet<string>
  /** Origins of its own page. */
  readonly origins: ReadonlySet<string>
  /** The port at which any IP address is a name of ours: an address cannot be rebound. Null where only `hosts` are. */
  readonly anyAddressAt: number | null
  readonly token: string
}

/** Why requests are refused that come from our own page's host; in words for the log. */
export const REFUSALS = {
  method: 'a method other than GET',
  target: 'a target that is no path',
  body: 'a request with a body',
} as const

/** Why a page request is refused, or null. */
export function refusalOfRequest(guard: Guard, request: IncomingMessage): string | null {
  if (!isOwnHost(guard, request)) return 'a foreign Host'
  if (request.method !== 'GET' && request.method !== 'HEAD') return REFUSALS.method
  if (pathOf(request) === null) return REFUSALS.target
  if (hasBody(request)) return REFUSALS.body
  return null
}

/** Why a WebSocket is refused, or null. Every part must be right: Host, Origin, path and token. */
export function refusalOfSocket(guard: Guard, request: IncomingMessage): string | null {
  if (!isOwnHost(guard, request)) return 'a foreign Host'
  if (!isOwnOrigin(guard, request.headers.origin)) return 'a foreign Origin'
  if (request.url !== WEB_SOCKET_PATH) return 'an unknown path'
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  if (!offered.includes(WEB_PROTOCOL)) return 'an unknown protocol'
  const given = offered.find((name) => name.startsWith(TOKEN_PROTOCOL))?.slice(TOKEN_PROTOCOL.length)
  if (given === undefined) return 'no token'
  return isSame(given, guard.token) ? null : 'a wrong token'
}

/** Two of them would mean one thing to us and another to a proxy. */
function isOwnHost(guard: Guard, { headersDistinct }: IncomingMessage): boolean {
  const [host, more] = headersDistinct['host'] ?? []
  return host !== undefined && more === undefined && (guard.hosts.has(host) || isAddress(guard, host))
}

function isOwnOrigin(guard: Guard, origin: string | undefined): boolean {
  if (origin === undefined) return false
  return guard.origins.has(origin) || (origin.startsWith('http://') && isAddress(guard, origin.slice('http://'.length)))
}

/** Whether this is `ADDRESS:PORT` of ours, where any address is. */
function isAddress({ anyAddressAt }: Guard, host: string): boolean {
  const [, six, four, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(host) ?? []
  return anyAddressAt !== null && Number(port) === anyAddressAt && (isIP(six ?? '') === 6 || isIP(four ?? '') === 4)
}

/** Compares in a time that tells nothing of where they differ. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
