import { toString } from 'uint8arrays'
import type { PeerDetail } from '../../shared/contract.ts'
import type { NetworkId } from '../../shared/ids.ts'
import type { PeerRow } from '../../shared/peer.ts'
import type { Discovery } from '../discovery/handle.ts'
import { parseSignedEntry } from '../discovery/entry.ts'
import type { Store } from '../store/types.ts'
import { ticketsOf } from './rows.ts'

/** Everything that is known of one peer: the catalog where it is there, else the store. */
export function peerDetail(row: PeerRow, networkId: NetworkId, store: Store, discovery: Discovery | null): PeerDetail {
  const live = discovery?.catalog().peers.get(row.peerId) ?? null
  const stored = store.peer(networkId, row.peerId)
  const signed = live?.signed ?? null
  const entry = signed?.bytes ?? stored?.signed?.entry ?? null
  const signature = signed?.signature ?? stored?.signed?.signature ?? null
  const versions = store.versionsOf(networkId, row.peerId)
  const [newest] = versions
  const tickets = live?.entry.tickets ?? (entry && signature ? parseSignedEntry(entry, signature).entry.tickets : [])
  return {
    row,
    raw: entry && signature ? { entry: toString(entry, 'hex'), signature: toString(signature, 'hex') } : null,
    tickets: ticketsOf(tickets),
    clockDrift: newest === undefined || row.self ? null : newest.version.updatedAt - newest.at,
    restarts: Math.max(0, new Set(versions.map(({ version }) => version.startedAt)).size - 1),
    versions,
    rttSamples: store.rttSamplesOf(networkId, row.peerId),
  }
}
