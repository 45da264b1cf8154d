/**
 * Text of others (tags, addresses, names in files, messages that quote them) made safe to show. Whatever does not show, turns
 * or hides the text around it, or steers a terminal stands there as its code point, `<U+202E>`: nothing vanishes, and no text
 * looks like another.
 *
 * What stays as it is: letters of all scripts, up to eight combining marks in a row (a Burmese syllable has six), emoji as
 * Unicode recommends them for interchange, with the joiners and selectors in them, and the ideographic space. Joiners
 * between letters (Persian, Sanskrit) are shown as code points: a mark too many is better than a name that is not what it
 * seems.
 */

/** Combining marks on one letter; more are shown as code points, else they would cover the lines above and below. */
const MARKS = 8
/** The same code point so many times in a row is counted instead of repeated. */
const COUNTED = 4

/** Most text is this, which takes no closer look. */
const PLAIN = /^[\x20-\x7e]*$/
const PLAIN_LINES = /^[\n\t\x20-\x7e]*$/
/** What is not hidden besides. */
const ALL = ''
const IN_LINES = '\\n\\t'

/** Arabic, Syriac and Kaithi signs that Unicode calls formats, and that show. */
const SHOWN_FORMATS = '\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u{110bd}\\u{110cd}'
/**
 * Controls, formats, surrogates, private use, unassigned, line and paragraph ends, spaces that are not the space, what
 * Unicode says to ignore (fillers, selectors, tags), and letters that are drawn as nothing.
 */
const HIDDEN =
  '\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}\\p{Z}\\p{Default_Ignorable_Code_Point}\\u2800\\u{16fe4}\\u{1d159}\\u{1d173}-\\u{1d17a}'

/** Made when the first text needs it: V8 takes twenty milliseconds for each, and most texts are plain. */
const patterns = new Map<string, RegExp>()

/** Finds emoji, runs of what is hidden, and runs of marks, in this order; `kept` is never hidden. */
function pattern(kept: string): RegExp {
  const known = patterns.get(kept)
  const found = known ?? makePattern(kept)
  if (known === undefined) patterns.set(kept, found)
  return found
}

function makePattern(kept: string): RegExp {
  const hidden = `(?![ \\u3000${kept}${SHOWN_FORMATS}])[${HIDDEN}]`
  const source = `((?:${hidden})+)|((?:(?!${hidden})\\p{M})+)`
  try {
    // A glance first: to look for all the sequences takes time.
    return new RegExp(`(?=\\p{Emoji})\\p{RGI_Emoji}|${source}`, 'gv')
  } catch {
    // A browser from before 2023 knows no sequences: what joins emoji is shown.
    return new RegExp(source, 'gu')
  }
}

/** Text as one line: ends of lines and tabs are shown as code points too. The same text again when all of it can be seen. */
export function visible(text: string): string {
  return PLAIN.test(text) ? text : replaced(text, pattern(ALL), named)
}

/** The same for text that has lines: their ends and tabs stay. */
export function visibleLines(text: string): string {
  return PLAIN_LINES.test(text) ? text : replaced(text, pattern(IN_LINES), named)
}

/** Whether `visible` would show any part of it as a code point. */
export function hidesSomething(text: string): boolean {
  return visible(text) !== text
}

/** Text of JSON with the same parts as `\u` escapes: the value that programs read from it is the same. */
export function visibleJson(json: string): string {
  return PLAIN_LINES.test(json) ? json : replaced(json, pattern(IN_LINES), escaped)
}

/** A value as JSON in which everything can be seen. */
export function jsonText(value: unknown, indent?: number): string {
  return visibleJson(JSON.stringify(value, null, indent))
}

function replaced(text: string, pieces: RegExp, instead: (part: string) => string): string {
  return text.replace(pieces, (emoji: string, hidden: string | undefined, marks: string | undefined, at: number) => {
    if (hidden !== undefined) return instead(hidden)
    if (marks === undefined) return emoji
    // On nothing of its own, a mark would change what stands before the text.
    const most = at === 0 || text[at - 1] === '\n' ? 0 : MARKS
    const signs = Array.from(marks)
    return signs.slice(0, most).join('') + instead(signs.slice(most).join(''))
  })
}

/** `<U+200B>`; many of one as `<U+200B ×40>`. */
function named(part: string): string {
  const runs: { readonly sign: string; count: number }[] = []
  for (const sign of part) {
    const last = runs.at(-1)
    if (last?.sign === sign) last.count += 1
    else runs.push({ sign, count: 1 })
  }
  return runs
    .map(({ sign, count }) => {
      const name = `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
      return count < COUNTED ? `<${name}>`.repeat(count) : `<${name} ×${count}>`
    })
    .join('')
}

function escaped(part: string): string {
  return Array.from({ length: part.length }, (_, at) => `\\u${part.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
    '',
  )
}
