/** Reading and feeding a data folder without joining anything; reading is safe while an app runs on it. */
import { existsSync } from 'node:fs'
import type { NetworkRef } from '../../shared/contract.ts'
import { DEFAULT_CONFIG } from '../../shared/config.ts'
import { IdentityLocked, InvalidArgument, StoreFailed } from '../../shared/errors.ts'
import { networkIdFrom } from '../../shared/ids.ts'
import { compareVersions } from '../../shared/peer.ts'
import { createSignatures } from '../network/signatures.ts'
import { databasePath } from '../store/data-dir.ts'
import { readIdentity } from '../store/identity-file.ts'
import { openStoreReadOnly } from '../store/read-only.ts'
import { openStore } from '../store/store.ts'
import type { StoreReader } from '../store/types.ts'
import { defaultDataDir } from './default-data-dir.ts'
import type { Signer } from './exports/export.ts'
import type { ExportSource } from './exports/records.ts'
import type { SnapshotReport } from '../../shared/contract.ts'
import { snapshotPeers } from './exports/snapshots.ts'

/** Which data folder and network. */
export interface OfflineFrom {
  /** Null takes the platform's folder. */
  readonly dataDir: string | null
  /** Name or id; null takes the one that was joined last. */
  readonly network: string | null
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What is stored of one network, to be read. */
export interface OfflineCatalog {
  readonly network: NetworkRef
  readonly store: StoreReader
  /** For exports and filters. Nothing is known of live links. */
  readonly source: ExportSource
  /** The folder's identity, which signs snapshots; null where there is none yet. */
  readonly signer: Signer | null
  close(): void
}

/**
 * Opens what is stored of a network, or of the one that was joined last.
 * @throws StoreFailed, StoreCorrupt, StoreFromNewerVersion, InvalidArgument for a network that is not stored
 */
export function openCatalog(from: OfflineFrom): OfflineCatalog {
  const path = databasePath(from.dataDir ?? defaultDataDir(from.env), process.platform)
  const store = openStoreReadOnly(path)
  try {
    const network = networkIn(store, from.network)
    const ref: NetworkRef = { id: network.id, name: network.name }
    const [newest] = store.topologies(ref.id).slice(-1)
    const edges = newest === undefined ? [] : (store.topology(ref.id, newest.id)?.edges ?? [])
    return {
      network: ref,
      store,
      source: { network: ref, store, live: new Map(), edges, now: Date.now() },
      signer: signerOf(path),
      close: () => store.close(),
    }
  } catch (error) {
    store.close()
    throw error
  }
}

/**
 * The network that is named by its name or id; for null the one that was joined last. Where none was ever joined, the one of
 * which was heard last: a demo is stored like any network, but nobody joins it again.
 */
function networkIn(store: StoreReader, wanted: string | null): NetworkRef {
  const joined = store.recentNetworks().toSorted((a, b) => b.lastJoinedAt - a.lastJoinedAt)
  const wantedId = wanted === null ? joined[0]?.id : networkIdFrom(wanted)
  const found = joined.find(({ id }) => id === wantedId)
  if (found !== undefined) return found
  const { networks } = store.stats(null)
  const stored = networks.toSorted((a, b) => (b.newestEvent ?? 0) - (a.newestEvent ?? 0))
  const network = wanted === null ? stored[0] : stored.find(({ id }) => id === wantedId)
  if (network !== undefined) return network
  if (wanted === null) throw new StoreFailed('no network was joined yet: nothing is stored')
  const names = stored.map(({ name, id }) => name ?? id).join(', ')
  throw new InvalidArgument(`nothing is stored of the network '${wanted}'; stored are: ${names || 'none'}`)
}

/** Null where there is no identity yet. One that is locked is told of when something is to be signed, not before. */
function signerOf(path: string): Signer | null {
  const signatures = createSignatures()
  try {
    const secret = readIdentity(path)
    return secret === null ? null : { secret, signatures }
  } catch (error) {
    if (!(error instanceof IdentityLocked)) throw error
    return {
      signatures,
      get secret(): Uint8Array {
        throw error
      },
    }
  }
}

/** What became of a snapshot's entries in a data folder. */
export interface OfflineImport {
  readonly report: SnapshotReport
  /** What happened to the data folder's database, such as that it was damaged and set aside; null is the usual. */
  readonly notice: string | null
  readonly outcomes: Readonly<Record<'New' | 'Updated' | 'Rejected' | 'FromTheFuture' | 'Unsigned', number>>
}

/**
 * Takes the entries of a snapshot into a data folder, as peers known from before: the next start shows and dials them. The
 * signature must hold, and the entry be newer than what is stored; silence is no reason to refuse it.
 * @throws StoreInUse while an app runs on the folder; StoreFailed when it cannot be written; InvalidArgument for what is
 * no snapshot
 */
export async function importOffline(
  file: string,
  from: Omit<OfflineFrom, 'network'>,
  signal: AbortSignal,
): Promise<OfflineImport> {
  const { report, peers } = await snapshotPeers(file, { signatures: createSignatures(), signal })
  const { network } = report
  if (network === null) throw new InvalidArgument('the snapshot names no network')
  const path = databasePath(from.dataDir ?? defaultDataDir(from.env), process.platform)
  const store = openStore({ path, now: () => Date.now() })
  const outcomes = { New: 0, Updated: 0, Rejected: 0, FromTheFuture: 0, Unsigned: 0 }
  // The app would go on in memory; here nothing would be left of it.
  const written = (): void => {
    const { state, reason } = store.status()
    if (state === 'ok') return
    const [trouble = reason] = reason.split(/: (?:what is new|everything) is kept/)
    throw new StoreFailed(`the import could not be kept: ${trouble}. Mend that, and import again`)
  }
  try {
    written()
    if (!store.recentNetworks().some(({ id }) => id === network.id))
      store.networkJoined({ ...network, bootstrap: [], tags: [], at: Date.now() })
    for (const { signed, firstSeen, lastSeen, rtt } of peers) {
      if (signed === null) {
        outcomes.Unsigned += 1
        continue
      }
      const { entry } = signed
      const known = store.peer(network.id, entry.peerId)
      if (entry.version.updatedAt > Date.now() + DEFAULT_CONFIG.maxTimeDrift) outcomes.FromTheFuture += 1
      else if (known !== null && compareVersions(entry.version, known.version) <= 0) outcomes.Rejected += 1
      else {
        outcomes[known === null ? 'New' : 'Updated'] += 1
        const { peerId, version, protocolVersion, addresses, tags, streams, groups } = entry
        store.putPeer(network.id, {
          peerId,
          version,
          protocolVersion,
          addresses,
          tags,
          streams,
          groups,
          state: known?.state ?? 'stored',
          departureReason: known?.departureReason ?? null,
          ticketCount: entry.tickets.length,
          source: 'manual',
          firstSeen: Math.min(known?.firstSeen ?? Infinity, firstSeen),
          lastSeen: Math.max(known?.lastSeen ?? 0, lastSeen),
          rtt: known?.rtt ?? rtt,
          signed: { entry: signed.bytes, signature: signed.signature },
        })
      }
    }
    store.flush()
    written()
    return { report, outcomes, notice: store.status().notice ?? null }
  } finally {
    store.close()
  }
}

/** Checks signatures, for those who have no node. */
export const createVerifier = createSignatures

/** Whether the text names a file that is there. */
export function isFile(path: string): boolean {
  return existsSync(path)
}
