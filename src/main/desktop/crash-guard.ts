/** What becomes of errors that nobody catches in the main process. Without it Electron shows a dialog of its own. */
import type { Logger } from '../monitor/open-node.ts'

/** The events of `process` that are used, so that tests can give their own. */
export interface ProcessEvents {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown
  off(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown
}

/**
 * Errors of one connection, by their code: such a socket is closed, and nothing else is broken. Otherwise any peer that
 * hangs up at the wrong moment could stop the engine.
 */
const CONNECTION_ERRORS: ReadonlySet<unknown> = new Set([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTCONN',
  'EPIPE',
  'ETIMEDOUT',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_WRITE_AFTER_END',
])

/**
 * Keeps the process alive, and says so to the engine where it cannot be trusted further: after an exception that nobody
 * caught. A promise whose rejection nobody looked at leaves nothing half done that its own code does not know of; it is
 * logged, as is the error of a connection.
 * @returns ends it
 */
export function guardProcess(events: ProcessEvents, logger: Logger, fail: (error: unknown) => void): () => void {
  const onException = (error: unknown): void => {
    if (CONNECTION_ERRORS.has(codeOf(error))) return logger.error({ err: error }, 'a connection broke, uncaught')
    logger.fatal({ err: error }, 'an exception that nobody caught; the engine is stopped')
    return fail(error)
  }
  const onRejection = (error: unknown): void => logger.error({ err: error }, 'a rejection that nobody handled')
  events.on('uncaughtException', onException)
  events.on('unhandledRejection', onRejection)
  return () => {
    events.off('uncaughtException', onException)
    events.off('unhandledRejection', onRejection)
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
