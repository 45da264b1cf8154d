/** Ages in the sentence of an answer: in a window that stays open they count on. */
import { roughDuration } from './own-troubles.ts'
import { formatLocal, formatLocalDay } from './time.ts'
import type { NetworkWhy, PeerWhy } from './why.ts'

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

/**
 * An answer of a moment that is over, for who reads it later: the age in its sentence as a time, other ages, which count from that
 * moment, as before it.
 */
export function toldLater<Why extends NetworkWhy | PeerWhy>(why: Why): Why {
  const { sentence, causes, at, since } = why
  const timed = since === null ? sentence : sentence.replace(agoWords(Math.max(0, at - since)), clockWords(since, at))
  return { ...why, sentence: before(timed), causes: causes.map((cause) => ({ ...cause, words: before(cause.words) })) }
}

/** A time of day, with the day where it is another one than that of the moment. */
function clockWords(time: number, moment: number): string {
  const day = formatLocalDay(time)
  return `at ${formatLocal(time).slice(11, 19)}${day === formatLocalDay(moment) ? '' : ` on ${day}`}`
}

/** What `agoWords` writes. */
const AGO = /(?<age>\d[\d.]* (?:ms|s|min|h|d)(?: \d+ (?:s|min|h))?) ago|just now/g

function before(text: string): string {
  return text.replaceAll(AGO, (_, age?: string) => (age === undefined ? 'right then' : `${age} before then`))
}
