/** How ids and addresses are written for the people of a network: each kind has its own forms of the same things. */
import type { PeerId } from './ids.ts'
import { showAddress } from './iroh-address.ts'
import { shownId } from './names.ts'
import type { Names } from './names.ts'
import type { NetworkKind } from './network-kind.ts'
import { peerIdText, shortId, withPeerIds } from './peer-form.ts'

/** The forms of one kind of network. */
export interface Forms {
  readonly kind: NetworkKind
  /** A peer's id, whole. */
  readonly id: (peerId: PeerId) => string
  /** A peer's id, shortened. */
  readonly short: (peerId: PeerId) => string
  /** An address of an entry: a multiaddr, or `1.2.3.4:4433` and `relay https://…`. */
  readonly address: (address: string) => string
  /** What somebody else needs to dial a peer at an address of its entry. */
  readonly target: (address: string, peerId: PeerId) => string
  /** A sentence of the engine, with the ids and addresses in it. */
  readonly said: (sentence: string) => string
}

const PEERSCOPE: Forms = {
  kind: 'peerscope',
  id: (peerId) => peerId,
  short: (peerId) => shortId('peerscope', peerId),
  address: (address) => address,
  target: (address, peerId) => `${address}/p2p/${peerId}`,
  said: (sentence) => sentence,
}

/** Multiaddrs of a mosaik network within a sentence, with or without a peer id at their end. */
const PLACES =
  /\/(?:ip[46]\/[0-9a-fA-F:.]+\/udp\/\d+\/quic-v1|iroh-relay\/[\w%.~-]+|iroh-custom\/\d+\/[0-9a-f]*)(?:\/p2p\/(\w+))?/g

const MOSAIK: Forms = {
  kind: 'mosaik',
  id: (peerId) => peerIdText('mosaik', peerId),
  short: (peerId) => shortId('mosaik', peerId),
  address: showAddress,
  target: (address, peerId) => `${peerIdText('mosaik', peerId)}@${place(address)}`,
  said: (sentence) =>
    withPeerIds('mosaik', sentence).replaceAll(PLACES, (whole: string, id: string | undefined) =>
      id === undefined ? showAddress(whole) : `${id}@${place(whole.slice(0, whole.lastIndexOf('/p2p/')))}`,
    ),
}

/** What stands behind the @: an IP address with a port, or the URL of a relay. */
function place(address: string): string {
  return showAddress(address).replace(/^relay /, '')
}

/** A text in which ids of 64 hex digits stand by their names, or by their first and last digits. */
export function wordsOfIds(text: string, names: Names): string {
  return text.replaceAll(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g, (id) => shownId(id, names))
}

/** The URLs of the relays by which a peer is reached, of its addresses as somebody else needs them: `<id>@https://…`. */
export function relaysIn(targets: readonly string[]): readonly string[] {
  const places = targets.map(MOSAIK.said).flatMap((target) => target.slice(target.indexOf('@') + 1).split(','))
  return [...new Set(places.filter((place) => /^https?:/.test(place)))]
}

/** Whether an address is of a kind that nobody can type, nor Peerscope dial. */
export function isCustom(address: string): boolean {
  return address.startsWith('/iroh-custom/')
}

/** The URL of the relay that an address leads through; null for others. */
export function relayUrlOf(address: string): string | null {
  const shown = showAddress(address)
  return shown.startsWith('relay ') ? shown.slice('relay '.length) : null
}

const FORMS: Readonly<Record<NetworkKind, Forms>> = { peerscope: PEERSCOPE, mosaik: MOSAIK }

/** The forms of a kind; always the same object. */
export function formsOf(kind: NetworkKind): Forms {
  return FORMS[kind]
}
