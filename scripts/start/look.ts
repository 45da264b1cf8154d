/** What can be seen before Electron is started: whether a window could open here at all. */
import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { StartCommand } from './arguments.ts'

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
  readonly command: StartCommand
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
export function lookForDisplay(
  here: Pick<Surroundings, 'platform' | 'display' | 'wayland' | 'command'>,
): Trouble | null {
  if (hasDisplay(here)) return null
  return {
    why: 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)',
    mend: inDesktopSession(here.command),
  }
}

/** Whether a window could be seen. */
export function hasDisplay(here: Pick<Surroundings, 'platform' | 'display' | 'wayland'>): boolean {
  return here.platform !== 'linux' || isSet(here.display) || isSet(here.wayland)
}

/** Whether Electron would refuse to run as this user. It is looked at before Electron is downloaded. */
export function lookForRoot(here: Pick<Surroundings, 'platform' | 'isRoot' | 'args' | 'command'>): Trouble | null {
  const refused = here.platform === 'linux' && here.isRoot && !here.args.includes('--no-sandbox')
  return refused ? noRoot(here.command) : null
}

/** Electron refuses to run as root. */
export function noRoot(command: StartCommand): Trouble {
  return {
    why: 'Electron does not start as root, where its sandbox does not work',
    mend: `run ${command} as another user (or without the sandbox: ${command} -- --no-sandbox)`,
  }
}

/** Where a display can be opened. */
export function inDesktopSession(command: StartCommand): string {
  return `run ${command} in a terminal of your desktop session`
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

/** The part that can be told before there is a binary. */
export function withoutBinary(
  args: readonly string[],
  command: StartCommand,
): Omit<Surroundings, 'helper' | 'namespaces'> {
  return {
    platform: process.platform,
    display: process.env['DISPLAY'],
    wayland: process.env['WAYLAND_DISPLAY'],
    isRoot: process.getuid?.() === 0,
    args,
    command,
  }
}

/** What there is on this machine. @param binary Electron's */
export function surroundings(binary: string, args: readonly string[], command: StartCommand): Surroundings {
  const path = join(dirname(binary), 'chrome-sandbox')
  return {
    ...withoutBinary(args, command),
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

/** What there is at a path: a folder, a file that may not be executed, one that may, or nothing. */
export type BinaryKind = 'folder' | 'file' | 'program' | null

/** What there is where Electron's binary should be. */
export function kindOfBinary(path: string): BinaryKind {
  try {
    const stats = statSync(path)
    if (stats.isDirectory()) return 'folder'
    return (stats.mode & 0o111) === 0 ? 'file' : 'program'
  } catch {
    return null
  }
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
