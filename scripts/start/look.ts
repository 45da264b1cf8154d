/** What can be seen before Electron is started: whether a window could open here at all. */
import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** How long a probe may take, milliseconds. One that takes longer has no result. */
const PROBE_MS = 3000

/** Why Electron cannot run, and the one command that mends it. */
export interface Trouble {
  readonly why: string
  /** A command, or a short instruction where there is none. */
  readonly mend: string
}

/** What is looked at. */
export interface Surroundings {
  readonly platform: string
  readonly display: string | undefined
  readonly wayland: string | undefined
  readonly isRoot: boolean
  /** The user's own arguments. */
  readonly args: readonly string[]
  /** Chromium's sandbox helper beside the binary, and whether root owns it and it is setuid. */
  readonly helper: { readonly path: string; readonly works: boolean }
  /** Whether a user may make a user namespace; null where that cannot be told. */
  namespaces(): boolean | null
}

/** Null where nothing speaks against Electron. */
export function lookFirst(here: Surroundings): Trouble | null {
  const unseen = lookForDisplay(here)
  if (unseen !== null || here.platform !== 'linux') return unseen
  // As root Electron has its own answer, and without a sandbox it needs neither.
  if (here.isRoot || withoutSandbox(here.args) || here.helper.works || here.namespaces() !== false) return null
  return noSandbox(here.helper.path)
}

/** The part that needs no binary: null where there is a display. */
export function lookForDisplay(here: Pick<Surroundings, 'platform' | 'display' | 'wayland'>): Trouble | null {
  if (here.platform !== 'linux') return null
  if (!isSet(here.display) && !isSet(here.wayland))
    return {
      why: 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)',
      mend: 'run npm start in a terminal of your desktop session',
    }
  return null
}

/** Whether an environment variable says something. */
export function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}

/** The sandbox cannot start. @param helper Chromium's sandbox helper */
export function noSandbox(helper: string): Trouble {
  const path = quoted(helper)
  return {
    why: "Chromium's sandbox cannot start: this system allows no user namespaces, and the sandbox helper is not set up",
    mend: `sudo chown root:root ${path} && sudo chmod 4755 ${path}`,
  }
}

/** What there is on this machine. @param binary Electron's */
export function surroundings(binary: string, args: readonly string[]): Surroundings {
  const path = join(dirname(binary), 'chrome-sandbox')
  return {
    platform: process.platform,
    display: process.env['DISPLAY'],
    wayland: process.env['WAYLAND_DISPLAY'],
    isRoot: process.getuid?.() === 0,
    args,
    helper: { path, works: isSetuidRoot(path) },
    namespaces: () => {
      const { status, error } = spawnSync('unshare', ['-Ur', 'true'], { stdio: 'ignore', timeout: PROBE_MS })
      return error !== undefined || status === null ? null : status === 0
    },
  }
}

/** The libraries that the binary does not find, as `ldd` prints them; empty where it cannot be asked. */
export function lddOf(binary: string): string {
  return spawnSync('ldd', [binary], { encoding: 'utf8', timeout: PROBE_MS }).stdout ?? ''
}

/** What the system says of itself; empty where it says nothing. */
export function osRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8')
  } catch {
    return ''
  }
}

function withoutSandbox(args: readonly string[]): boolean {
  return args.includes('--no-sandbox') || args.includes('--disable-setuid-sandbox')
}

function isSetuidRoot(path: string): boolean {
  try {
    const { uid, mode } = statSync(path)
    return uid === 0 && (mode & 0o7777) === 0o4755
  } catch {
    return false
  }
}

/** A path for a POSIX shell. */
export function quoted(path: string): string {
  return /^[\w./+@-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
