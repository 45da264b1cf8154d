/** Electron's binary for `npm start`: finds it, or fetches it. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { systemClock } from './electron/clock.ts'
import type { Clock } from './electron/clock.ts'
import { circumstancesOf, forget, recall, remember } from './electron/failures.ts'
import { cacheFolder, fetchElectron, usesRemoteChecksums } from './electron/fetch.ts'
import { binaryName, removeLeftovers, unpackedBinary } from './electron/place.ts'
import { proxiesOf } from './electron/proxies.ts'
import { explain, mendOf } from './electron/reasons.ts'
import type { StartCommand } from './start/arguments.ts'
import type { Progress } from './start/progress.ts'

/** What came of looking for Electron's binary. */
export type ElectronSearch =
  | { readonly kind: 'found'; readonly path: string }
  /** `reason` is one plain sentence fragment; `mend` is the one command or step that helps. */
  | { readonly kind: 'missing'; readonly reason: string; readonly mend: string }

/** How to look. */
export interface SearchOptions {
  /** Fetch although a fetch failed a short while ago, or there is one that may be damaged (`npm start -- --fetch-electron`). */
  readonly again?: boolean
  /** What the user typed (default: `npm start`). */
  readonly command?: StartCommand
  readonly clock?: Clock
}

/**
 * Finds the binary of the Electron that is installed in `root`; where it was never unpacked, fetches it, as Electron's own
 * installer would. `progress` tells of it. `signal` ends a download without a trace; then the binary is
 * missing, and that is not remembered. Never throws.
 */
export async function electronBinary(
  root: string,
  progress: Progress,
  signal: AbortSignal,
  { again = false, command = 'npm start', clock = systemClock }: SearchOptions = {},
): Promise<ElectronSearch> {
  const { env } = process
  const override = env['ELECTRON_OVERRIDE_DIST_PATH']
  if (override) return overridden(resolve(override, binaryName()), command)
  const electron = join(root, 'node_modules', 'electron')
  const version = versionOf(electron)
  if (version === null) return missing('the package electron is not installed', 'run npm install')
  removeLeftovers(electron, clock.now())
  const there = unpackedBinary(electron, version)
  if (there !== null && !again) return { kind: 'found', path: there }

  const circumstances = circumstancesOf(version, env)
  const last = again ? null : recall(root, circumstances, clock.now())
  if (last !== null) return missing(last.reason, mendOf(last, command))
  const proxies = proxiesOf(env)
  for (const { proxy, why } of proxies.unusable) progress.say(`Not used: the proxy ${proxy}. ${why}`)
  const cache = cacheFolder(env)
  try {
    const path = await fetchElectron({ electron, version, cache, proxies, replace: again, progress, signal, clock })
    forget(root)
    return { kind: 'found', path }
  } catch (error) {
    if (signal.aborted) return missing('the download was stopped', `run ${command}`)
    const mirror = Object.entries(env).some(([name, value]) => /electron_mirror$/i.test(name) && value)
    const remoteChecksums = usesRemoteChecksums(env)
    const failure = explain(error, { proxy: proxies.env, electron, cache, mirror, remoteChecksums })
    if (failure.lasting) remember(root, failure, circumstances, clock.now())
    else forget(root)
    if (there !== null) {
      progress.say(`Electron could not be fetched again: ${failure.reason}. The one that is there is used.`)
      return { kind: 'found', path: there }
    }
    return missing(failure.reason, mendOf(failure, command))
  }
}

/** Whether {@link electronBinary} would find a binary without a download. */
export function isElectronThere(root: string): boolean {
  if (process.env['ELECTRON_OVERRIDE_DIST_PATH']) return true
  const electron = join(root, 'node_modules', 'electron')
  const version = versionOf(electron)
  return version !== null && unpackedBinary(electron, version) !== null
}

function overridden(path: string, command: StartCommand): ElectronSearch {
  return existsSync(path)
    ? { kind: 'found', path }
    : missing(`ELECTRON_OVERRIDE_DIST_PATH is set, but there is no ${path}`, `correct or unset it, then run ${command}`)
}

function versionOf(electron: string): string | null {
  try {
    const { version }: { version?: unknown } = JSON.parse(readFileSync(join(electron, 'package.json'), 'utf8'))
    return typeof version === 'string' ? version : null
  } catch {
    return null
  }
}

function missing(reason: string, mend: string): ElectronSearch {
  return { kind: 'missing', reason, mend }
}
