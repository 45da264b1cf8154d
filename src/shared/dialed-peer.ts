import { parsePlace } from './dial-address.ts'
import type { DialHost } from './dial-address.ts'
import { peerOf } from './events.ts'
import type { DiscoveryEvent } from './events.ts'
import type { PeerId } from './ids.ts'
import { isPeerId } from './ids.ts'
import { plainIpText } from './ip.ts'
import { nickname } from './nickname.ts'

/** Longest name of a host within a sentence, characters. */
const MAX_HOST = 60

/** The peer that an address ends with; null where it names none. */
export function dialedPeer(target: string): PeerId | null {
  const id = /(?:^|\/p2p\/)([^/]+)$/.exec(target)?.[1] ?? ''
  return isPeerId(id) ? id : null
}

/** The peer that an event is about, also where the address that was dialed alone names it. */
export function peerMeant(event: DiscoveryEvent): PeerId | null {
  return event.kind === 'DialFailed' ? dialedPeer(event.target) : peerOf(event)
}

/** Why a dial failed, without what was dialed, which the reasons begin with: for lists that name that already. */
export function dialCause(reason: string): string {
  return /^\S+ (?:could not be reached|was not dialed): (.+)$/s.exec(reason)?.[1] ?? reason
}

/** Why a sync failed, with the name of the peer in place of its id. */
export function syncCause({ peerId, reason }: { readonly peerId: PeerId; readonly reason: string }): string {
  return reason.replaceAll(peerId, nickname(peerId))
}

/** Multiaddrs within a sentence: they may have a hundred characters. */
const ADDRESSES = /\/(?:ip4|ip6|dns|dns4|dns6|dnsaddr|iroh-relay|p2p)\/[^\s,;()"'\]]+/g

/** A sentence with the names of peers, and at most a host with its port, in place of whole addresses. */
export function withoutAddresses(sentence: string): string {
  return sentence.replaceAll(ADDRESSES, (found) => {
    // What ends a clause is no part of an address.
    const [, address = found, end = ''] = /^(.*?)([.:!?]*)$/s.exec(found) ?? []
    return `${dialedWords(address)}${end}`
  })
}

/** What was dialed, fit for a sentence: a peer by its nickname, and the host with the port. */
export function dialedWords(target: string): string {
  const peerId = dialedPeer(target)
  const name = peerId === null ? null : nickname(peerId)
  const address = peerId === null ? target : target.slice(0, -peerId.length).replace(/\/p2p\/$/, '')
  const place = parsePlace(address)
  if (place === null || place.host === null)
    return name ?? (address.length <= MAX_HOST ? address : `${address.slice(0, MAX_HOST)}…`)
  const at = `${hostText(place.host)}${place.port === null ? '' : `:${place.port}`}`
  // The place of a relay is not that of the peer behind it.
  const by = place.relay === null ? 'at' : 'by way of the relay at'
  return name === null ? at : `${name} ${by} ${at}`
}

function hostText(host: DialHost): string {
  if (host.kind === 'ip') return host.bytes.length === 4 ? plainIpText(host.bytes) : `[${plainIpText(host.bytes)}]`
  return host.name.length <= MAX_HOST ? host.name : `${host.name.slice(0, MAX_HOST)}…`
}

/** Whether a dial was refused: the machine answers, and nobody listens there. */
export function isRefused(reason: string): boolean {
  return /refused/i.test(reason)
}
