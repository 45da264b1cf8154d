import { StoreFailed } from '../../shared/errors.ts'
import { networkKeyOf } from '../../shared/network-kind.ts'
import { formatLocal } from '../../shared/time.ts'
import { watched } from '../monitor/journal/last-shown.ts'
import type { OfflineCatalog } from '../monitor/offline.ts'
import { openCatalog } from '../monitor/offline.ts'
import type { DataFlags } from './flags.ts'
import { offlineFrom } from './flags.ts'
import type { Io } from './io.ts'

/** What is stored where the flags say. What is to be told of the choice goes to standard error. @throws as `openCatalog` */
export function openFor(flags: DataFlags, io: Io): OfflineCatalog {
  const catalog = openCatalog(offlineFrom(flags, io))
  if (catalog.notice !== null) io.err(`Note: ${catalog.notice}\n`)
  return catalog
}

/**
 * The same for what was seen of a network.
 * @throws StoreFailed where nothing of it is stored, as by `peerscope node`, which keeps the peers it met and not what it saw
 */
export function openRecorded(flags: DataFlags, io: Io): OfflineCatalog {
  const catalog = openFor(flags, io)
  const { store, network } = catalog
  const key = networkKeyOf(network)
  if (store.lastEventAt(key) !== null || store.peersPage(key, null, 1).peers.length > 0) {
    tellSilent(catalog, io)
    return catalog
  }
  catalog.close()
  throw new StoreFailed(
    `nothing is recorded of the network '${network.name ?? network.id}' in this data folder, neither peers nor events. ` +
      'The app records what it sees, and so does peerscope serve; peerscope node keeps only its identity, the words of its network and the peers it met. ' +
      'Join the network with serve --network NAME --data FOLDER, then try again',
  )
}

/** Warns that a Peerscope runs there and writes nothing: what is printed is as old as its last write. */
function tellSilent({ store, network }: OfflineCatalog, io: Io): void {
  const { silent } = watched(store, networkKeyOf(network), Date.now())
  if (silent === null) return
  io.err(
    `Note: ${runsHere(silent.pid)} and has written nothing since ${formatLocal(silent.since)}. It may be stalled, or unable to write. This is what was known then\n`,
  )
}

/** That a Peerscope has the folder open. */
export function runsHere(pid: number | null): string {
  return `a Peerscope${pid === null ? '' : `, process ${pid},`} runs on this data folder`
}
