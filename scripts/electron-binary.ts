/** Electron's binary for `npm start`: finds it, or fetches it. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** How long Electron's own installer may try, milliseconds. */
const FETCH_MS = 20_000
/** After a failed try it is not tried again for this long, milliseconds. */
const FETCH_AGAIN_MS = 24 * 60 * 60 * 1000

/** Electron's binary, or why there is none. */
export type ElectronBinary =
  | { readonly kind: 'found'; readonly path: string }
  | { readonly kind: 'missing'; readonly reason: string; readonly mend: string }

/** Finds the binary, or fetches it. */
export async function electronBinary(
  root: string,
  say: (line: string) => void,
  _signal: AbortSignal,
  _options: { readonly again?: boolean } = {},
): Promise<ElectronBinary> {
  const path = await Promise.resolve(findOrFetch(root, say))
  return path === null
    ? { kind: 'missing', reason: "Electron's binary could not be fetched", mend: 'npm start -- --fetch-electron' }
    : { kind: 'found', path }
}

/** The binary's path; fetched by Electron's own installer where it is missing, once a day at most. */
function findOrFetch(root: string, say: (line: string) => void): string | null {
  const found = installedElectron(root)
  if (found !== null) return found
  const cache = join(root, 'node_modules', '.cache', 'peerscope')
  const failed = join(cache, 'electron-fetch-failed')
  if (existsSync(failed) && Date.now() - Number(readFileSync(failed, 'utf8')) < FETCH_AGAIN_MS) return null
  say("Fetching Electron's binary …")
  const installer = join(root, 'node_modules', 'electron', 'install.js')
  spawnSync(process.execPath, [installer], { cwd: root, stdio: 'ignore', timeout: FETCH_MS, killSignal: 'SIGKILL' })
  const fetched = installedElectron(root)
  if (fetched === null) {
    mkdirSync(cache, { recursive: true })
    writeFileSync(failed, String(Date.now()))
  }
  return fetched
}

function installedElectron(root: string): string | null {
  const folder = join(root, 'node_modules', 'electron')
  const name = join(folder, 'path.txt')
  if (!existsSync(name)) return null
  const path = join(
    process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'),
    readFileSync(name, 'utf8').trim(),
  )
  return existsSync(path) ? path : null
}
