/** Why nothing can be built here, and the one command that mends it: most often `out` belongs to another user. */
import { accessSync, constants, existsSync, globSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { quoted } from './look.ts'
import type { Trouble } from './look.ts'

/** The folder that is built into. */
export function outOf(root: string): string {
  return join(root, 'out')
}

/**
 * Looks before anything is removed, so that an earlier build stays whole.
 * @throws the system's error for a folder that cannot be written
 */
export function checkWritable(root: string): void {
  const out = outOf(root)
  // The builder puts its bundled configuration beside the configuration.
  for (const folder of [root, ...(existsSync(out) ? [out, ...emptiedIn(out)] : [])])
    accessSync(`${folder}${sep}`, constants.W_OK | constants.X_OK)
}

/** The folders that a build empties. It leaves packages and reports alone, which also lie in `out`. */
function emptiedIn(out: string): readonly string[] {
  const entries = globSync('{main,preload,renderer}{,/**/*}', { cwd: out, withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map((entry) => resolve(out, entry.parentPath, entry.name))
}

/** Puts whatever was thrown around a build into words. */
export function explainUnbuilt(error: unknown, root: string): Trouble {
  const out = outOf(root)
  const system: NodeJS.ErrnoException | null = error instanceof Error ? error : null
  const code = system?.code ?? ''
  const path = resolve(system?.path ?? out)
  const isWindows = process.platform === 'win32'
  if (code === 'ENOSPC' || code === 'EDQUOT') return { why: 'the disk is full', mend: 'free 500 MB, then try again' }
  if (code === 'EROFS')
    return {
      why: `${root} is read-only`,
      mend: 'copy the checkout to a folder that can be written, and try again there',
    }
  if (code === 'EACCES' || code === 'EPERM') {
    const place = path.startsWith(out) ? out : root
    return {
      why: `${path} cannot be ${path.startsWith(join(root, 'src')) ? 'read' : 'written'} by this user`,
      mend: isWindows
        ? `close other Peerscopes, remove ${out}, then try again`
        : `sudo chown -R "$(id -un)" ${quoted(place)}`,
    }
  }
  const message = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ').slice(0, 200) : String(error)
  return {
    why: code === 'ENOTDIR' ? `${path} is not a folder` : message,
    mend: isWindows ? `remove ${out}, then try again` : `rm -rf ${quoted(out)}`,
  }
}
