import { toString } from 'uint8arrays'
import type { PeerDetail } from '../../shared/contract.ts'
import { derive, idBytes, uniqueIdOf } from '../../shared/ids.ts'
import type { DepartureReason, PeerRow, PeerState, Ticket } from '../../shared/peer.ts'
import { backSince } from '../../shared/peer.ts'
import type { CatalogPeer } from '../discovery/handle.ts'
import type { StoredPeer } from '../store/types.ts'

/** A catalog peer as views show it. */
export function rowOf(peer: CatalogPeer, neighbor: boolean, connected: boolean): PeerRow {
  const { entry } = peer
  return {
    peerId: entry.peerId,
    self: peer.self,
    state: 'online',
    signed: peer.signed !== null,
    protocolVersion: entry.protocolVersion,
    version: entry.version,
    addresses: entry.addresses,
    tags: entry.tags,
    streams: entry.streams,
    functions: entry.functions,
    groups: entry.groups,
    ticketCount: entry.tickets.length,
    neighbor,
    connected,
    source: peer.source,
    firstSeen: peer.firstSeen,
    lastSeen: peer.lastSeen,
    rtt: peer.rtt,
  }
}

/** The row of a peer that the catalog has since it came, with when it was here before. */
export function seenSince(row: PeerRow, before: PeerRow | undefined): PeerRow {
  return { ...row, ...backSince(row.firstSeen, before) }
}

/**
 * A row of a peer that left: what was known last stays. A connection does not end with the entry: a peer whose entries are refused is
 * purged, and still connected. That it is tells that it runs, so the row says so until the connection closes.
 */
export function goneRow(row: PeerRow, reason: DepartureReason, connected: boolean): PeerRow {
  const state: PeerState = reason === 'graceful' ? 'departed' : reason
  return { ...row, state, neighbor: false, connected }
}

/** A row from the store. Peers that were online when it was written are `stored`: not heard of since. */
export function storedRow(peer: StoredPeer): PeerRow {
  const { signed, departureReason: _reason, state, ...rest } = peer
  return {
    ...rest,
    state: state === 'online' ? 'stored' : state,
    self: false,
    signed: signed !== null,
    neighbor: false,
    connected: false,
  }
}

/** A catalog peer as the store keeps it. */
export function storedPeer(row: PeerRow, peer: CatalogPeer): StoredPeer {
  const { self: _self, neighbor: _neighbor, connected: _connected, signed: _signed, ...rest } = row
  const signed = peer.signed === null ? null : { entry: peer.signed.bytes, signature: peer.signed.signature }
  return { ...rest, departureReason: null, signed }
}

/** Tickets as the inspector shows them. */
export function ticketsOf(tickets: readonly Ticket[]): PeerDetail['tickets'] {
  return tickets.map((ticket) => ({
    id: uniqueIdOf(derive(idBytes(ticket.class), ticket.data)),
    class: ticket.class,
    bytes: ticket.data.length,
    dataHex: toString(ticket.data, 'hex'),
  }))
}
