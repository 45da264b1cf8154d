/** Why Electron ended before its window showed, read from how it ended and what it wrote. */
import { againBy } from '../electron/reasons.ts'
import type { StartCommand } from './arguments.ts'
import { hasT64Names, installCommand, notFound } from './libraries.ts'
import { inDesktopSession, noRoot, noSandbox, quoted } from './look.ts'
import type { BinaryKind, Trouble } from './look.ts'

/** How it ended. */
export interface Failure {
  readonly command: StartCommand
  /** Whether ELECTRON_OVERRIDE_DIST_PATH names the binary, which then is not ours to replace. */
  readonly overridden: boolean
  /** Whether the app's own code ran. */
  readonly ran: boolean
  /** What the system says where it could not even be started, such as `spawn … EACCES`. */
  readonly startError: string | null
  readonly code: number | null
  readonly signal: string | null
  /** Seconds after which its window had not shown; null where it ended by itself. */
  readonly waitedSeconds: number | null
  readonly stderr: string
  readonly binary: string
  /** Chromium's sandbox helper. */
  readonly helper: string
  /** What there is at the binary's path. Asked only where it could not be started. */
  kind(): BinaryKind
  /** What `ldd` says of the binary. Asked only for a missing library. */
  ldd(): string
  /** /etc/os-release. */
  osRelease(): string
}

/** An older system: `version `GLIBC_2.38' not found`. */
const TOO_OLD = /version [`']?(GLIBC(?:XX)?_[\d.]+)'? not found/
const SYMBOL = /symbol lookup error: ([^\s:]+): (.*)/
const LIBRARY = /error while loading shared libraries: ([^\s:]+):/
const ROOT = /running as root without --no-sandbox/i
const SANDBOX =
  /no usable sandbox|suid sandbox helper|setuid_sandbox|failed to move to new namespace|zygote_host_impl_linux/i
const DISPLAY =
  /missing x server|(cannot|unable to|can't|failed to) open (x )?display|failed to connect to wayland|no wayland|ozone_platform/i
const GPU = /gpu process (isn't usable|launch failed|exited unexpectedly)|gpu_process_host|gpu access not allowed/i
const NODE_OPTIONS = /^.*is not allowed in NODE_OPTIONS/m
/** Libraries that come with Electron itself. */
const BUNDLED = /(^|\/)lib(ffmpeg|EGL|GLESv2|vk_swiftshader|vulkan)\.so/

/** Most characters of a line of the app's that we repeat. */
const MAX_LINE = 200

/** Null where nothing in it is known to us. */
export function explain(failure: Failure): Trouble | null {
  const { stderr, startError, waitedSeconds, command } = failure
  if (startError !== null) return cannotStart(startError, failure)
  const version = TOO_OLD.exec(stderr)?.[1]
  if (version !== undefined)
    return {
      why: `this system is too old for Electron, which needs ${version}`,
      mend: `upgrade the system, or stay in the browser: ${command} -- --browser`,
    }
  const [, place, symbol] = SYMBOL.exec(stderr) ?? []
  if (place !== undefined) return misfit(place, symbol ?? '', failure)
  const library = LIBRARY.exec(stderr)?.[1]
  if (library !== undefined) return missingLibrary(library, failure)
  if (NODE_OPTIONS.test(stderr))
    return { why: 'Electron takes fewer NODE_OPTIONS than Node', mend: `NODE_OPTIONS='' ${command}` }
  if (ROOT.test(stderr)) return noRoot(command)
  if (SANDBOX.test(stderr)) return noSandbox(failure.helper)
  if (DISPLAY.test(stderr)) return { why: 'the display cannot be opened', mend: inDesktopSession(command) }
  const withoutGpu = `${command} -- --disable-gpu`
  if (GPU.test(stderr)) return { why: "Chromium's graphics process keeps failing", mend: withoutGpu }
  if (waitedSeconds === null) return null
  return failure.ran
    ? { why: `its window did not show within ${waitedSeconds} s`, mend: withoutGpu }
    : { why: `Electron hung: it did not run Peerscope within ${waitedSeconds} s`, mend: otherBinary(failure) }
}

/** What can be said of any other end. */
export function unexplained(failure: Failure): Trouble {
  const line = lastWords(failure.stderr)
  // An end without an error needs the explanation.
  const when = failure.code === 0 ? ' before its window showed' : ''
  const why = `Electron ${ending(failure)}${when}${line === null ? '' : `: ${line}`}`
  if (!failure.ran) return { why, mend: otherBinary(failure) }
  return { why, mend: `run ${failure.command} again; what the app wrote is above and in its log file` }
}

/** What helps where this binary does not work, and another one may. */
function otherBinary({ command, overridden }: Failure): string {
  return overridden ? `correct or unset ELECTRON_OVERRIDE_DIST_PATH, then run ${command}` : againBy(command)
}

/** How a process ended, as part of a sentence. */
export function ending({ code, signal }: Pick<Failure, 'code' | 'signal'>): string {
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`
}

