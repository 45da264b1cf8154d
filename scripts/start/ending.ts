/** How a start is asked to end: by Ctrl-C, by the system, or by a terminal that is closed. */
import { END_SIGNALS, EXIT_AT_ONCE, takeEndRequests } from '../../src/shared/end-requests.ts'

/** The end of a start. */
export interface Ending {
  /** Fires once, at the first request. */
  readonly asked: AbortSignal
  /** What a deliberate second Ctrl-C does before the start ends at once; null for nothing. */
  atOnce: (() => void) | null
}

/** Listens from now on. */
export function listenForEnd(): Ending {
  const asked = new AbortController()
  const ending: Ending = { asked: asked.signal, atOnce: null }
  const take = takeEndRequests(
    () => performance.now(),
    () => asked.abort(),
    () => {
      ending.atOnce?.()
      process.exit(EXIT_AT_ONCE)
    },
  )
  for (const signal of END_SIGNALS) process.on(signal, () => take(signal))
  // A terminal that was closed must not cut the end short by what is written to it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  return ending
}
