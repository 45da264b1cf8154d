/** Fetches Electron with its own libraries: they know its mirrors, its cache and its checksums. */
import { accessSync, constants, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type * as ExtractZip from '@electron-internal/extract-zip'
import type * as Get from '@electron/get'
import type { Clock } from './clock.ts'
import { download } from './download.ts'
import { architecture, closeWorkFolder, emptyFolder, openWorkFolder, place } from './place.ts'
import type { Progress } from '../start/progress.ts'
import type { Proxies } from './proxies.ts'

/** What is fetched, and how. */
export interface Fetch {
  /** Electron's package folder, which has its checksums. */
  readonly electron: string
  readonly version: string
  readonly cache: string
  readonly proxies: Proxies
  /** Whether one that is there is replaced. */
  readonly replace: boolean
  readonly progress: Progress
  readonly signal: AbortSignal
  readonly clock: Clock
}

interface Checksums {
  readonly [file: string]: string
}

/** Downloads (or takes from the cache), verifies, unpacks and puts in place; returns the binary's path. */
export async function fetchElectron(fetch: Fetch): Promise<string> {
  const { electron, version, cache, proxies, replace, progress, signal, clock } = fetch
  // Those that this Electron's own installer uses.
  const ofElectron = createRequire(join(electron, 'package.json'))
  const get = ofElectron('@electron/get') as typeof Get
  const { extract } = ofElectron('@electron-internal/extract-zip') as typeof ExtractZip
  const checksums: Checksums = JSON.parse(readFileSync(join(electron, 'checksums.json'), 'utf8'))

  completeMirrors(process.env)
  const work = await openWorkFolder(electron)
  try {
    progress.step(`Fetching Electron ${version}, which opens the window (once, about 120 MB)`)
    const archive = await get.downloadArtifact({
      version,
      artifactName: 'electron',
      platform: process.platform,
      arch: architecture(),
      ...(usesRemoteChecksums(process.env) ? {} : { checksums: { ...checksums } }),
      cacheRoot: cache,
      cacheMode: cacheMode(cache, get.ElectronDownloadCacheMode),
      tempDirectory: work,
      downloader: {
        download: async (url, file) => {
          await download({
            url,
            file,
            proxy: proxies.env,
            clock,
            signal,
            onConnect: (host) => progress.step(`  Connecting to ${host}`),
            onBytes: (received, total) => progress.received(received, total),
          })
          progress.step('  Checking the download')
        },
      },
    })
    signal.throwIfAborted()
    progress.step('  Unpacking')
    const unpacked = await emptyFolder(work, 'dist')
    await extract(archive, { dir: unpacked })
    signal.throwIfAborted()
    return await place({ unpacked, work, electron, version, replace })
  } finally {
    progress.done()
    await closeWorkFolder(work)
  }
}

/** Electron's download cache, as its own libraries place it. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  const home = homedir()
  if (env['electron_config_cache']) return resolve(env['electron_config_cache'])
  if (process.platform === 'darwin') return join(home, 'Library', 'Caches', 'electron')
  if (process.platform === 'win32')
    return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'electron', 'Cache')
  return join(env['XDG_CACHE_HOME'] || join(home, '.cache'), 'electron')
}

/** Whether the checksums are those of the mirror, as Electron's own installer reads that setting. */
export function usesRemoteChecksums(env: Readonly<Record<string, string | undefined>>): boolean {
  return Boolean(env['electron_use_remote_checksums'] || env['npm_config_electron_use_remote_checksums'])
}

/**
 * Adds the slash that a mirror's setting lacks: Electron's libraries read it from the environment and append the version to
 * it as it is. One with a query is left as it is.
 */
export function completeMirrors(env: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(env))
    if (/electron_(nightly_?)?mirror$/i.test(name) && value !== undefined && /^[^?#]*[^/?#]$/.test(value))
      env[name] = `${value}/`
}

/** A cache that cannot be written must not cost a whole download. */
function cacheMode(cache: string, modes: typeof Get.ElectronDownloadCacheMode): Get.ElectronDownloadCacheMode {
  try {
    mkdirSync(cache, { recursive: true })
    accessSync(cache, constants.W_OK)
  } catch {
    return modes.ReadOnly
  }
  return process.env['force_no_cache'] === 'true' ? modes.WriteOnly : modes.ReadWrite
}
