/** Where the browser host serves, and under which names pages may reach it. */
import { isIP } from 'node:net'
import { InvalidArgument } from '../../shared/errors.ts'
import type { Guard } from './guard.ts'

/** Where to serve. */
export interface Place {
  /** Address to listen on. */
  readonly host: string
  /** How browsers reach it through a reverse proxy, as an origin (`https://peers.example.org`); null without one. */
  readonly origin: string | null
}

/**
 * Checks what was asked for.
 * @param host an address of this machine; `0.0.0.0` and `::` are all of them
 * @param publicUrl the page's URL at a reverse proxy, without a path
 * @throws InvalidArgument
 */
export function placeOf(host = '127.0.0.1', publicUrl?: string): Place {
  if (isIP(host) === 0 && host !== 'localhost')
    throw new InvalidArgument(`'${host}' is no address to serve on; give an IP address of this machine, or 0.0.0.0`)
  if (publicUrl === undefined) return { host, origin: null }
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : null
  const web = url !== null && (url.protocol === 'https:' || url.protocol === 'http:')
  if (
    !web ||
    url.pathname !== '/' ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== '' ||
    url.password !== ''
  )
    throw new InvalidArgument(`'${publicUrl}' is no public URL; write https://peers.example.org, without a path`)
  return { host, origin: url.origin }
}

/** What the guard accepts at a place, once the port is known. */
export function guardOf({ host, origin }: Place, port: number, token: string): Guard {
  const names = new Set([`127.0.0.1:${port}`, `localhost:${port}`, `${bracketed(host)}:${port}`])
  const origins = new Set([...names].map((name) => `http://${name}`))
  if (origin !== null) {
    names.add(new URL(origin).host)
    origins.add(origin)
  }
  return { hosts: names, origins, anyAddressAt: isUnspecified(host) ? port : null, token }
}

/** Where the page is, for whoever stands at this machine or behind the proxy. */
export function originOf({ host, origin }: Place, port: number): string {
  return origin ?? `http://${isUnspecified(host) ? '127.0.0.1' : bracketed(host)}:${port}`
}

/** What must be known of serving there, or null. */
export function warningOf({ host, origin }: Place): string | null {
  const plain = origin?.startsWith('http:') === true
  if (isLoopback(host) && !plain) return null
  return (
    `the window is served ${isLoopback(host) ? `at ${origin}` : `on ${host}`}, to other machines and without encryption: ` +
    'anyone who can listen in on the way gets the token, and with it everything. Serve on 127.0.0.1 and put a reverse ' +
    'proxy with TLS before it (docs/security.md)'
  )
}

/** Whether an address is of this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function isUnspecified(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host
}
