/** What the library takes from its callers as text. */
import { InvalidArgument } from '../../shared/errors.ts'
import type { PeerId } from '../../shared/ids.ts'
import { parsePeerId } from '../../shared/ids.ts'
import { peerIdFromAnyForm } from '../../shared/peer-form.ts'
import type { DialTarget } from '../discovery/ports.ts'

/** Longest part of a wrong text that an error repeats, in characters. */
const SHOWN_CHARS = 100

/** A peer by its id, or the one that answers at an address. */
export type PeerArgument =
  { readonly kind: 'peer'; readonly peerId: PeerId } | { readonly kind: 'address'; readonly target: DialTarget }

/** Reads addresses of one kind of network. @throws InvalidArgument */
export type ParseTarget = (text: string) => DialTarget

/**
 * A peer id in either form, or an address.
 * @throws InvalidArgument for anything else, naming it
 */
export function parsePeer(given: string, parseTarget: ParseTarget): PeerArgument {
  const text = textOf(given, 'a peer id or an address')
  const peerId = peerIdFromAnyForm(text)
  if (peerId !== null) return { kind: 'peer', peerId }
  if (/[/@]/.test(text)) return { kind: 'address', target: parseTarget(text) }
  throw new InvalidArgument(
    `'${text.slice(0, SHOWN_CHARS)}' is neither a peer id (12D3Koo…) nor a multiaddr (/ip4/192.0.2.7/tcp/4001)`,
  )
}

/** @throws InvalidArgument where it is not an address that can be dialed */
export function parseAddress(given: string, parseTarget: ParseTarget): DialTarget {
  return parseTarget(textOf(given, 'an address'))
}

/** A peer id in either form. @throws InvalidArgument where it is none */
export function peerIdFrom(given: string): PeerId {
  const text = textOf(given, 'a peer id')
  return peerIdFromAnyForm(text) ?? parsePeerId(text)
}

/** The types don't hold callers in plain JavaScript. */
function textOf(given: unknown, what: string): string {
  if (typeof given === 'string') return given.trim()
  throw new InvalidArgument(`${what} is text, not ${given === null ? 'null' : `of type ${typeof given}`}`)
}
