/** How the system asks the app to end: each signal means one graceful end. */
import type { App } from 'electron'
import type { EndRequest } from '../../shared/end-requests.ts'
import { END_SIGNALS, EXIT_AT_ONCE, takeEndRequests } from '../../shared/end-requests.ts'

/** The parts of Node's `process` that are used. */
export interface SignalProcess {
  on(signal: (typeof END_SIGNALS)[number], listener: () => void): unknown
  readonly stdout: { on(event: 'error', listener: () => void): unknown }
  readonly stderr: { on(event: 'error', listener: () => void): unknown }
}

/**
 * Ends the app on SIGINT, SIGTERM and SIGHUP. Chromium has handlers of its own, which take one signal and let the second
 * kill. They are installed just before the app is ready, and ours then replace them.
 * @param now milliseconds on a clock that is never set back
 * @returns takes a request that comes another way
 */
export function endOnSignals(
  app: Pick<App, 'once' | 'quit' | 'exit'>,
  own: SignalProcess,
  now: () => number,
): (request: EndRequest) => void {
  const take = takeEndRequests(
    now,
    () => app.quit(),
    () => app.exit(EXIT_AT_ONCE),
  )
  // A terminal that was closed must not end the goodbye by what is written to it.
  for (const stream of [own.stdout, own.stderr]) stream.on('error', () => undefined)
  app.once('ready', () => {
    for (const signal of END_SIGNALS) own.on(signal, () => take(signal))
  })
  return take
}
