import pino from 'pino'
import type { Logger } from 'pino'
import type { Io } from './io.ts'

/** The CLI's logger: JSON lines on standard error; warnings and errors only, unless verbose. */
export function cliLogger(io: Io, verbose: boolean): Logger {
  return pino({ level: verbose ? 'debug' : 'warn', base: null }, { write: (line: string) => io.err(line) })
}
