import { formatUtc } from '../../shared/time.ts'
import { redactText } from '../monitor/redact.ts'

/** Causes of causes that are told. */
const MAX_CAUSES = 4
/** Longest details, characters. */
const MAX_DETAILS = 8000

/**
 * A failure for a bug report: the program, the time, the error with its stack and causes; without ids, addresses and names
 * of machines and users.
 * @param at milliseconds since the epoch
 */
export function failureDetails(error: unknown, at: number, about: string): string {
  const lines = [about, formatUtc(at)]
  let one = error
  for (let depth = 0; one !== undefined && depth <= MAX_CAUSES; depth += 1) {
    lines.push(`${depth === 0 ? '' : 'Caused by: '}${wordsOf(one)}`)
    one = one instanceof Error ? one.cause : undefined
  }
  return redactText(lines.join('\n')).slice(0, MAX_DETAILS)
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? ` (${String(error.code)})` : ''
  const said = `${error.name}: ${error.message}${code}`
  // V8 begins the stack with the name and message; without them only the frames are left.
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return [said, ...frames].join('\n')
}
