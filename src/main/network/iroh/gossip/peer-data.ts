/** What the address data of iroh-gossip says of how to reach a peer: a relay, if any, and socket addresses. */
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

/** The data that tells others how to reach us. Addresses are sorted as iroh sorts them: IPv4 first, then by value. */
export function encodePeerData({ relay, addresses }: AddressInfo): Uint8Array {
  const sorted = [...addresses].sort(
    (a, b) => a.ip.length - b.ip.length || Buffer.compare(a.ip, b.ip) || a.port - b.port,
  )
  return new PostcardWriter()
    .option(relay, (writer, url) => writer.text(url))
    .list(sorted, (writer, { ip, port }) =>
      writer
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
