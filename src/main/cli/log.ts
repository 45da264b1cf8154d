import type { LogLevel } from '../monitor/log.ts'
import { createLogger } from '../monitor/log.ts'
import type { Logger } from '../monitor/open-node.ts'
import type { Io } from './io.ts'

/** The CLI's logger: JSON lines on standard error; warnings and errors only, unless verbose or told otherwise. */
export function cliLogger(io: Io, verbose: boolean, level?: LogLevel): Logger {
  return createLogger(level ?? (verbose ? 'debug' : 'warn'), (line) => io.err(line))
}
