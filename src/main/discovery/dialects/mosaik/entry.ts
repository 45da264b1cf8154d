/** Entries to bytes and back (rules MO3 to MO6). Exactly one row of bytes is the entry: what is signed is what we would write. */
import { InvalidArgument, MalformedMessage } from '../../../../shared/errors.ts'
import { atMost } from '../../base/at-most.ts'
import { blake3 } from '../../../blake3.ts'
import type { PeerId, UniqueId } from '../../../../shared/ids.ts'
import { derive, idBytes, KEY_BYTES, networkIdOf, peerIdOf, publicKeyOf, uniqueIdOf } from '../../../../shared/ids.ts'
import type { PeerEntry, Ticket, Version } from '../../../../shared/peer.ts'
import { PostcardReader, PostcardWriter } from '../../../../shared/postcard.ts'
import type { EntryCodec } from '../../entry/codec.ts'
import { compareText, compareTickets, exactList } from '../../entry/sets.ts'
import { readAddresses, writeAddresses } from './addresses.ts'
import type { Layout } from './layout.ts'
import { ForeignEntry, layoutOf, ownLayoutOf } from './layout.ts'
import { MOSAIK_ENTRY_LIMITS as LIMITS } from './limits.ts'

/** Latest time that a version may carry: the year 9999. Keeps sums of times exact. */
const MAX_TIME = 253_402_300_799_999

/**
 * The bytes of an entry, laid out as the version of mosaik that it states lays entries out.
 * @throws LimitExceeded, InvalidArgument
 */
export function encodeEntry(entry: PeerEntry): Uint8Array {
  const { protocolVersion, version } = entry
  atMost('bytes a protocol version', LIMITS.protocolVersionBytes, protocolVersion.length)
  const layout = ownLayoutOf(protocolVersion)
  if (!isTime(version.startedAt) || !isTime(version.updatedAt))
    throw new InvalidArgument('the times of an entry are not whole milliseconds')
  // These entries have no such field: what is given would be lost.
  if (entry.announcedEvery !== undefined)
    throw new InvalidArgument('entries of mosaik networks state no announce interval')
  checkSorted(entry.addresses, 'addresses')
  const writer = new PostcardWriter()
    .text(protocolVersion)
    .fixed(idBytes(entry.networkId))
    .i64(BigInt(version.startedAt))
    .i64(BigInt(version.updatedAt))
    .fixed(publicKeyOf(entry.peerId))
  writeAddresses(writer, entry.addresses, layout)
  writeIds(writer, tagIds(entry.tags), 'tags')
  writeIds(writer, entry.streams, 'streams')
  if (layout.functions) writeIds(writer, entry.functions, 'functions')
  else if (entry.functions.length > 0)
    throw new InvalidArgument(`entries of mosaik ${protocolVersion} have no functions`)
  writeIds(writer, entry.groups, 'groups')
  writeTickets(writer, entry.tickets)
  atMost('bytes an entry', LIMITS.entryBytes, writer.length)
  return writer.finish()
}

/**
 * The entry in the bytes. Byte fields are views into them.
 * @throws LimitExceeded; ForeignEntry for one that mosaik would keep; MalformedMessage
 */
export function decodeEntry(bytes: Uint8Array): PeerEntry {
  atMost('bytes an entry', LIMITS.entryBytes, bytes.length)
  const reader = new PostcardReader(bytes, { shortest: true })
  const protocolVersion = readVersionText(reader)
  const layout = layoutOf(protocolVersion)
  const networkId = networkIdOf(reader.fixed(KEY_BYTES))
  const version = readVersion(reader)
  const peerId = peerIdOf(reader.fixed(KEY_BYTES))
  const addresses = readAddresses(reader, layout)
  const tags = readIds(reader, 'tags')
  const streams = readIds(reader, 'streams')
  const functions = layout.functions ? readIds(reader, 'functions') : []
  const groups = readIds(reader, 'groups')
  const tickets = readTickets(reader)
  reader.end()
  return {
    protocolVersion,
    networkId,
    version,
    peerId,
    addresses: exactList(addresses),
    tags: exactList(tags),
    streams: exactList(streams),
    functions: exactList(functions),
    groups: exactList(groups),
    tickets: exactList(tickets),
  }
}

/**
 * Whose entry it is and of which version, without a look at the rest.
 * @param layout how its sender lays entries out, whatever version they state
 * @throws LimitExceeded, MalformedMessage; ForeignEntry for one that states a version of another layout
 */
