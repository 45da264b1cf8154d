import type { Breakdown, BreakdownBy } from '../../../shared/health.ts'

/** Longest key that can be counted by, characters. */
export const LONGEST_KEY = 76

/**
 * By what peers are counted while nobody chose: the most common tag key, which stays as long as any peer has it. Another one
 * would else come by itself whenever somebody leaves.
 * @param before by what they were counted last
 */
export function unchosenBy(before: BreakdownBy | null, { keys }: Pick<Breakdown, 'keys'>): BreakdownBy {
  const usable = keys.filter(({ key }) => key.length <= LONGEST_KEY)
  const same = usable.some(({ key }) => `tag:${key}` === before)
  return same && before !== null ? before : usable[0] === undefined ? 'protocol' : `tag:${usable[0].key}`
}

/** Whether a text says by what peers can be counted. */
export function isBy(value: unknown): value is BreakdownBy {
  if (typeof value !== 'string' || value.length > LONGEST_KEY + 'tag:'.length) return false
  return value === 'protocol' || value === 'source' || /^tag:./s.test(value)
}
