/** Work on all of a database that takes long, in parts or in a thread. */
import type { LoggedEvent } from '../../shared/events.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import { backupFile, backupTo } from './backup.ts'
import type { Databases } from './databases.ts'
import { searchAside } from './search-aside.ts'
import type { NamingQuery, SearchOptions, SearchResult } from './search-options.ts'
import type { BackupProgress, StoreOptions } from './types.ts'

/** @throws StoreFailed */
export function searchHere(
  databases: Databases,
  networkKey: NetworkKey,
  text: string,
  options: SearchOptions,
): SearchResult {
  databases.read(() => databases.live.writer.makeSearchable())
  return databases.read((reader) => reader.search(networkKey, text, options))
}

/** What is written since the last commit counts too. @throws StoreFailed */
export function namingHere(databases: Databases, query: NamingQuery): LoggedEvent[] {
  databases.read(() => databases.live.writer.makeSearchable())
  return databases.read((reader) => reader.eventsNaming(query))
}

/**
 * In a thread: a word may stand for much of a long history, such as those that all addresses have. A database in memory is
 * searched here. @throws StoreFailed, what the signal was fired with
 */
export async function namingInThread(
  databases: Databases,
  query: NamingQuery,
  signal: AbortSignal,
  logger: StoreOptions['logger'],
): Promise<LoggedEvent[]> {
  databases.commit()
  const [asked, values] = databases.read((reader) => [reader, reader.namingValues(query)] as const)
  const { db } = databases.live
  const found = values === null || db.memory ? null : await searchAside(db.name, values, logger, signal)
  return databases.read((reader) => reader.eventsNaming(query, reader === asked ? found : null))
}

/** In a thread. A database in memory is searched here: no other connection can open it. @throws StoreFailed */
export async function searchInThread(
  databases: Databases,
  networkKey: NetworkKey,
  text: string,
  options: SearchOptions,
  logger: StoreOptions['logger'],
): Promise<SearchResult> {
  // What is written since the last commit is not searchable, and the connection of the thread doesn't see it.
  databases.commit()
  const [asked, values] = databases.read((reader) => [reader, reader.searchValues(networkKey, text, options)] as const)
  const { db } = databases.live
  const found = values === null || db.memory ? null : await searchAside(db.name, values, logger)
  // Another database that is in use by then has other numbers.
  return databases.read((reader) => reader.search(networkKey, text, options, reader === asked ? found : null))
}

/** See `StoreReader`. */
export async function backUp(
  databases: Databases,
  path: string,
  onProgress: (progress: BackupProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  databases.flush()
  const { db } = databases.home
  const told = (progress: BackupProgress): void => {
    databases.assertOpen()
    onProgress(progress)
  }
  await (db.memory ? backupTo(db, path, told, signal) : backupFile(db.name, path, told, signal))
}

/**
 * Ends at most so many sessions that an earlier run left open.
 * @param at when they ended, milliseconds since the epoch; null where nothing tells
 * @returns whether there may be more
 */
export function closeSome(
  databases: Databases,
  networkKey: NetworkKey,
  at: number | null,
  limit: number,
  logger: StoreOptions['logger'],
): boolean {
  databases.flush()
  if (!databases.isHome) return false
  try {
    return databases.home.writer.closeSome(networkKey, at, limit)
  } catch (error) {
    // Joining closes those that are left, and tells what is wrong with the disk.
    logger?.warn({ error }, 'sessions of an earlier run could not be closed one by one')
    return false
  }
}
