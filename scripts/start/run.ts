/** The steps of `npm start`. */
import { argumentsAgain } from '../../src/main/desktop/restart.ts'
import { electronBinary, isElectronThere } from '../electron-binary.ts'
import { helpOf, parseArguments, WRONG_USE } from './arguments.ts'
import { runBrowserHost } from './browser-host.ts'
import { build } from './build.ts'
import type { StageLimits } from './desktop.ts'
import { runDesktop, STAGE_LIMITS } from './desktop.ts'
import type { DesktopOutcome } from './desktop.ts'
import { listenForEnd } from './ending.ts'
import type { Ending } from './ending.ts'
import { hasDisplay, lookFirst, lookForDisplay, lookForRoot, surroundings, withoutBinary } from './look.ts'
import { Progress } from './progress.ts'

const COMMAND = 'npm start'

/**
 * Builds, opens the desktop app, and where that cannot be says why and opens the browser host.
 * @param root the checkout
 * @param argv what follows `npm start --`
 * @returns the exit code
 */
export async function start(root: string, argv: readonly string[], limits = STAGE_LIMITS): Promise<number> {
  const progress = new Progress(process.stdout)
  const parsed = parseArguments(argv, hasDisplay(withoutBinary(argv, COMMAND)))
  if (parsed.kind === 'help') {
    progress.say(helpOf(COMMAND))
    return 0
  }
  if (parsed.kind === 'wrong') {
    progress.say(`${COMMAND}: ${parsed.why}`)
    return WRONG_USE
  }
  const { browser, fetchAgain, passed: args } = parsed
  const ending = listenForEnd()
  const failed = await build(root, progress, ending.asked)
  if (ending.asked.aborted) return stopped(progress)
  if (failed !== null) return failed
  if (!browser) {
    const outcome = await openDesktop({ root, args, fetchAgain, progress, ending, limits })
    if (outcome.kind === 'ended') return outcome.code
    if (ending.asked.aborted) return stopped(progress)
    progress.say(`Cannot open the desktop window: ${outcome.trouble.why}.`)
    progress.say(`To fix it: ${outcome.trouble.mend}`)
    progress.say('Opening Peerscope in the browser instead.')
  }
  return await runBrowserHost({ root, args, progress, ending })
}

/** The user asked to end before anything of Peerscope ran. */
function stopped(progress: Progress): number {
  progress.say('Stopped.')
  return 0
}

interface Opening {
  readonly root: string
  readonly args: readonly string[]
  readonly fetchAgain: boolean
  readonly progress: Progress
  readonly ending: Ending
  readonly limits: StageLimits
}

async function openDesktop({ fetchAgain, ...run }: Opening): Promise<Exclude<DesktopOutcome, { kind: 'again' }>> {
  const { root, args, progress, ending } = run
  // Before anything is fetched.
  const here = withoutBinary(args, COMMAND)
  const fetches = fetchAgain || !isElectronThere(root)
  const useless = lookForDisplay(here) ?? (fetches ? lookForRoot(here) : null)
  if (useless !== null) return { kind: 'failed', trouble: useless }
  const options = { again: fetchAgain, command: COMMAND } as const
  const electron = await electronBinary(root, progress, ending.asked, options)
  if (electron.kind === 'missing') return { kind: 'failed', trouble: { why: electron.reason, mend: electron.mend } }
  const trouble = lookFirst(surroundings(electron.path, args, COMMAND))
  if (trouble !== null) return { kind: 'failed', trouble }
  let next = args
  for (;;) {
    const outcome = await runDesktop({ ...run, command: COMMAND, args: next, binary: electron.path })
    if (outcome.kind !== 'again') return outcome
    next = [...argumentsAgain(next), ...outcome.brought]
  }
}
