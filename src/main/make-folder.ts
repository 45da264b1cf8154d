import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it that are missing, for its user alone. Node's own `recursive` never ends where the system says of
 * something in a folder that is there that it is not: `/proc`, or homes that are mounted when somebody logs in.
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
