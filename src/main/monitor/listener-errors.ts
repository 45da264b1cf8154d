import type { OnListenerError } from '../discovery/base/listeners.ts'
import type { Logger } from '../network/logger.ts'

/** Logs what a listener throws: once as an error, after that at debug level, since it may throw for every event. */
export function logListenerErrors(logger: Logger): OnListenerError {
  const told = new WeakSet()
  return (error, listener) => {
    logger[told.has(listener) ? 'debug' : 'error']({ err: error }, 'a listener of the network failed')
    told.add(listener)
  }
}
