/** Which phrases of the strip there is room for, and how long each may be. Pure. */
import type { HealthPhrase } from '../../../shared/health-words.ts'

/** A phrase with the room that it takes whole, and in its short form where it has one; pixels. */
export interface Sized {
  readonly phrase: HealthPhrase
  readonly width: number
  readonly shortWidth: number
}

/** A phrase that stands in the strip, in the words that there is room for. */
export interface Fitted {
  readonly phrase: HealthPhrase
  readonly text: string
}

/** What is kept longest: what is bad before all else, and then by what it is about. */
const ABOUT: readonly HealthPhrase['id'][] = [
  'here',
  'state',
  'store',
  'clock',
  'left',
  'losses',
  'notKnown',
  'parted',
  'islands',
  'rtt',
  'stall',
]

/**
 * The phrases that stand in the strip, in their order, and those that go into its menu. Phrases are shortened before one is left
 * out, and one that is too long does not keep others out. How many are here is always shown.
 * @param room of the strip, pixels
 * @param menu what the menu's button takes where there has to be one, pixels
 */
export function fitPhrases(
  sized: readonly Sized[],
  room: number,
  menu: number,
): { readonly shown: readonly Fitted[]; readonly more: readonly HealthPhrase[] } {
  const ranked = sized.toSorted((a, b) => rank(a.phrase) - rank(b.phrase))
  const all = sized.reduce((sum, { shortWidth }) => sum + shortWidth, 0) <= room
  let left = all ? room : room - menu
  const kept = new Set<Sized>()
  for (const one of ranked) {
    if (one.shortWidth > left && kept.size > 0) continue
    kept.add(one)
    left -= one.shortWidth
  }
  // What room is left over goes to the whole words of what matters most.
  const whole = new Set<Sized>()
  for (const one of ranked) {
    const longer = one.width - one.shortWidth
    if (!kept.has(one) || longer > left) continue
    whole.add(one)
    left -= longer
  }
  return {
    shown: sized.flatMap((one) => {
      const { phrase } = one
      return kept.has(one) ? { phrase, text: whole.has(one) ? phrase.text : (phrase.short ?? phrase.text) } : []
    }),
    more: sized.flatMap((one) => (kept.has(one) ? [] : one.phrase)),
  }
}

function rank({ id, tone }: HealthPhrase): number {
  return id === 'here' ? -1 : ABOUT.indexOf(id) + (tone === 'bad' ? 0 : ABOUT.length)
}
