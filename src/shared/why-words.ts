/** Ages in the sentence of an answer: in a window that stays open they count on. */
import { roughDuration } from './own-troubles.ts'
import type { NetworkWhy } from './why.ts'

/** How long ago it happened. */
export function agoWords(ms: number): string {
  return ms < 1000 ? 'just now' : `${roughDuration(ms)} ago`
}

/** The sentence as it is so many milliseconds after it was answered: the age in it was written by the same words. */
export function sentenceLater(
  { sentence, at, since }: Pick<NetworkWhy, 'sentence' | 'at' | 'since'>,
  ms: number,
): string {
  if (since === null) return sentence
  const age = Math.max(0, at - since)
  return sentence.replace(agoWords(age), agoWords(age + ms))
}
