/** Reading a data folder without joining anything, also while an app runs on it. */
import { homedir } from 'node:os'
import type { ExportChunk, NetworkRef } from '../../shared/contract.ts'
import { InvalidArgument, StoreFailed } from '../../shared/errors.ts'
import { networkIdFrom } from '../../shared/ids.ts'
import { databasePath, dataDirectory } from '../store/data-dir.ts'
import { openStoreReadOnly } from '../store/read-only.ts'
import { exportJson } from './export-json.ts'

/** The stored catalog of one network. */
export interface OfflineCatalog {
  readonly network: NetworkRef
  /** The export's parts. */
  json(): Generator<ExportChunk>
  close(): void
}

/** Where data lives unless a folder is named. */
export function defaultDataDir(env: Readonly<Record<string, string | undefined>>): string {
  return dataDirectory(env, process.platform, homedir())
}

/**
 * Opens the catalog of a network, or of the one that was joined last.
 * @throws StoreFailed, StoreCorrupt, StoreFromNewerVersion, InvalidArgument for a network that is not stored
 */
export function openCatalog(from: {
  readonly dataDir: string | null
  readonly network: string | null
  readonly env: Readonly<Record<string, string | undefined>>
}): OfflineCatalog {
  const store = openStoreReadOnly(databasePath(from.dataDir ?? defaultDataDir(from.env), process.platform))
  try {
    const known = store.recentNetworks()
    const wanted = from.network === null ? known[0]?.id : networkIdFrom(from.network)
    const network = known.find(({ id }) => id === wanted)
    if (network === undefined) {
      if (from.network === null) throw new StoreFailed('no network was joined yet: nothing is stored')
      const names = known.map(({ name, id }) => name ?? id).join(', ')
      throw new InvalidArgument(`nothing is stored of the network '${from.network}'; stored are: ${names || 'none'}`)
    }
    const ref: NetworkRef = { id: network.id, name: network.name }
    return { network: ref, json: () => exportJson(store, ref, Date.now()), close: () => store.close() }
  } catch (error) {
    store.close()
    throw error
  }
}
