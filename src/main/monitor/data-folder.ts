import { homedir } from 'node:os'
import { dataDirectory } from '../store/data-dir.ts'

/** Where data lives unless a folder is named. */
export function defaultDataDir(env: Readonly<Record<string, string | undefined>>): string {
  return dataDirectory(env, process.platform, homedir())
}
