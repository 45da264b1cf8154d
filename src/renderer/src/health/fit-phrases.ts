/** Which phrases of the strip there is room for. Pure. */
import type { HealthPhrase } from '../../../shared/health-words.ts'

/** A phrase with the room that it takes, pixels. */
export interface Sized {
  readonly phrase: HealthPhrase
  readonly width: number
}

/** What is kept longest, by what it is told with, and then by what it is about. */
const TONES: readonly HealthPhrase['tone'][] = ['bad', 'warning', 'plain', 'good']
const ABOUT: readonly HealthPhrase['id'][] = ['here', 'state', 'store', 'clock', 'left', 'stall', 'islands', 'rtt']

/**
 * The phrases that stand in the strip, in their order, and those that go into its menu. How many are here is always shown.
 * @param room of the strip, pixels
 * @param menu what the menu's button takes where there has to be one, pixels
 */
export function fitPhrases(
  sized: readonly Sized[],
  room: number,
  menu: number,
): { readonly shown: readonly HealthPhrase[]; readonly more: readonly HealthPhrase[] } {
  const wide = sized.reduce((sum, { width }) => sum + width, 0)
  if (wide <= room) return { shown: sized.map(({ phrase }) => phrase), more: [] }
  const kept = new Set<HealthPhrase>()
  let left = room - menu
  for (const { phrase, width } of sized.toSorted((a, b) => rank(a.phrase) - rank(b.phrase))) {
    // What matters less does not take the place of what matters more and is too long: the order says what to expect.
    if (width > left && kept.size > 0) break
    kept.add(phrase)
    left -= width
  }
  const phrases = sized.map(({ phrase }) => phrase)
  return { shown: phrases.filter((one) => kept.has(one)), more: phrases.filter((one) => !kept.has(one)) }
}

function rank({ id, tone }: HealthPhrase): number {
  return id === 'here' ? -1 : TONES.indexOf(tone) * ABOUT.length + ABOUT.indexOf(id)
}
