/** How the system asks the app to end: each signal means one graceful end. */
import type { App } from 'electron'
import type { EndRequest } from '../../shared/end-requests.ts'
import { EndRequests } from '../../shared/end-requests.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The parts of Node's `process` that are used. */
export interface SignalProcess {
  on(signal: (typeof SIGNALS)[number], listener: () => void): unknown
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
  const requests = new EndRequests(now)
  const take = (request: EndRequest): void => {
    const answer = requests.ask(request)
    if (answer === 'begin') app.quit()
    // What a shell says of a program that Ctrl-C ended.
    else if (answer === 'now') app.exit(130)
  }
  // A terminal that was closed must not end the goodbye by what is written to it.
  for (const stream of [own.stdout, own.stderr]) stream.on('error', () => undefined)
  app.once('ready', () => {
    for (const signal of SIGNALS) own.on(signal, () => take(signal))
  })
  return take
}
