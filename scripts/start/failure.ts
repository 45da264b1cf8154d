/** Why Electron ended before its window showed, read from how it ended and what it wrote. */
import { AGAIN } from '../electron/reasons.ts'
import { hasT64Names, installCommand, notFound } from './libraries.ts'
import { noSandbox, quoted } from './look.ts'
import type { Trouble } from './look.ts'

/** How it ended. */
export interface Failure {
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
  /** What `ldd` says of the binary. Asked only for a missing library. */
  ldd(): string
  /** /etc/os-release. */
  osRelease(): string
}

const LIBRARY = /error while loading shared libraries: ([^\s:]+):/
const ROOT = /running as root without --no-sandbox/i
const SANDBOX =
  /no usable sandbox|suid sandbox helper|setuid_sandbox|failed to move to new namespace|zygote_host_impl_linux/i
const DISPLAY =
  /missing x server|(cannot|unable to|can't|failed to) open (x )?display|failed to connect to wayland|no wayland|ozone_platform/i
const GPU = /gpu process (isn't usable|launch failed|exited unexpectedly)|gpu_process_host|gpu access not allowed/i
const NODE_OPTIONS = /^.*is not allowed in NODE_OPTIONS/m
/** Libraries that come with Electron itself. */
const BUNDLED = /^lib(ffmpeg|EGL|GLESv2|vk_swiftshader|vulkan)\.so/

/** Most characters of a line of the app's that we repeat. */
const MAX_LINE = 200

/** Null where nothing in it is known to us. */
export function explain(failure: Failure): Trouble | null {
  const { stderr, startError, waitedSeconds } = failure
  if (startError !== null) return cannotStart(startError, failure.binary)
  const library = LIBRARY.exec(stderr)?.[1]
  if (library !== undefined) return missingLibrary(library, failure)
  if (NODE_OPTIONS.test(stderr))
    return { why: 'Electron takes fewer NODE_OPTIONS than Node', mend: "NODE_OPTIONS='' npm start" }
  if (ROOT.test(stderr)) return noRoot('npm start')
  if (SANDBOX.test(stderr)) return noSandbox(failure.helper)
  if (DISPLAY.test(stderr))
    return {
      why: 'the display cannot be opened',
      mend: 'run npm start in a terminal of your desktop session',
    }
  if (GPU.test(stderr)) return { why: "Chromium's graphics process keeps failing", mend: 'npm start -- --disable-gpu' }
  if (waitedSeconds !== null)
    return { why: `its window did not show within ${waitedSeconds} s`, mend: 'npm start -- --disable-gpu' }
  return null
}

/** Electron refuses to run as root. @param command what the user typed */
export function noRoot(command: string): Trouble {
  return {
    why: 'Electron does not start as root, where its sandbox does not work',
    mend: `run ${command} as another user (or without the sandbox: ${command} -- --no-sandbox)`,
  }
}

/** What can be said of any other end. */
export function unexplained(failure: Failure): Trouble {
  const line = lastWords(failure.stderr)
  return { why: `Electron ${ending(failure)}${line === null ? '' : `: ${line}`}`, mend: AGAIN }
}

/** How a process ended, as part of a sentence. */
export function ending({ code, signal }: Pick<Failure, 'code' | 'signal'>): string {
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`
}

function cannotStart(startError: string, binary: string): Trouble {
  const why = `Electron's binary does not start (${startError})`
  return /EACCES/.test(startError) ? { why, mend: `chmod +x ${quoted(binary)}` } : { why, mend: AGAIN }
}

function missingLibrary(first: string, failure: Failure): Trouble {
  // The loader names the first one only.
  const missing = [...new Set([first, ...notFound(failure.ldd())])]
  const several = missing.length > 1
  return {
    why: `${several ? 'libraries that Electron needs are' : 'a library that Electron needs is'} missing: ${missing.join(', ')}`,
    mend: missing.some((library) => BUNDLED.test(library))
      ? AGAIN
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
  // oxlint-disable-next-line no-control-regex -- they would move the cursor
  const words = messageOf(line).replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, ' ')
  return words.trim().slice(0, MAX_LINE)
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
