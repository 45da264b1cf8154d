/** The way without Electron: the same window in the user's browser. */
import { openBrowser } from '../open-browser.ts'
import { sortForBrowser } from './arguments.ts'
import { endedOnRequest } from './desktop.ts'
import type { Ending } from './ending.ts'
import { ending as howItEnded } from './failure.ts'
import type { Progress } from './progress.ts'
import type { ServeLine } from './serve.ts'
import { spawnServe } from './serve.ts'

/** How long the host may take until it serves, milliseconds. */
const SERVE_MS = 120_000
/** How long its end may take: a demo swarm says two dozen goodbyes. Milliseconds. */
const END_MS = 20_000

/** What the host works with. */
export interface BrowserRun {
  readonly root: string
  readonly args: readonly string[]
  readonly progress: Progress
  readonly ending: Ending
}

/** Resolves with the exit code when the host has ended. */
export async function runBrowserHost({ root, args, progress, ending }: BrowserRun): Promise<number> {
  const { kept, dropped } = sortForBrowser(args)
  if (dropped.length > 0) progress.say(`Only the desktop app takes ${dropped.join(' ')}.`)
  progress.step('Starting Peerscope for the browser')
  const child = spawnServe(root, kept, {
    line: (message, text) => take(message, text),
    stderr: (text) => progress.pass(text),
  })
  let late = false
  let served = false
  const limit = setTimeout(() => {
    late = true
    child.end(END_MS)
  }, SERVE_MS)
  const take = (message: ServeLine | null, text: string): void => {
    if (message?.event === 'serving' && message.url !== undefined) {
      clearTimeout(limit)
      served = true
      progress.done()
      progress.say(`Peerscope is at ${message.url}`)
      progress.say('Press Ctrl-C to end it.')
      openBrowser(message.url)
    } else if (message?.event === 'error' || message?.event === 'warning')
      progress.say(`peerscope: ${message.message ?? text}`)
  }
  const onAsked = (): void => {
    progress.step('Ending Peerscope')
    child.end(END_MS)
  }
  ending.atOnce = () => child.kill()
  if (ending.asked.aborted) onAsked()
  else ending.asked.addEventListener('abort', onAsked, { once: true })
  const end = await child.ended
  clearTimeout(limit)
  ending.asked.removeEventListener('abort', onAsked)
  ending.atOnce = null
  progress.done()
  if (ending.asked.aborted) return endedOnRequest(end, progress)
  if (late) progress.say(`Peerscope did not serve its window within ${SERVE_MS / 1000} s.`)
  else if (end.code !== 0) progress.say(`Peerscope ${end.startError ?? howItEnded(end)}.`)
  else if (!served) progress.say('Peerscope ended before it served its window.')
  return late ? 1 : served ? (end.code ?? 1) : end.code || 1
}
