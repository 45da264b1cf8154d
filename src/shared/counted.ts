import { formatCount } from './format-count.ts'

/**
 * A number before its word: "1 peer", "2 peers", "1,024 entries".
 * @param count a text is a number that is formatted already
 * @param more the word for several; with an s where left out
 */
export function counted(count: number | string, one: string, more = `${one}s`): string {
  const number = typeof count === 'number' ? formatCount(count) : count
  return `${number} ${number === '1' ? one : more}`
}
