/** Ages in the words of an answer: in a window that stays open they count on. */
import { roughDuration } from './own-troubles.ts'
import { formatClock } from './time.ts'
import type { NetworkWhy, PeerWhy } from './why.ts'

/** How long ago it happened. */
export function agoWords(ms: number): string {
  return ms < 1000 ? 'just now' : `${roughDuration(ms)} ago`
}

/** When what ages counts from, in the order in which these stand in a text; null where there is none. */
type Sinces = readonly (number | null)[]

/**
 * A text of an answer as it is so many milliseconds after it was answered.
 * @param at when it was answered @param sinces of the ages in it
 */
export function textLater(text: string, at: number, sinces: Sinces, ms: number): string {
  return withAges(text, at, sinces, (since) => agoWords(Math.max(0, at - since) + ms))
}

/** The ages in a text, which were written by the same words, in others. */
function withAges(text: string, at: number, sinces: Sinces, words: (since: number) => string): string {
  let later = ''
  let from = 0
  for (const since of sinces) {
    if (since === null) continue
    const age = agoWords(Math.max(0, at - since))
    const place = text.indexOf(age, from)
    if (place < 0) continue
    later += text.slice(from, place) + words(since)
    from = place + age.length
  }
  return later + text.slice(from)
}

/** When the ages in the sentence of an answer count from: its own, and that of its best cause. */
export function sincesOf({ since, causes }: Pick<NetworkWhy, 'since' | 'causes'>): Sinces {
  return [since, causes[0]?.since ?? null]
}

/** An answer of a moment that is over, for who reads it later: with times in place of ages, which count from that moment. */
export function toldLater<Why extends NetworkWhy | PeerWhy>(why: Why): Why {
  const { at, sentence, causes } = why
  const timed = (text: string, sinces: Sinces): string =>
    withAges(text, at, sinces, (since) => `at ${formatClock(since, at, { seconds: true })}`)
  return {
    ...why,
    sentence: timed(sentence, sincesOf(why)),
    causes: causes.map((cause) => ({ ...cause, words: timed(cause.words, [cause.since]) })),
  }
}