function cannotStart(startError: string, failure: Failure): Trouble {
  const { binary, command } = failure
  const why = `Electron's binary does not start (${startError})`
  const kind = failure.kind()
  if (kind === 'folder') return { why: `${binary} is a folder, not Electron's binary`, mend: otherBinary(failure) }
  if (/EACCES/.test(startError) && kind === 'file') return { why, mend: `chmod +x ${quoted(binary)}` }
  if (/EACCES/.test(startError) && kind === 'program')
    return { why, mend: `move the project to a disk that programs may be started from, then run ${command}` }
  // The file is there: what is missing is the loader that it names.
  if (/ENOENT/.test(startError) && kind === 'program')
    return {
      why: `${why}: this system lacks glibc, which Electron needs`,
      mend: `use a system with glibc, or stay in the browser: ${command} -- --browser`,
    }
  return { why, mend: otherBinary(failure) }
}

/** A library that is there, but of another version than the one that uses it expects. */
function misfit(place: string, symbol: string, failure: Failure): Trouble {
  const mend = BUNDLED.test(place)
    ? otherBinary(failure)
    : `update the packages of your system and unset LD_LIBRARY_PATH and LD_PRELOAD, then run ${failure.command}`
  return { why: `the system's libraries do not fit Electron (${safe(`${place}: ${symbol}`)})`, mend }
}

function missingLibrary(first: string, failure: Failure): Trouble {
  // The loader names the first one only.
  const missing = [...new Set([first, ...notFound(failure.ldd())])]
  const several = missing.length > 1
  return {
    why: `${several ? 'libraries that Electron needs are' : 'a library that Electron needs is'} missing: ${missing.join(', ')}`,
    mend: missing.some((library) => BUNDLED.test(library))
      ? otherBinary(failure)
      : (installCommand(missing, hasT64Names(failure.osRelease())) ??
        `install the package of your system that has ${missing.join(', ')}`),
  }
}

/** Noise that Chromium writes on healthy starts too. */
const NOISE = /gtk-warning|dbus|libva|vaapi|devtools listening|deprecat|^\s*at |passthrough is not supported|^\s*$/i
/** `[4242:1128/180000.123456:FATAL:file.cc(12)] `, less what follows it. */
const PREFIX = /^\[[\d:/.]+:(FATAL|ERROR|WARNING|INFO|VERBOSE\d*):[^\]]*\]\s*/

/** The line that says most: the last fatal one, else the last that is not noise. Safe to print. */
export function lastWords(stderr: string): string | null {
  const lines = stderr.split(/\r?\n/).filter((line) => !NOISE.test(line))
  const line = lines.findLast((one) => PREFIX.exec(one)?.[1] === 'FATAL') ?? lines.at(-1)
  if (line === undefined) return null
  return safe(messageOf(line))
}

/** Words of others, safe to print and short. */
function safe(words: string): string {
  // oxlint-disable-next-line no-control-regex -- they would move the cursor
  const plain = words.replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, ' ')
  return plain.trim().slice(0, MAX_LINE)
}

/** Our own log is one JSON object a line. */
function messageOf(line: string): string {
  const plain = line.replace(PREFIX, '')
  if (!plain.startsWith('{')) return plain
  try {
    const { msg, err }: { msg?: unknown; err?: { message?: unknown } } = JSON.parse(plain)
    const words = [msg, err?.message].filter((part) => typeof part === 'string')
    return words.length === 0 ? plain : words.join(': ')
  } catch {
    return plain
  }
}
