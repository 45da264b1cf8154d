/** Entries to bytes and back, with every limit of rule EN5 (rules EN1, EN5, EN6). */
import { fromString } from 'uint8arrays'
import { InvalidArgument, MalformedMessage } from '../../../../shared/errors.ts'
import { atMost } from '../../base/at-most.ts'
import { idBytes, KEY_BYTES, networkIdOf, peerIdOf, publicKeyOf, uniqueIdOf } from '../../../../shared/ids.ts'
import type { PeerEntry } from '../../../../shared/peer.ts'
import { ownBuffer } from '../../base/bytes.ts'
import type { EntryCodec } from '../../entry/codec.ts'
import { compareText, compareTickets, exactList } from '../../entry/sets.ts'
import { ENTRY_LIMITS, STATED_INTERVAL } from '../../limits.ts'
import { signedMessage } from './signed-message.ts'
import { decodeMessage } from './wire/decode.ts'
import { Entry } from './wire/generated/discovery.js'

const SEMVER =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/

/** A multiaddr as text: a slash, then printable ASCII. Whether it can be dialed is found out by dialing. */
const ADDRESS = /^\/[!-~]+$/

/** C0 and C1 control characters and DEL: they would reach terminals and logs. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/

/** Latest time that a version may carry: the year 9999. Keeps sums of times exact. */
const MAX_TIME = 253_402_300_799_999

/**
 * The bytes of an entry. The same content has the same bytes (rule EN1).
 * @throws LimitExceeded, InvalidArgument
 */
export function encodeEntry(entry: PeerEntry): Uint8Array {
  checkEntry(entry, InvalidArgument)
  const bytes = Entry.encode({
    protocolVersion: entry.protocolVersion,
    networkId: ownBuffer(idBytes(entry.networkId)),
    startedAt: entry.version.startedAt,
    updatedAt: entry.version.updatedAt,
    publicKey: ownBuffer(publicKeyOf(entry.peerId)),
    addresses: [...entry.addresses],
    tags: [...entry.tags],
    streams: entry.streams.map((id) => ownBuffer(idBytes(id))),
    groups: entry.groups.map((id) => ownBuffer(idBytes(id))),
    tickets: entry.tickets.map((ticket) => ({
      class: ownBuffer(idBytes(ticket.class)),
      data: ownBuffer(ticket.data),
    })),
    ...statedInterval(entry),
  })
  atMost('bytes an entry', ENTRY_LIMITS.entryBytes, bytes.length)
  return bytes
}

/**
 * The entry in the bytes. Byte fields are views into them.
 * @throws LimitExceeded, MalformedMessage
 */
export function decodeEntry(bytes: Uint8Array): PeerEntry {
  atMost('bytes an entry', ENTRY_LIMITS.entryBytes, bytes.length)
  const wire = decodeMessage(Entry, bytes, ENTRY_LIMITS)
  const entry: PeerEntry = {
    protocolVersion: wire.protocolVersion,
    networkId: networkIdOf(expectKey(wire.networkId, 'networkId')),
    version: { startedAt: wire.startedAt, updatedAt: wire.updatedAt },
    peerId: peerIdOf(expectKey(wire.publicKey, 'publicKey')),
    addresses: exactList(wire.addresses),
    tags: exactList(wire.tags),
    streams: exactList(wire.streams.map((id) => uniqueIdOf(expectKey(id, 'stream')))),
    functions: exactList([]),
    groups: exactList(wire.groups.map((id) => uniqueIdOf(expectKey(id, 'group')))),
    tickets: exactList(
      wire.tickets.map((ticket) => ({
        class: uniqueIdOf(expectKey(ticket.class, 'ticket class')),
        data: ticket.data,
      })),
    ),
    ...statedInterval(wire),
  }
  checkEntry(entry, MalformedMessage)
  return entry
}

/** What entries of this dialect look like. */
export const entryCodec: EntryCodec = {
  kind: 'peerscope',
  maxEntryBytes: ENTRY_LIMITS.entryBytes,
  encodeEntry,
  decodeEntry,
  entryMessage: (bytes) => signedMessage('peerscope/entry/1', bytes),
}

/** Whether it is a semantic version (rule EN1). */
export function isSemver(text: string): boolean {
  return SEMVER.test(text)
}

