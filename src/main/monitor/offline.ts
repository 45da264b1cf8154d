/** Reading and feeding a data folder without joining anything; reading is safe while an app runs on it. */
import { existsSync } from 'node:fs'
import type { NetworkRef } from '../../shared/contract.ts'
import { DEFAULT_CONFIG } from '../../shared/config.ts'
import { Cancelled, IdentityLocked, InvalidArgument, StoreFailed } from '../../shared/errors.ts'
import { exactNetworkIdFrom } from '../../shared/ids.ts'
import type { NetworkKind } from '../../shared/network-kind.ts'
import { KIND_NAMES, networkKeyOf } from '../../shared/network-kind.ts'
import { NAMING, otherSpellings, spellingNote } from '../../shared/network-names.ts'
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
import { lastSelf } from './history-end.ts'
import { lossLasting } from './loss.ts'
import { networkRef } from './network-ref.ts'
import { turn } from './turns.ts'
import type { OnStep } from './work.ts'

/** Which data folder and network. */
export interface OfflineFrom {
  /** Null takes the platform's folder. */
  readonly dataDir: string | null
  /** Name or id; null takes the one that was joined last. */
  readonly network: string | null
  /** Of which kind it is; any where left out. */
  readonly kind?: NetworkKind | undefined
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What is stored of one network, to be read. */
export interface OfflineCatalog {
  readonly network: NetworkRef
  /** What is to be told of the choice of the network; null for nothing. */
  readonly notice: string | null
  readonly store: StoreReader
  /** For exports and filters: what is stored, and the links that were stored last. */
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
    const { network, notice } = chosenOf(store, from.network, from.kind ?? null)
    const ref: NetworkRef = { kind: network.kind, id: network.id, name: network.name }
    const key = networkKeyOf(ref)
    const [newest] = store.topologies(key).slice(-1)
    const stored = newest === undefined ? null : store.topology(key, newest.id)
    // Who was here then is not stored with them.
    const links =
      stored === null ? null : { now: stored.at, self: lastSelf(store, key), here: () => true, edges: stored.edges }
    const now = Date.now()
    return {
      network: ref,
      notice,
      store,
      source: { network: ref, store, live: new Map(), links, loss: lossLasting(store, key, now), now },
      signer: signerOf(path),
      close: () => store.close(),
    }
  } catch (error) {
    store.close()
    throw error
  }
}

/**
 * The network of that name or id; for null the one that was joined last. Where none was ever joined, the one of which was
 * heard last: a demo is stored like any network, but nobody joins it again. One of an earlier version whose name was hashed as
 * it was typed is found by its name as well, in any spelling; where there is more than one, that is told.
 */
function chosenOf(
  store: StoreReader,
  wanted: string | null,
  kind: NetworkKind | null,
): { readonly network: NetworkRef; readonly notice: string | null } {
  const joined = store.recentNetworks().toSorted((a, b) => b.lastJoinedAt - a.lastJoinedAt)
  const heard = store.stats(null).networks.toSorted((a, b) => (b.newestEvent ?? 0) - (a.newestEvent ?? 0))
  const keys = new Set(joined.map(networkKeyOf))
  const all: readonly NetworkRef[] = [...joined, ...heard.filter((one) => !keys.has(networkKeyOf(one)))]
  const known = all.filter((one) => kind === null || one.kind === kind)
  if (wanted === null) {
    const [network] = known
    if (network === undefined)
      throw new StoreFailed(
        `no ${kind === null ? '' : `${KIND_NAMES[kind]} `}network was joined yet: nothing is stored`,
      )
    return { network, notice: null }
  }
  const own = known.filter((one) => NAMING[one.kind].normalises)
  const others = otherSpellings(wanted, null, own)
  const [network, twin] = known.filter((one) => one.id === networkRef(wanted, one.kind).id)
  if (network !== undefined) {
    const notes = [...(twin === undefined ? [] : [kindNote(network, twin)]), ...others.map(spellingNote)]
    return { network, notice: notes[0] ?? null }
  }
  const exact = exactNetworkIdFrom(wanted)
  const old = own.find((one) => one.id === exact) ?? others.find(({ name }) => name === wanted.trim()) ?? others[0]
  if (old !== undefined)
    return {
      network: old,
      notice: `the network '${old.name ?? old.id}' was joined in another spelling by an earlier version: this is its history, but its name now leads to another network. Its id leads to it: ${old.id}`,
    }
  const names = known.map(({ name, id: its }) => name ?? its).join(', ')
  const hidden = all.find((one) => one.id === networkRef(wanted, one.kind).id)
  if (kind !== null && hidden !== undefined)
    throw new InvalidArgument(
      `nothing is stored of '${wanted}' as a ${KIND_NAMES[kind]} network; there is one of kind ${hidden.kind}: --kind ${hidden.kind}`,
    )
  throw new InvalidArgument(`nothing is stored of the network '${wanted}'; stored are: ${names || 'none'}`)
}

/** That two networks of different kinds have one name, and how to get at the other. */
function kindNote(network: NetworkRef, twin: NetworkRef): string {
  const name = network.name ?? network.id
  return `'${name}' is a ${KIND_NAMES[network.kind]} network and a ${KIND_NAMES[twin.kind]} network: this is the first; --kind ${twin.kind} takes the other`
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

/** Entries that are taken in before others have a turn. */
const AT_ONCE = 200

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
 * no snapshot; Cancelled, and what was taken before stays
 */
export async function importOffline(
  file: string,
  from: Omit<OfflineFrom, 'network'>,
  signal: AbortSignal,
  onStep: OnStep = () => undefined,
): Promise<OfflineImport> {
  const { report, peers } = await snapshotPeers(file, { signatures: createSignatures(), signal, onStep })
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
    const key = networkKeyOf(network)
    if (!store.recentNetworks().some((one) => networkKeyOf(one) === key))
      store.networkJoined({ ...network, bootstrap: [], tags: [], at: Date.now() })
    for (const [index, { signed, firstSeen, lastSeen, rtt }] of peers.entries()) {
      if (index % AT_ONCE === AT_ONCE - 1) {
        store.flush()
        onStep({ step: 'offer', done: index, total: peers.length })
        await turn()
        if (signal.aborted) throw new Cancelled(`the import was cancelled; ${index} entries were looked at before`)
      }
      if (signed === null) {
        outcomes.Unsigned += 1
        continue
      }
      const { entry } = signed
      const known = store.peer(key, entry.peerId)
      if (entry.version.updatedAt > Date.now() + DEFAULT_CONFIG.maxTimeDrift) outcomes.FromTheFuture += 1
      else if (known !== null && compareVersions(entry.version, known.version) <= 0) outcomes.Rejected += 1
      else {
        outcomes[known === null ? 'New' : 'Updated'] += 1
        const { peerId, version, protocolVersion, addresses, tags, streams, functions, groups } = entry
        store.putPeer(key, {
          peerId,
          version,
          protocolVersion,
          addresses,
          tags,
          streams,
          functions,
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
