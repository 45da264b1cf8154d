/** What the address data of iroh-gossip says of how to reach a peer: a relay, if any, and socket addresses. */
import { BOUNDS } from './config.ts'
import { PostcardReader, PostcardWriter } from '../../../../shared/postcard.ts'

/** 4 or 16 bytes, and a port. */
export interface SocketAddress {
  readonly ip: Uint8Array
  readonly port: number
}

/** How a peer is reached. */
export interface AddressInfo {
  readonly relay: string | null
  readonly addresses: readonly SocketAddress[]
}

const RELAY_BYTES = 512
const ADDRESSES = 64
/** Bytes of an address beside the IP, at most. */
const AROUND_IP = 4

/**
 * The data that tells others how to reach us. Addresses are sorted as iroh sorts them: IPv4 first, then by value. Those that
 * are too many for others to keep (`BOUNDS.peerData`) are left out, and so is a relay with an endless URL.
 */
export function encodePeerData({ relay, addresses }: AddressInfo): Uint8Array {
  const sorted = [...addresses].sort(
    (a, b) => a.ip.length - b.ip.length || Buffer.compare(a.ip, b.ip) || a.port - b.port,
  )
  const writer = new PostcardWriter().option(
    relay !== null && Buffer.byteLength(relay) <= RELAY_BYTES ? relay : null,
    (item, url) => item.text(url),
  )
  let left = BOUNDS.peerData - writer.length - 1
  const fitting = sorted.filter(({ ip }) => (left -= AROUND_IP + ip.length) >= 0).slice(0, ADDRESSES)
  return writer
    .list(fitting, (item, { ip, port }) =>
      item
        .variant(ip.length === 4 ? 0 : 1)
        .fixed(ip)
        .u16(port),
    )
    .finish()
}

/**
 * What the data of a peer says. Empty data says nothing. The relay is a text of others, not yet a URL.
 * @throws MalformedMessage, LimitExceeded
 */
export function decodePeerData(bytes: Uint8Array): AddressInfo {
  if (bytes.length === 0) return { relay: null, addresses: [] }
  const reader = new PostcardReader(bytes)
  const relay = reader.option((item) => item.text(RELAY_BYTES, 'bytes of a relay URL'))
  const addresses = reader.list(ADDRESSES, 'addresses', (item) => ({
    ip: item.fixed(item.variant(2, 'kind of address') === 0 ? 4 : 16),
    port: item.u16(),
  }))
  return { relay, addresses }
}
