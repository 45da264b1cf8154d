/** Filters that were used, the newest first. */

/** Most that are kept. */
export const MAX_USED = 20
/** Longest that is kept, characters. */
const MAX_LENGTH = 300

/** With one more, which counts once. What is too long, or empty, changes nothing. */
export function addUsed(list: readonly string[], filter: string): readonly string[] {
  const text = filter.trim()
  if (text === '' || text.length > MAX_LENGTH || list[0] === text) return list
  return [text, ...list.filter((one) => one !== text)].slice(0, MAX_USED)
}

/** For `recall`. */
export function isUsed(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= MAX_USED && value.every((one) => typeof one === 'string')
}
