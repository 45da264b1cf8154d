/** Whether a Peerscope runs on a data folder, also where it cannot be asked. */
import { databasePath } from '../../store/data-dir.ts'
import { holderOf } from '../../store/lock.ts'

/** The process that has the folder open; null where none has, or it cannot be told. */
export function runningOn(dataDir: string): { readonly pid: number | null } | null {
  const holder = holderOf(databasePath(dataDir, process.platform))
  return holder.kind === 'process' ? { pid: holder.pid } : null
}
