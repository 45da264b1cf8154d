import { errorShape } from '../../shared/errors.ts'
import { jsonText, visibleLines } from '../../shared/visible-text.ts'

/** How long the goodbye may take after an exception that nobody caught, milliseconds. */
export const CRASH_MS = 3000

/** What a crash works with. */
export interface CrashParts {
  /** `process`. */
  readonly events: { on(event: 'uncaughtException', listener: (error: unknown) => void): unknown }
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether output is JSON. */
  readonly json: boolean
  /** Asks the run to end. */
  readonly stop: () => void
  readonly exit: (code: number) => void
}

/**
 * Ends the run where an exception was caught by nobody: it says what happened, says goodbye to the network and closes the
 * store, and ends after `CRASH_MS` at the latest. Nobody is there to restart it, unlike in the desktop app.
 * @returns tells whether that happened: the exit code is 1 then
 */
export function endOnException({ events, out, err, json, stop, exit }: CrashParts): () => boolean {
  let crashed = false
  events.on('uncaughtException', (error) => {
    // What breaks on the way out is a consequence.
    if (crashed) return
    crashed = true
    const stack = error instanceof Error ? error.stack : undefined
    if (json) out(`${jsonText({ event: 'error', ...errorShape(error) })}\n`)
    err(`peerscope: an unexpected error, a defect of Peerscope; ending now.\n${visibleLines(stack ?? String(error))}\n`)
    stop()
    setTimeout(exit, CRASH_MS, 1).unref()
  })
  return () => crashed
}
