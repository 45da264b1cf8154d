import { counted } from '../../shared/counted.ts'
import { formatUtc } from '../../shared/time.ts'
import { jsonText } from '../../shared/visible-text.ts'
import type { LogLevel } from '../monitor/log.ts'
import { createLogger } from '../monitor/log.ts'
import type { Logger } from '../monitor/open-node.ts'
import type { Io } from './io.ts'

/** Bytes that may wait for a reader that is slow or stopped; lines that come then are counted only. */
const MOST_WAITING = 4 * 1024 * 1024

/** The CLI's logger: JSON lines on standard error; warnings and errors only, unless verbose or told otherwise. */
export function cliLogger(io: Io, verbose: boolean, level?: LogLevel): Logger {
  let missed = 0
  const write = (line: string): void => {
    const waiting = io.waiting?.().err ?? 0
    if (waiting >= MOST_WAITING || (missed > 0 && waiting > MOST_WAITING / 2)) {
      missed += 1
      return
    }
    if (missed > 0)
      io.err(
        `${jsonText({ level: 40, time: formatUtc(Date.now()), msg: `${counted(missed, 'line is', 'lines are')} missing here: the log was not read` })}\n`,
      )
    missed = 0
    io.err(line)
  }
  return createLogger(level ?? (verbose ? 'debug' : 'warn'), write)
}
