/** Ages in the words of an answer: in a window that stays open they count on. */
import { roughDuration } from './own-troubles.ts'
import type { NetworkWhy } from './why.ts'

/** How long ago it happened. */
export function agoWords(ms: number): string {
  return ms < 1000 ? 'just now' : `${roughDuration(ms)} ago`
}

/** When what ages counts from, in the order in which these stand in a text; null where there is none. */
type Sinces = readonly (number | null)[]

/**
 * A text of an answer as it is so many milliseconds after it was answered: the ages in it were written by the same words.
 * @param at when it was answered @param sinces of the ages in it
 */
export function textLater(text: string, at: number, sinces: Sinces, ms: number): string {
  let later = ''
  let from = 0
  for (const since of sinces) {
    if (since === null) continue
    const age = Math.max(0, at - since)
    const place = text.indexOf(agoWords(age), from)
    if (place < 0) continue
    later += text.slice(from, place) + agoWords(age + ms)
    from = place + agoWords(age).length
  }
  return later + text.slice(from)
}

/** When the ages in the sentence of an answer count from: its own, and that of its best cause. */
export function sincesOf({ since, causes }: Pick<NetworkWhy, 'since' | 'causes'>): Sinces {
  return [since, causes[0]?.since ?? null]
}