/** The error for content that breaks a rule other than a limit: our own argument, or somebody's message. */
type Fault = typeof InvalidArgument | typeof MalformedMessage

function checkEntry(entry: PeerEntry, Fault: Fault): void {
  atMost('bytes a protocol version', ENTRY_LIMITS.protocolVersionBytes, entry.protocolVersion.length)
  if (!isSemver(entry.protocolVersion)) throw new Fault('the protocol version of an entry is not a semantic version')
  checkTime(entry.version.startedAt, 'startedAt', Fault)
  checkTime(entry.version.updatedAt, 'updatedAt', Fault)
  atMost('addresses', ENTRY_LIMITS.addresses, entry.addresses.length)
  for (const address of entry.addresses) {
    atMost('bytes an address', ENTRY_LIMITS.addressBytes, address.length)
    if (!ADDRESS.test(address)) throw new Fault('an address of an entry is not a multiaddr')
  }
  atMost('tags', ENTRY_LIMITS.tags, entry.tags.length)
  for (const tag of entry.tags) checkTag(tag, Fault)
  atMost('streams', ENTRY_LIMITS.streams, entry.streams.length)
  atMost('groups', ENTRY_LIMITS.groups, entry.groups.length)
  atMost('tickets', ENTRY_LIMITS.tickets, entry.tickets.length)
  for (const ticket of entry.tickets) atMost('bytes a ticket', ENTRY_LIMITS.ticketBytes, ticket.data.length)
  checkSorted(entry.addresses, compareText, 'addresses', Fault)
  checkSorted(entry.tags, compareText, 'tags', Fault)
  checkSorted(entry.streams, compareText, 'streams', Fault)
  // The dialect has no such field: what is given would be lost.
  if (entry.functions.length > 0) throw new Fault('an entry of this network has no functions')
  checkSorted(entry.groups, compareText, 'groups', Fault)
  checkSorted(entry.tickets, compareTickets, 'tickets', Fault)
  if (entry.announcedEvery !== undefined) checkInterval(entry.announcedEvery, Fault)
}

/** Rule AN14: what is usual is not stated, so that it has one encoding. */
function checkInterval(ms: number, Fault: Fault): void {
  const { above, most } = STATED_INTERVAL
  if (!Number.isSafeInteger(ms) || ms <= above || ms > most)
    throw new Fault(`an entry states an announce interval of ${ms} ms: above ${above} and at most ${most} it may be`)
}

/**
 * Rule EN5 for one tag: 1 to 64 UTF-8 bytes, no control characters.
 * @throws LimitExceeded, or the given error
 */
export function checkTag(tag: string, Fault: Fault = InvalidArgument): void {
  if (tag.length === 0) throw new Fault('a tag is empty')
  if (!tag.isWellFormed() || CONTROL.test(tag)) throw new Fault('a tag has control characters or broken text')
  // A UTF-16 unit is at most three bytes of UTF-8, so short tags need no counting.
  if (tag.length * 3 <= ENTRY_LIMITS.tagBytes) return
  atMost('bytes a tag', ENTRY_LIMITS.tagBytes, fromString(tag, 'utf8').length)
}

function checkSorted<T>(items: readonly T[], compare: (a: T, b: T) => number, what: string, Fault: Fault): void {
  for (let index = 1; index < items.length; index++) {
    const [before, item] = [items[index - 1], items[index]]
    if (before === undefined || item === undefined || compare(before, item) >= 0) {
      throw new Fault(`the ${what} of an entry are not sorted and without duplicates`)
    }
  }
}

function checkTime(time: number, what: string, Fault: Fault): void {
  if (!Number.isSafeInteger(time) || time < 0 || time > MAX_TIME) {
    throw new Fault(`${what} of an entry is not a time in whole milliseconds`)
  }
}

/** The field, where it is there. */
function statedInterval({ announcedEvery }: Pick<PeerEntry, 'announcedEvery'>): Pick<PeerEntry, 'announcedEvery'> {
  return announcedEvery === undefined ? {} : { announcedEvery }
}

function expectKey(bytes: Uint8Array, what: string): Uint8Array {
  if (bytes.length !== KEY_BYTES) throw new MalformedMessage(`${what} of an entry has not ${KEY_BYTES} bytes`)
  return bytes
}
