import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it that are missing, for its user alone. Node's own `recursive` loops for ever where mkdir says
 * ENOENT although the parent exists, as below `/proc` and in automounted homes. bin/peerscope.js has one of its own: it starts
 * before any of this is loaded.
 * @throws the error of the file system
 */
export function makeFolder(path: string, mode = 0o700): void {
  if (existsSync(path)) return
  const parent = dirname(path)
  if (parent !== path) makeFolder(parent, mode)
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    // Somebody else made it meanwhile. A file at its place is noticed by what comes next.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
