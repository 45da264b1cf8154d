/** The one logger of a run: JSON lines with levels where the host wants them, and the newest in memory for bug reports. */
import pino from 'pino'
import { visibleJson } from '../../shared/visible-text.ts'
import type { Logger } from './open-node.ts'

/** How much is written, from most to least. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
/** One of them. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Lines that are remembered. */
const LINES = 300
const remembered = new WeakMap<Logger, RecentLines>()

class RecentLines {
  #lines: string[] = []

  write(line: string): void {
    this.#lines.push(line)
    if (this.#lines.length > 2 * LINES) this.#lines = this.#lines.slice(-LINES)
  }

  newest(): readonly string[] {
    return this.#lines.slice(-LINES)
  }
}

/**
 * A logger that writes lines from `level` on, and remembers those from `info` on. Characters in them that cannot be seen are
 * written as JSON's escapes.
 * @param keep takes the lines from `info` on too
 */
export function createLogger(
  level: LogLevel,
  write: (line: string) => void,
  keep: ((line: string) => void) | null = null,
): Logger {
  const recent = new RecentLines()
  // Whoever looks at a log sees what is in it, and a program reads the same values.
  const visibly =
    (to: (line: string) => void): ((line: string) => void) =>
    (line) =>
      to(visibleJson(line))
  const more = LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf('info')
  const streams = [
    ...(level === 'silent' ? [] : [{ level, stream: { write: visibly(write) } }]),
    ...(keep === null ? [] : [{ level: 'info' as const, stream: { write: visibly(keep) } }]),
    { level: more ? level : ('info' as const), stream: recent },
  ]
  const logger: Logger = pino(
    { level: more ? level : 'info', base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.multistream(streams),
  )
  remembered.set(logger, recent)
  return logger
}

/** The newest lines of a logger that `createLogger` made, oldest first; none of others. */
export function recentLines(logger: Logger): readonly string[] {
  return remembered.get(logger)?.newest() ?? []
}
