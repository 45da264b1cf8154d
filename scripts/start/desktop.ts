/** Runs the desktop app in Electron, and finds out whether its window showed. */
import { dirname, join } from 'node:path'
import type { LaunchStage } from '../../src/shared/launcher-channel.ts'
import { broughtBy, isAgainMessage, isHandedOverMessage, stageOf } from '../../src/shared/launcher-channel.ts'
import type { StartCommand } from './arguments.ts'
import { Child } from './child.ts'
import type { ChildEnd } from './child.ts'
import type { Ending } from './ending.ts'
import { ending as howItEnded, explain, unexplained } from './failure.ts'
import type { Failure } from './failure.ts'
import { isSet, kindOfBinary, lddOf, osRelease } from './look.ts'
import type { Trouble } from './look.ts'
import type { Progress } from './progress.ts'

/** How long the app may be at each stage before its window shows, milliseconds. */
export type StageLimits = Readonly<Record<'started' | Exclude<LaunchStage, 'shown'>, number>>

/**
 * Before `running` a system may check a new program, which is large, for viruses. Between `ready` and `window` it may ask
 * the user for the keychain, and a large database may be migrated.
 */
export const STAGE_LIMITS: StageLimits = { started: 60_000, running: 30_000, ready: 300_000, window: 30_000 }
/** How long an app without a window may take to end, milliseconds. */
const GIVE_UP_MS = 5000
/** Most of what it writes before its window shows that is kept, in characters. */
const MAX_KEPT = 64 * 1024
/** How much of that is shown where we cannot say what is wrong. */
const TAIL = 2000

/** What the app works with. */
export interface DesktopRun {
  readonly command: StartCommand
  readonly binary: string
  readonly root: string
  readonly args: readonly string[]
  readonly progress: Progress
  readonly ending: Ending
  readonly limits: StageLimits
}

/** It ran and ended, with the exit code of the start; it ended to be started again; or it never showed. */
export type DesktopOutcome =
  | { readonly kind: 'ended'; readonly code: number }
  | {
      readonly kind: 'again'
      /** Arguments that other starts brought meanwhile. */
      readonly brought: readonly string[]
    }
  | { readonly kind: 'failed'; readonly trouble: Trouble }

/** Resolves when the app has ended. */
export async function runDesktop(run: DesktopRun): Promise<DesktopOutcome> {
  const { command, binary, root, args, progress, ending, limits } = run
  let shown = false
  let ran = false
  let again: readonly string[] | null = null
  let held = ''
  let waited: number | null = null
  let timer: NodeJS.Timeout | null = null
  const wait = (stage: keyof StageLimits): void => {
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(() => {
      waited = Math.ceil(limits[stage] / 1000)
      progress.step('Ending Electron, which shows no window')
      child.end(GIVE_UP_MS)
    }, limits[stage])
  }
  const show = (): void => {
    if (shown) return
    if (timer !== null) clearTimeout(timer)
    shown = true
    progress.done()
    progress.pass(held)
  }

  progress.step('Opening the window')
  const child = new Child(binary, [root, ...args], electronEnvironment(), {
    stdout: (text) => progress.pass(text),
    stderr: (text) => {
      if (shown) progress.pass(text)
      held = `${held}${text}`.slice(-MAX_KEPT)
    },
    message: (message) => {
      if (isAgainMessage(message)) again = broughtBy(message)
      if (isHandedOverMessage(message) && waited === null) {
        show()
        progress.say(handedOver(args))
      }
      const stage = stageOf(message)
      if (stage === null || shown || waited !== null) return
      ran = true
      if (stage === 'shown') show()
      else wait(stage)
    },
  })
  wait('started')
  const onAsked = (): void => {
    progress.step('Ending Peerscope')
    child.end()
  }
  ending.atOnce = () => child.kill()
  if (ending.asked.aborted) onAsked()
  else ending.asked.addEventListener('abort', onAsked, { once: true })
  const end = await child.ended
  if (timer !== null) clearTimeout(timer)
  ending.asked.removeEventListener('abort', onAsked)
  ending.atOnce = null
  child.sweep()
  progress.done()

  if (ending.asked.aborted) return { kind: 'ended', code: endedOnRequest(end, progress) }
  if (again !== null && end.code === 0 && waited === null) return { kind: 'again', brought: again }
  if (shown) {
    if (end.code !== 0) progress.say(`Peerscope ${howItEnded(end)}.`)
    return { kind: 'ended', code: end.code ?? 1 }
  }
  const failure: Failure = {
    ...end,
    command,
    overridden: isSet(process.env['ELECTRON_OVERRIDE_DIST_PATH']),
    ran,
    waitedSeconds: waited,
    stderr: held,
    binary,
    helper: join(dirname(binary), 'chrome-sandbox'),
    kind: () => kindOfBinary(binary),
    ldd: () => lddOf(binary),
    osRelease,
  }
  const trouble = explain(failure)
  if (trouble === null && held !== '') progress.say(held.slice(-TAIL).trimEnd())
  return { kind: 'failed', trouble: trouble ?? unexplained(failure) }
}

/** The exit code of a start that the user ended. */
export function endedOnRequest(end: ChildEnd, progress: Progress): number {
  if (!end.killed) return 0
  progress.say('Peerscope did not end in time and was killed.')
  return 1
}

/** What is said where another instance is open. @param args of the start; a hidden one leaves the window as it is */
export function handedOver(args: readonly string[]): string {
  return args.includes('--hidden') ? 'Peerscope is already open.' : 'Peerscope is already open; its window is in front.'
}

/** The environment that Electron is started in. */
export function electronEnvironment(): NodeJS.ProcessEnv {
  const env = { ...process.env }
  // Terminals inside Electron apps set it, and Electron would be plain Node.
  delete env['ELECTRON_RUN_AS_NODE']
  // Attached to the console, Windows would end it at Ctrl-C, without a goodbye.
  if (process.platform === 'win32') env['ELECTRON_NO_ATTACH_CONSOLE'] = '1'
  return env
}
