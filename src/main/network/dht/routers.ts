/** Where a DHT node starts from. */
import { lookup } from 'node:dns/promises'
import { isIPv4 } from 'node:net'
import { InvalidArgument } from '../../../shared/errors.ts'
import type { AddressClass } from '../../../shared/reachability.ts'
import { hostClass } from '../../../shared/reachability.ts'

/** A node of the DHT by host and UDP port. The host is an IPv4 address or a name. */
export interface DhtEndpoint {
  readonly host: string
  readonly port: number
}

/** The routers that BitTorrent programs start from. */
export const PUBLIC_ROUTERS: readonly DhtEndpoint[] = [
  { host: 'router.bittorrent.com', port: 6881 },
  { host: 'dht.transmissionbt.com', port: 6881 },
  { host: 'dht.libtorrent.org', port: 25_401 },
]

/**
 * `HOST:PORT` of a DHT node.
 * @throws InvalidArgument that shows the right form
 */
export function parseDhtEndpoint(text: string): DhtEndpoint {
  const match = /^([a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?):(\d{1,5})$/.exec(text.trim())
  const [, host = '', digits = ''] = match ?? []
  const port = Number(digits)
  const looksNumeric = /^[\d.]+$/.test(host)
  if (match === null || port < 1 || port > 65_535 || (looksNumeric && !isIPv4(host))) {
    throw new InvalidArgument(
      `'${text.slice(0, 80)}' is not a node of the DHT; write HOST:PORT, such as 192.0.2.7:6881 (IPv4 or a name)`,
    )
  }
  return { host, port }
}

/** The endpoint as text. */
export function endpointText({ host, port }: DhtEndpoint): string {
  return `${host}:${port}`
}

/** The endpoints with names looked up; those that have no IPv4 address now are left out. */
export async function resolveEndpoints(endpoints: readonly DhtEndpoint[]): Promise<readonly DhtEndpoint[]> {
  const found = await Promise.all(
    endpoints.map(async ({ host, port }) => {
      if (isIPv4(host)) return [{ host, port }]
      try {
        const { address } = await lookup(host, { family: 4 })
        return [{ host: address, port }]
      } catch {
        return []
      }
    }),
  )
  return found.flat()
}

/**
 * Where a node that starts from these may send to: to the same kinds of addresses and no other. So a private DHT stays
 * where it is, and nobody in the public one makes us knock at the machines beside us.
 */
export function reachOf(endpoints: readonly DhtEndpoint[]): ReadonlySet<AddressClass> {
  // One that starts from none is the first of a DHT on this machine.
  if (endpoints.length === 0) return new Set(['loopback'])
  const classes = endpoints.map(({ host }): AddressClass => {
    if (host.toLowerCase() === 'localhost') return 'loopback'
    return isIPv4(host) ? hostClass(`/ip4/${host}`) : 'public'
  })
  return new Set(classes.filter((one) => one !== 'reserved'))
}

/** Whether UDP may be sent to the IPv4 address at all, and by a node of this reach. */
export function maySendTo(host: string, port: number, reach: ReadonlySet<AddressClass>): boolean {
  if (!isIPv4(host) || port < 1 || port > 65_535) return false
  return reach.has(hostClass(`/ip4/${host}`))
}
