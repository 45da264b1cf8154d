import { toString } from 'uint8arrays'
import type { PeerDetail } from '../../shared/contract.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import { kindAndIdOf } from '../../shared/network-kind.ts'
import { isSameStart } from '../../shared/peer.ts'
import type { PeerRow, Version } from '../../shared/peer.ts'
import { dialectOf } from '../discovery/dialects/dialects.ts'
import type { Discovery } from '../discovery/handle.ts'
import { parseSignedEntry } from '../discovery/entry.ts'
import type { Store, VersionRecord } from '../store/types.ts'
import { decodedEntry } from './entry-check.ts'
import type { KeptEntry } from './entry-check.ts'
import { ticketsOf } from './rows.ts'
import { samplesWithGaps } from './rtt-gaps.ts'

/** Everything that is known of one peer: the catalog where it is there, else the store. In turns. */
export async function peerDetail(
  row: PeerRow,
  networkKey: NetworkKey,
  store: Store,
  discovery: Discovery | null,
  now: number,
): Promise<PeerDetail> {
  const live = discovery?.catalog().peers.get(row.peerId) ?? null
  const kept = keptEntry(row.peerId, networkKey, store, discovery)
  const versions = store.versionsOf(networkKey, row.peerId)
  const codec = dialectOf(kindAndIdOf(networkKey).kind)
  const decoded = decodedEntry(kept, codec)
  // What was stored by hand or damaged may not decode: then there are no tickets to show.
  const tickets =
    live?.entry.tickets ?? (kept && decoded ? parseSignedEntry(codec, kept.entry, kept.signature).entry.tickets : [])
  return {
    row,
    raw: kept && { entry: toString(kept.entry, 'hex'), signature: toString(kept.signature, 'hex') },
    decoded,
    tickets: ticketsOf(tickets),
    checkedAt: row.self || kept === null ? null : (versions[0]?.at ?? null),
    learnedBy: discovery?.learned(row.peerId) ?? null,
    gone: goneOf(row, networkKey, store),
    clockDrift: row.self ? null : statedDrift(store, networkKey, row.peerId, versions),
    restarts: restartsIn(versions),
    versions,
    rttSamples: await samplesWithGaps(store, networkKey, row.peerId, now),
  }
}

/** @param versions newest first */
function restartsIn(versions: readonly VersionRecord[]): number {
  return versions.filter(({ version }, index) => {
    const older = versions[index + 1]
    return older !== undefined && !isSameStart(version, older.version)
  }).length
}

/** The signed bytes that are kept of a peer: the catalog's where it has some. */
export function keptEntry(
  peerId: PeerId,
  networkKey: NetworkKey,
  store: Store,
  discovery: Discovery | null,
): KeptEntry | null {
  const live = discovery?.catalog().peers.get(peerId)?.signed ?? null
  if (live !== null) return { from: 'catalog', entry: live.bytes, signature: live.signature }
  const stored = store.peer(networkKey, peerId)?.signed ?? null
  return stored === null ? null : { from: 'store', ...stored }
}

/** Newest versions that a clock is judged by. */
const DRIFT_VERSIONS = 12
/** Refused entries among which one is that tells its time. */
const REFUSALS = 20

/** How far a peer's clock is ahead of ours: an entry is late by its way, so that the least late tells most. */
export function clockDrift(versions: readonly VersionRecord[]): number | null {
  const newest = versions.slice(0, DRIFT_VERSIONS).map(({ version, at }) => version.updatedAt - at)
  return newest.length === 0 ? null : Math.max(...newest)
}

/** The same with entries that are refused for their time: a clock that was set shows in those alone. */
function statedDrift(
  store: Store,
  networkKey: NetworkKey,
  peerId: PeerId,
  versions: readonly VersionRecord[],
): number | null {
  const query = { networkKey, peerId, kinds: ['EntryRejected'] as const, limit: REFUSALS }
  const refused = store
    .eventsPage(query)
    .events.find(({ event }) => event.kind === 'EntryRejected' && event.aheadMs !== undefined)
  const isNewer = refused !== undefined && (refused.lastAt ?? refused.at) > (versions[0]?.at ?? -Infinity)
  if (isNewer && refused.event.kind === 'EntryRejected') return refused.event.aheadMs ?? null
  return clockDrift(versions)
}

/**
 * When a peer started by our clock, milliseconds since the epoch. One whose clock seems to be behind ours counts as if it were not: its
 * entries may only have come late.
 */
export function startedByOurs({ startedAt }: Pick<Version, 'startedAt'>, aheadMs: number | null): number {
  return startedAt - Math.max(0, aheadMs ?? 0)
}

/** Why and when a peer left; null while it is there, or where no presence of it was recorded. */
function goneOf(row: PeerRow, networkKey: NetworkKey, store: Store): PeerDetail['gone'] {
  if (row.state === 'online') return null
  const [last] = store.sessionsPage({ networkKey, peerId: row.peerId, limit: 1 }).sessions
  return last === undefined || last.to === null ? null : { at: last.to, reason: last.reason ?? 'unknown' }
}
