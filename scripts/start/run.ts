/** The steps of `npm start`. */
import { argumentsAgain } from '../../src/main/desktop/restart.ts'
import { electronBinary } from '../electron-binary.ts'
import { runBrowserHost } from './browser-host.ts'
import { build } from './build.ts'
import type { StageLimits } from './desktop.ts'
import { runDesktop, STAGE_LIMITS } from './desktop.ts'
import type { DesktopOutcome } from './desktop.ts'
import { listenForEnd } from './ending.ts'
import type { Ending } from './ending.ts'
import { lookFirst, lookForDisplay, surroundings } from './look.ts'
import { Progress } from './progress.ts'

/**
 * Builds, opens the desktop app, and where that cannot be says why and opens the browser host.
 * @param root the checkout
 * @param argv what follows `npm start --`
 * @returns the exit code
 */
export async function start(root: string, argv: readonly string[], limits = STAGE_LIMITS): Promise<number> {
  const own = new Set(['--browser', '--fetch-electron'])
  const args = argv.filter((arg) => !own.has(arg))
  const progress = new Progress(process.stdout)
  const ending = listenForEnd()
  const failed = await build(root, progress, ending.asked)
  if (failed !== null) return failed
  if (!argv.includes('--browser')) {
    const again = argv.includes('--fetch-electron')
    const outcome = await openDesktop({ root, args, again, progress, ending, limits })
    if (ending.asked.aborted && outcome.kind === 'failed') return 0
    if (outcome.kind === 'ended') return outcome.code
    progress.say(`Cannot open the desktop window: ${outcome.trouble.why}.`)
    progress.say(`To fix it: ${outcome.trouble.mend}`)
    progress.say('Opening Peerscope in the browser instead.')
  }
  return await runBrowserHost({ root, args, progress, ending })
}

interface Opening {
  readonly root: string
  readonly args: readonly string[]
  readonly again: boolean
  readonly progress: Progress
  readonly ending: Ending
  readonly limits: StageLimits
}

async function openDesktop({ again, ...run }: Opening): Promise<Exclude<DesktopOutcome, { kind: 'again' }>> {
  const { root, args, progress, ending } = run
  const { DISPLAY: display, WAYLAND_DISPLAY: wayland } = process.env
  // Before anything is fetched.
  const unseen = lookForDisplay({ platform: process.platform, display, wayland })
  if (unseen !== null) return { kind: 'failed', trouble: unseen }
  const electron = await electronBinary(root, (line) => progress.say(line), ending.asked, { again })
  if (ending.asked.aborted) return { kind: 'ended', code: 0 }
  if (electron.kind === 'missing') return { kind: 'failed', trouble: { why: electron.reason, mend: electron.mend } }
  const trouble = lookFirst(surroundings(electron.path, args))
  if (trouble !== null) return { kind: 'failed', trouble }
  for (let next = args; ; next = argumentsAgain(next)) {
    const outcome = await runDesktop({ ...run, args: next, binary: electron.path })
    if (outcome.kind !== 'again') return outcome
  }
}
