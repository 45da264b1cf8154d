/** What we say about ourselves (rules EN2, EN3, EN7, HD2). Pure functions. */
import { errorShape, InvalidArgument, LimitExceeded, PeerIdChanged } from '../../../shared/errors.ts'
import type { EntryField } from '../../../shared/events.ts'
import type { NetworkId, PeerId } from '../../../shared/ids.ts'
import type { PeerEntry } from '../../../shared/peer.ts'
import type { EntryCodec } from './codec.ts'
import { sameTexts, sameTickets, sortedSet, sortedTickets } from './sets.ts'

/** What the first entry of a run says. */
export interface FirstEntry {
  readonly networkId: NetworkId
  readonly peerId: PeerId
  readonly protocolVersion: string
  readonly tags: readonly string[]
}

/** The first entry of a run. Times are whole milliseconds. */
export function firstEntry({ networkId, peerId, protocolVersion, tags }: FirstEntry, now: number): PeerEntry {
  const at = Math.floor(now)
  return {
    protocolVersion,
    networkId,
    version: { startedAt: at, updatedAt: at },
    peerId,
    addresses: [],
    tags: sortedSet(tags),
    streams: [],
    functions: [],
    groups: [],
    tickets: [],
  }
}

/**
 * What an update made of an entry, in the form that is signed: sets sorted, version, network and announce interval as they
 * were.
 * @throws PeerIdChanged
 */
export function normalized(before: PeerEntry, after: PeerEntry): PeerEntry {
  if (after.peerId !== before.peerId) throw new PeerIdChanged('an update must not change the id of the local entry')
  return {
    protocolVersion: after.protocolVersion,
    networkId: before.networkId,
    version: before.version,
    peerId: before.peerId,
    addresses: sortedSet(after.addresses),
    tags: sortedSet(after.tags),
    streams: sortedSet(after.streams),
    functions: sortedSet(after.functions),
    groups: sortedSet(after.groups),
    tickets: sortedTickets(after.tickets),
    ...(before.announcedEvery === undefined ? {} : { announcedEvery: before.announcedEvery }),
  }
}

/** Asked for with each announcement that is taken in. */
const SETS = ['addresses', 'tags', 'streams', 'functions', 'groups'] as const

/** The fields in which two entries differ, versions aside. */
export function changedFields(a: PeerEntry, b: PeerEntry): EntryField[] {
  const changed: EntryField[] = []
  if (a.protocolVersion !== b.protocolVersion) changed.push('protocolVersion')
  for (const field of SETS) if (!sameTexts(a[field], b[field])) changed.push(field)
  if (!sameTickets(a.tickets, b.tickets)) changed.push('tickets')
  return changed
}

/**
 * A copy of an entry that a program made, in the form in which entries are kept: sets sorted, within all limits (rule EN5).
 * @throws InvalidArgument, LimitExceeded
 */
export function typedEntry(entry: PeerEntry, codec: EntryCodec): PeerEntry {
  try {
    for (const field of ['addresses', 'tags', 'streams', 'functions', 'groups', 'tickets'] as const)
      if (!Array.isArray(entry[field])) throw new InvalidArgument(`the ${field} of an entry are not a list`)
    const sets = {
      addresses: sortedSet(entry.addresses),
      tags: sortedSet(entry.tags),
      streams: sortedSet(entry.streams),
      functions: sortedSet(entry.functions),
      groups: sortedSet(entry.groups),
      tickets: sortedTickets(entry.tickets),
    }
    return codec.decodeEntry(codec.encodeEntry({ ...entry, ...sets }))
  } catch (error) {
    if (error instanceof LimitExceeded || error instanceof InvalidArgument) throw error
    throw new InvalidArgument(`not an entry: ${errorShape(error).message}`)
  }
}
