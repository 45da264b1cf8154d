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
