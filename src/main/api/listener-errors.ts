import { errorShape } from '../../shared/errors.ts'
import { Listeners } from '../discovery/base/listeners.ts'
import { logListenerErrors } from '../monitor/listener-errors.ts'
import type { Logger, OnListenerError } from '../monitor/open-node.ts'

/** Where the errors of a program's listeners go. */
export interface ListenerErrorSinks {
  /** Gets all of them. */
  readonly given: ((error: unknown) => unknown) | undefined
  /** Gets them where nothing was given. */
  readonly logger: Logger | undefined
}

/** Errors of listeners go to the program's own function, else to its logger, else they become a process warning. */
export function listenerErrors({ given, logger }: ListenerErrorSinks): OnListenerError {
  const fallback = logger === undefined ? warnOnce() : logListenerErrors(logger)
  if (given === undefined) return fallback
  const listeners = new Listeners<[unknown]>(fallback)
  listeners.add(given)
  return (error) => listeners.tell(error)
}

/** Once for each listener: it may throw for every event. */
function warnOnce(): OnListenerError {
  const warned = new WeakSet()
  return (error, listener) => {
    if (warned.has(listener)) return
    warned.add(listener)
    process.emitWarning(`a listener threw: ${errorShape(error).message}`, {
      type: 'PeerscopeWarning',
      code: 'PEERSCOPE_LISTENER_THREW',
      ...(error instanceof Error && error.stack !== undefined ? { detail: error.stack } : {}),
    })
  }
}
