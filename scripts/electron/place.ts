/** Where Electron's binary lies in its package, and how it gets there: unpacked beside, then put in place at once. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const WORK = '.peerscope-fetch-'
/** A work folder as old as this is nobody's, even where its process id lives (as another process), milliseconds. */
const WORK_MS = 24 * 60 * 60 * 1000
/** Held for a few renames. */
const LOCK = '.peerscope-place'
const LOCK_MS = 30_000
const LOCK_AGAIN_MS = 50
const RENAME_TRIES = 20
const RENAME_AGAIN_MS = 250

/** The binary's path below Electron's `dist`, as its installer notes it in `path.txt`. */
export function binaryName(platform: string = process.platform): string {
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return platform === 'win32' ? 'electron.exe' : 'electron'
}

/** The processor that Electron is fetched for. A Node for Intel that runs on an Apple processor gets the Apple one. */
export function architecture(): string {
  const asked = process.env['ELECTRON_INSTALL_ARCH'] || process.env['npm_config_arch']
  if (asked) return asked
  if (process.platform !== 'darwin' || process.arch !== 'x64') return process.arch
  try {
    const translated = execFileSync('sysctl', ['-in', 'sysctl.proc_translated'], { encoding: 'utf8', timeout: 2000 })
    return translated.trim() === '1' ? 'arm64' : process.arch
  } catch {
    return process.arch
  }
}

/**
 * The binary in the package folder `electron`; null where none of this version was unpacked completely. `path.txt` and
 * `dist/version` are what Electron's own installer goes by.
 */
export function unpackedBinary(electron: string, version: string): string | null {
  try {
    if (readFileSync(join(electron, 'path.txt'), 'utf8').trim() !== binaryName()) return null
    if (
      readFileSync(join(electron, 'dist', 'version'), 'utf8')
        .trim()
        .replace(/^v/, '') !== version
    )
      return null
  } catch {
    return null
  }
  const path = join(electron, 'dist', binaryName())
  return existsSync(path) ? path : null
}

/** A folder of this process for a download and what is unpacked from it, on the file system of the package. */
export async function openWorkFolder(electron: string): Promise<string> {
  return await mkdtemp(join(electron, `${WORK}${process.pid}-`))
}

/** Removes a work folder. */
export async function closeWorkFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined)
}

/** Removes work folders whose process was killed. */
export function removeLeftovers(electron: string, now: number): void {
  try {
    for (const name of readdirSync(electron)) {
      const pid = name.startsWith(WORK) ? Number.parseInt(name.slice(WORK.length), 10) : Number.NaN
      const folder = join(electron, name)
      if (!Number.isNaN(pid) && (!lives(pid) || now - statSync(folder).mtimeMs > WORK_MS))
        rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    }
  } catch {
    // They only take space.
  }
}

/** What is put in place, and where. */
export interface Placing {
  /** The folder that becomes the package's `dist`. It is within `work`. */
  readonly unpacked: string
  readonly work: string
  /** The package's folder. */
  readonly electron: string
  readonly version: string
  /** Whether a binary that is there is replaced. */
  readonly replace: boolean
}

/**
 * Puts it in place. Another start may do the same at the same time: unless it is to be replaced, the first one is kept.
 * `dist` comes last, since from then on the binary counts as there.
 */
export async function place({ unpacked, work, electron, version, replace }: Placing): Promise<string> {
  const path = join(electron, 'dist', binaryName())
  if (!existsSync(join(unpacked, binaryName()))) throw new Error(`the archive holds no ${binaryName()}`)
  await oneAtATime(join(electron, LOCK), async () => {
    if (!replace && unpackedBinary(electron, version) !== null) return
    // Before the note: what an interrupted installer left must not count as there because of it.
    await setAside(join(electron, 'dist'), join(work, 'old'))
    const note = join(work, 'path.txt')
    await writeFile(note, binaryName())
    await renameAgain(note, join(electron, 'path.txt'))
    await renameAgain(unpacked, join(electron, 'dist'))
  })
  return path
}

/** Runs it while this process holds the lock; one that was left by a killed process is broken. */
async function oneAtATime(lock: string, run: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries++)
    try {
      await mkdir(lock)
      break
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || tries * LOCK_AGAIN_MS > 2 * LOCK_MS) throw error
      if (ageOf(lock) > LOCK_MS) await rm(lock, { recursive: true, force: true })
      else await sleep(LOCK_AGAIN_MS)
    }
  try {
    await run()
  } finally {
    await rm(lock, { recursive: true, force: true })
  }
}

/** Milliseconds since it was made; 0 where it is gone. */
function ageOf(folder: string): number {
  try {
    return Date.now() - statSync(folder).mtimeMs
  } catch {
    return 0
  }
}

/** An empty folder in `work`. */
export async function emptyFolder(work: string, name: string): Promise<string> {
  const folder = join(work, name)
  await mkdir(folder)
  return folder
}

async function setAside(folder: string, to: string): Promise<void> {
  try {
    await renameAgain(folder, to)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}

/** On Windows a virus scanner may hold new files for a moment. */
async function renameAgain(from: string, to: string): Promise<void> {
  for (let tries = 1; ; tries++)
    try {
      await rename(from, to)
      return
    } catch (error) {
      const held = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error))
      if (!held || tries >= RENAME_TRIES || existsSync(to)) throw error
      await sleep(RENAME_AGAIN_MS)
    }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** Node's error code, like `ENOENT`; empty where there is none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
