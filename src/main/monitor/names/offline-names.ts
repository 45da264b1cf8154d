/** The name book of a data folder that no app runs on. */
import { StoreFailed, StoreInUse } from '../../../shared/errors.ts'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import { databasePath } from '../../store/data-dir.ts'
import { openStore } from '../../store/store.ts'
import type { Store } from '../../store/types.ts'
import { defaultDataDir } from '../default-data-dir.ts'
import type { OfflineFrom } from '../offline.ts'
import { openCatalog } from '../offline.ts'
import { NameBook } from './name-book.ts'

/**
 * Works on the book of a network, or of the one that was joined last, and keeps what came of it.
 * @throws StoreInUse while an app runs on the folder: its window has the same list; StoreFailed, InvalidArgument for a network
 * that is not stored; what `work` throws
 */
export function withNameBook<T>(
  from: OfflineFrom,
  work: (book: NameBook) => T,
): { readonly result: T; readonly notice: string | null } {
  const catalog = openCatalog(from)
  const { network, notice } = catalog
  catalog.close()
  const store = openAlone(databasePath(from.dataDir ?? defaultDataDir(from.env), process.platform))
  try {
    const result = work(new NameBook(store, networkKeyOf(network)))
    const { state, reason } = store.status()
    if (state !== 'ok') throw new StoreFailed(`the names could not be kept: ${reason}`)
    return { result, notice }
  } finally {
    store.close()
  }
}

/** @throws StoreInUse, which says where the names are meanwhile */
function openAlone(path: string): Store {
  try {
    return openStore({ path, now: () => Date.now() })
  } catch (error) {
    if (!(error instanceof StoreInUse)) throw error
    throw new StoreInUse(
      `${error.message}. While it runs, names are added and removed in its window, under Settings; a peerscope node has to be stopped first`,
      { cause: error },
    )
  }
}