export function entryHead(bytes: Uint8Array, layout: Layout): { readonly peerId: PeerId; readonly version: Version } {
  const reader = new PostcardReader(bytes, { shortest: true })
  const stated = layoutOf(readVersionText(reader))
  if (stated !== layout) throw new ForeignEntry('an entry is not laid out as the version of mosaik that it states does')
  reader.fixed(KEY_BYTES)
  const version = readVersion(reader)
  return { version, peerId: peerIdOf(reader.fixed(KEY_BYTES)) }
}

/** How entries of mosaik networks look, and what is signed of them. */
export const mosaikEntries: EntryCodec = {
  kind: 'mosaik',
  maxEntryBytes: LIMITS.entryBytes,
  encodeEntry,
  decodeEntry,
  entryMessage: (bytes) => blake3(bytes),
}

function readVersionText(reader: PostcardReader): string {
  return reader.text(LIMITS.protocolVersionBytes, 'bytes a protocol version')
}

/** The two times of a version. @throws ForeignEntry for those that mosaik can say and we cannot keep */
export function readVersion(reader: PostcardReader): Version {
  return { startedAt: readTime(reader), updatedAt: readTime(reader) }
}

function readTime(reader: PostcardReader): number {
  const time = Number(reader.i64())
  if (!isTime(time)) throw new ForeignEntry('a time is before 1970 or after the year 9999')
  return time
}

/** Whole milliseconds of the years that versions may be of. */
export function isTime(time: number): boolean {
  return Number.isSafeInteger(time) && time >= 0 && time <= MAX_TIME
}

type IdField = 'tags' | 'streams' | 'functions' | 'groups'

function readIds(reader: PostcardReader, what: IdField): UniqueId[] {
  const ids: UniqueId[] = []
  let before = ''
  for (let left = reader.count(LIMITS[what], what); left > 0; left -= 1) {
    const id = uniqueIdOf(reader.fixed(KEY_BYTES))
    if (id <= before) throw unsorted(what)
    before = id
    ids.push(id)
  }
  return ids
}

function writeIds(writer: PostcardWriter, ids: readonly UniqueId[], what: IdField): void {
  atMost(what, LIMITS[what], ids.length)
  checkSorted(ids, what)
  writer.list(ids, (_, id) => writer.fixed(idBytes(id)))
}

/** Rule MO6: sorted by their ids on the wire, by class and data in an entry. */
function readTickets(reader: PostcardReader): Ticket[] {
  const tickets: Ticket[] = []
  let before = ''
  for (let left = reader.count(LIMITS.tickets, 'tickets'); left > 0; left -= 1) {
    const id = uniqueIdOf(reader.fixed(KEY_BYTES))
    const ticketClass = reader.fixed(KEY_BYTES)
    const data = reader.bytes(LIMITS.ticketBytes, 'bytes a ticket')
    if (id <= before) throw unsorted('tickets')
    if (uniqueIdOf(derive(ticketClass, data)) !== id) throw new ForeignEntry('the id of a ticket does not fit its data')
    before = id
    tickets.push({ class: uniqueIdOf(ticketClass), data })
  }
  return tickets.sort(compareTickets)
}

function writeTickets(writer: PostcardWriter, tickets: readonly Ticket[]): void {
  atMost('tickets', LIMITS.tickets, tickets.length)
  for (const [index, ticket] of tickets.entries()) {
    const before = tickets[index - 1]
    atMost('bytes a ticket', LIMITS.ticketBytes, ticket.data.length)
    if (before !== undefined && compareTickets(before, ticket) >= 0) throw unsorted('tickets', InvalidArgument)
  }
  const ids = tickets.map((ticket) => ({ ...ticket, id: uniqueIdOf(derive(idBytes(ticket.class), ticket.data)) }))
  writer.list(
    ids.sort((a, b) => compareText(a.id, b.id)),
    (_, ticket) => writer.fixed(idBytes(ticket.id)).fixed(idBytes(ticket.class)).bytes(ticket.data),
  )
}

/** Rule MO3: tags are ids here. */
function tagIds(tags: readonly string[]): readonly UniqueId[] {
  if (!tags.every((tag) => /^[0-9a-f]{64}$/.test(tag)))
    throw new InvalidArgument('a tag of a mosaik network is an id of 64 hex digits')
  return tags as readonly UniqueId[]
}

function checkSorted(texts: readonly string[], what: string): void {
  for (const [index, text] of texts.entries()) {
    const before = texts[index - 1]
    if (before !== undefined && before >= text) throw unsorted(what, InvalidArgument)
  }
}

function unsorted(what: string, Fault: typeof InvalidArgument | typeof MalformedMessage = MalformedMessage): Error {
  return new Fault(`the ${what} of an entry are not sorted and without duplicates`)
}
