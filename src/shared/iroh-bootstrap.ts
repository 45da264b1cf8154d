/**
 * How people write a peer of a mosaik network to start from: its id, and where it is. Pure functions.
 *
 * `<id>@192.0.2.7:4433`, `<id>@[2001:db8::7]:4433`, `<id>@https://relay.example/`, several places with commas between them,
 * or the id alone. The id is 64 hex digits, or the same key as `12D3Koo…`. An address as entries have it is taken too, with the id
 * behind it: `/ip4/192.0.2.7/udp/4433/quic-v1/p2p/<id>`. iroh's own tickets are text too, which only the iroh package reads:
 * network/iroh/bootstrap.ts.
 */
import { fromString } from 'uint8arrays'
import { InvalidArgument } from './errors.ts'
import type { PeerId } from './ids.ts'
import { isPeerId, peerIdOf } from './ids.ts'
import { plainUrlOf, showAddress, textOfIrohAddress } from './iroh-address.ts'
import { ipClass, isManyHosts, isUnspecified, parseSocket } from './ip.ts'

/** A peer to start from. Fits the ports' DialTarget. */
export interface IrohTarget {
  readonly peerId: PeerId
  /** As entries have them: `/ip4/192.0.2.7/udp/4433/quic-v1`, `/iroh-relay/https%3A%2F%2Frelay.example%2F`. May be empty. */
  readonly addresses: readonly string[]
  readonly given: true
}

/** Longest text that is taken, in characters, and places in it. */
const MAX_CHARS = 1024
const MAX_PLACES = 16
/** What is shown of a text that is wrong, in characters. */
const SHOWN = 100

const FORM = 'write it as <64 hex digits>@192.0.2.7:4433 or <64 hex digits>@https://relay.example/'

/** Whether the text looks like a ticket of iroh's own. */
export function isIrohTicket(text: string): boolean {
  return /^endpoint[a-z2-7]{32,}$/i.test(text.trim()) && text.length <= MAX_CHARS
}

/**
 * The peer that a text names.
 * @throws InvalidArgument that shows the right form
 */
export function parseIrohTarget(text: string): IrohTarget {
  const trimmed = asTyped(text.trim())
  const shown = trimmed.slice(0, SHOWN)
  if (trimmed.length > MAX_CHARS) throw new InvalidArgument(`'${shown}…' is too long; ${FORM}`)
  const at = trimmed.indexOf('@')
  const id = at < 0 ? trimmed : trimmed.slice(0, at)
  const peerId = idFrom(id)
  if (peerId === null) throw new InvalidArgument(`'${shown}' does not begin with the id of a peer; ${FORM}`)
  if (at < 0) return { peerId, addresses: [], given: true }
  const places = trimmed.slice(at + 1).split(',')
  if (places.length > MAX_PLACES)
    throw new InvalidArgument(`'${shown}…' names more than ${MAX_PLACES} places of one peer`)
  return { peerId, addresses: [...new Set(places.map((place) => addressFrom(place.trim(), shown)))], given: true }
}

/**
 * A relay's URL in the one form that iroh and mosaik write, with a `/` at the end; null where it is none: another scheme, a
 * user, a query, or a part after `#`.
 */
export function normalRelayUrl(text: string): string | null {
  const match = /^(https?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(\d{1,5}))?((?:\/[\w.~%-]*)*)$/i.exec(text)
  if (match === null) return null
  const [, scheme = '', host = '', port, path = ''] = match
  const lower = scheme.toLowerCase()
  const number = port === undefined ? null : Number(port)
  if (number !== null && (number === 0 || number > 65_535)) return null
  const shownPort = number === null || number === (lower === 'https' ? 443 : 80) ? '' : `:${number}`
  const url = `${lower}://${host.toLowerCase()}${shownPort}${path === '' ? '/' : path}`
  return plainUrlOf(url) === null ? null : url
}

/** An address of an entry with the id behind it, as people write it; any other text as it is. */
function asTyped(text: string): string {
  const [, address = '', id = ''] = /^(\/(?:ip[46]|iroh-relay)\/.+)\/p2p\/([^/]+)$/.exec(text) ?? []
  const place = showAddress(address)
  return place === address ? text : `${id}@${place.replace(/^relay /, '')}`
}

/** The key in both of its forms. */
function idFrom(text: string): PeerId | null {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return peerIdOf(fromString(text.toLowerCase(), 'hex'))
  return isPeerId(text) ? text : null
}

function addressFrom(place: string, shown: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(place)) {
    const url = normalRelayUrl(place)
    if (url === null)
      throw new InvalidArgument(`'${shown}': '${place.slice(0, SHOWN)}' is not the URL of a relay; ${FORM}`)
    return textOfIrohAddress({ kind: 'relay', url })
  }
  const socket = parseSocket(place)
  if (socket === null || socket.port === 0)
    throw new InvalidArgument(
      `'${shown}': '${place.slice(0, SHOWN)}' is not an IP address and port, nor the URL of a relay; ${FORM}`,
    )
  const { bytes } = socket
  if (isUnspecified(bytes))
    throw new InvalidArgument(
      `'${shown}': that address is only for listening; put the address of the peer's machine there`,
    )
  if (isManyHosts(bytes) || ipClass(bytes) === 'reserved')
    throw new InvalidArgument(`'${shown}': no machine can be at that address; check it`)
  return textOfIrohAddress({ kind: 'ip', ...socket })
}
