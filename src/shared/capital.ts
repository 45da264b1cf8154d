import { beginsWithNickname } from './nickname.ts'

/** An id at the beginning, whose digits stay as they are. */
const BEGINS_WITH_ID = /^[0-9a-f]{64}(?![0-9a-z])/

/** The same text with a capital at its beginning, unless it begins with the name or the id of a peer: names are never changed. */
export function capital(text: string): string {
  if (BEGINS_WITH_ID.test(text) || beginsWithNickname(text)) return text
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
