import type { KnownName } from '../../../shared/names.ts'

/** Names that are offered at once. */
const OFFERED = 6
/** The last term of a filter, while it asks for an id that may have a name. */
const LAST = /(?:^|[\s(-])(?:tag|stream|function|group)[:=]"?([^\s"()]*)$/i

/** Filters that the text may be completed to, by the names that begin as its last term does. */
export function completions(text: string, names: readonly KnownName[]): readonly string[] {
  const typed = LAST.exec(text)?.[1]
  if (typed === undefined) return []
  const begun = typed.toLowerCase()
  const words = names.flatMap(({ word }) =>
    word.toLowerCase().startsWith(begun) && word.toLowerCase() !== begun ? [word] : [],
  )
  const before = text.slice(0, text.length - typed.length).replace(/"$/, '')
  return words.slice(0, OFFERED).map((word) => `${before}${/[\s()"]/.test(word) ? `"${word}"` : word}`)
}

/** What is shown of a completed filter: its last term. */
export function lastTerm(text: string): string {
  return /(?:[^\s"()]|"[^"]*")*$/.exec(text)?.[0] ?? text
}
