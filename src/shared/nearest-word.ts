/** The word that was probably meant. Pure. */

/** Letters of a word for each that may be wrong, missing or too many. */
const LETTERS = 3
/** Longer ones are none that was meant. */
const LONGEST = 30

/**
 * The one of some words that is nearest to another; the first of several, null where none is near.
 * @param most how many letters may be wrong at most
 */
export function nearest(
  word: string,
  words: readonly string[],
  most = Math.floor(word.length / LETTERS),
): string | null {
  if (word.length > LONGEST) return null
  let best: string | null = null
  let least = most + 1
  for (const one of words) {
    const away = distance(word, one)
    if (away >= least) continue
    best = one
    least = away
  }
  return best
}

/** How many letters are to be changed, added or taken away. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const changed = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1)
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
