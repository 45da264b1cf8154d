import Database from 'better-sqlite3'
import { existsSync } from 'node:fs'
import { StoreCorrupt, StoreFailed } from '../../shared/errors.ts'
import type { NetworkId } from '../../shared/ids.ts'
import { checkVersion } from './migrate.ts'
import { MIGRATIONS } from './migrations/all.ts'
import { Reader } from './reader.ts'
import { describeTrouble, troubleOf } from './sqlite-errors.ts'
import type { StoredPeer, StoreReader } from './types.ts'

/** Peers read at once. */
const PEERS_PAGE = 500

/**
 * Opens a database for reading only, also while a Peerscope writes it; what that one has not yet written is not seen.
 * @throws StoreFailed when there is none or it has an older schema, StoreFromNewerVersion, StoreCorrupt; the reader's
 * calls throw StoreFailed and StoreCorrupt
 */
export function openStoreReadOnly(path: string): StoreReader {
  if (!existsSync(path)) throw new StoreFailed(`there is no database ${path}: join a network first, or name its folder`)
  let db: Database.Database | null = null
  try {
    db = new Database(path, { readonly: true, fileMustExist: true })
    if (checkVersion(db) < MIGRATIONS.length) {
      throw new StoreFailed(
        `${path} was written by an older Peerscope: start Peerscope once, which brings it up to date`,
      )
    }
    return readerOver(db, new Reader(db))
  } catch (error) {
    db?.close()
    throw typed(error, path)
  }
}

function readerOver(db: Database.Database, reader: Reader): StoreReader {
  const read = <T>(what: () => T): T => {
    try {
      return what()
    } catch (error) {
      throw db.open ? typed(error, db.name) : new StoreFailed('the store is closed', { cause: error })
    }
  }
  return {
    getSetting: (key) => read(() => reader.setting(key)),
    recentNetworks: () => read(() => reader.networks().sort((a, b) => b.lastJoinedAt - a.lastJoinedAt)),
    peers: (networkId) => read(() => allPeers(reader, networkId)),
    peer: (networkId, peerId) => read(() => reader.peer(networkId, peerId)),
    versionsOf: (networkId, peerId) => read(() => reader.versions(networkId, peerId)),
    rttSamplesOf: (networkId, peerId) => read(() => reader.rtts(networkId, peerId)),
    eventsPage: (query) => read(() => reader.eventsPage(query)),
    close() {
      db.close()
    },
  }
}

function allPeers(reader: Reader, networkId: NetworkId): StoredPeer[] {
  const result: StoredPeer[] = []
  for (let after: number | null = 0; after !== null;) {
    const page = reader.peersPage(networkId, after, PEERS_PAGE)
    result.push(...page.peers)
    after = page.next
  }
  return result
}

function typed(error: unknown, path: string): unknown {
  if (troubleOf(error) === 'damaged') return new StoreCorrupt(`${path}: ${describeTrouble(error)}`, { cause: error })
  return error instanceof Database.SqliteError ? new StoreFailed(`${path}: ${error.message}`, { cause: error }) : error
}
