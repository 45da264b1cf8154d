/** How the text of a filter falls into terms: for reading it, and for tools that help to write it. */
import { InvalidArgument } from './errors.ts'

/** What probably belongs in the place of a part of a filter. Characters are counted from 0. */
export interface Mend {
  readonly from: number
  readonly to: number
  readonly instead: string
}

/** A filter that can't be read. `position` counts characters from 0. */
export class FilterError extends InvalidArgument {
  readonly position: number
  /** What is wrong, for places where its position is marked. */
  readonly plain: string
  /** Null where that is not known. */
  readonly mend: Mend | null
  constructor(message: string, position: number, mend: Mend | null = null) {
    super(`${message} (at character ${position + 1})`)
    this.position = position
    this.plain = message
    this.mend = mend
  }
}

/** How a field is compared with a value. */
export type Comparator = '>' | '<' | '>=' | '<=' | '='

/** A sign or word of a filter. */
export interface Token {
  readonly kind: 'word' | '(' | ')' | '-' | 'OR' | 'AND' | 'NOT'
  /** Without the quotes around it. */
  readonly text: string
  /** Where it begins and ends in the filter. */
  readonly at: number
  readonly end: number
  /** For words: where the field's name ends in `text`, or -1. */
  readonly split: number
  readonly operator: ':' | Comparator | null
  /** For words: whether quotes were in it. */
  readonly quoted: boolean
}

/**
 * The signs and words of a filter.
 * @throws FilterError
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const sign = text[at] ?? ''
    const plain = { text: sign, at, end: at + 1, split: -1, operator: null, quoted: false } as const
    if (/\s/.test(sign)) {
      at += 1
    } else if (sign === '(' || sign === ')') {
      tokens.push({ kind: sign, ...plain })
      at += 1
    } else if (sign === '-' && at + 1 < text.length && !/[\s)]/.test(text[at + 1] ?? '')) {
      tokens.push({ kind: '-', ...plain })
      at += 1
    } else {
      const token = readWord(text, at)
      tokens.push(token)
      at = token.end
    }
  }
  return tokens
}

function readWord(text: string, from: number): Token {
  let word = ''
  let split = -1
  let operator: Token['operator'] = null
  let quoted = false
  let at = from
  while (at < text.length) {
    const sign = text[at] ?? ''
    if (/[\s()]/.test(sign)) break
    if (sign === '"') {
      const end = closingQuote(text, at)
      if (end < 0) throw new FilterError('there is no second " for this one', at)
      word += text.slice(at + 1, end).replaceAll('""', '"')
      quoted = true
      at = end + 1
      continue
    }
    // The first sign after a plain name: what follows may hold such signs itself, as `tag:role:seed` does.
    if (operator === null && !quoted && word !== '' && /[:<>=]/.test(sign) && /^[a-z][a-z-]*$/i.test(word)) {
      const two = text.slice(at, at + 2)
      operator = two === '>=' || two === '<=' ? two : (sign as ':' | '<' | '>' | '=')
      split = word.length
      word += operator
      at += operator.length
      continue
    }
    word += sign
    at += 1
  }
  const kind = !quoted && (word === 'OR' || word === 'AND' || word === 'NOT') ? word : 'word'
  return { kind, text: word, at: from, end: at, split, operator, quoted }
}

/** Where the quotes that open at a place close, -1 for nowhere: two in a row are one that belongs to the text. */
function closingQuote(text: string, opening: number): number {
  let end = text.indexOf('"', opening + 1)
  while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2)
  return end
}

/** A text as it is written in a filter: in quotes where it has spaces or signs. */
export function asWritten(text: string): string {
  return /[\s()"<>]/.test(text) ? inQuotes(text) : text
}

/** A text in quotes, with its own ones doubled. */
export function inQuotes(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

/** What stands for anything in the text that a field is compared with. With a backslash before it, it is the sign itself. */
const ANYTHING = /(?<!\\)\*/

/** The texts between the signs for anything; one alone where there is no such sign. */
export function partsOfPattern(pattern: string): readonly string[] {
  return pattern.split(ANYTHING).map((part) => part.replaceAll('\\*', '*'))
}

/** The pattern that is this text and no other. */
export function patternOf(text: string): string {
  return text.replaceAll('*', '\\*')
}

/** A part of a filter that stands for itself, as it is written: a word or a group, with what turns it around. */
export interface Term {
  readonly from: number
  readonly to: number
}

/**
 * What must all hold for a filter to pass: what is set, part by part. A filter that takes either of two things is one part.
 * Empty for one that can't be read.
 */
export function termsOf(text: string): readonly Term[] {
  const tokens = tokensOf(text)
  const terms: Term[] = []
  let depth = 0
  let from: number | null = null
  for (const token of tokens) {
    if (depth === 0 && token.kind === 'OR') return [whole(tokens)]
    if (depth === 0 && token.kind === 'AND') continue
    from ??= token.at
    if (token.kind === '(') depth += 1
    if (token.kind === ')') depth -= 1
    if (depth < 0) return []
    if (depth > 0 || token.kind === '-' || token.kind === 'NOT') continue
    terms.push({ from, to: token.end })
    from = null
  }
  return depth === 0 && from === null ? terms : []
}

function whole(tokens: readonly Token[]): Term {
  return { from: tokens[0]?.at ?? 0, to: tokens.at(-1)?.end ?? 0 }
}

/** The filter without one of its terms; the others keep their order. */
export function withoutTerm(text: string, term: Term): string {
  return termsOf(text)
    .filter(({ from }) => from !== term.from)
    .map(({ from, to }) => text.slice(from, to))
    .join(' ')
}

/** Whether a filter asks for a field anywhere in it. False for one that can't be read. */
export function asksFor(text: string, field: string): boolean {
  return tokensOf(text).some((token) => token.split >= 0 && token.text.slice(0, token.split).toLowerCase() === field)
}

/** Whether a filter asks for peers by their ids, as lists of peers do: they are meant in whatever state they are. */
export function namesPeers(text: string): boolean {
  return termsOf(text).some(
    ({ from, to }) => !/^(?:-|NOT\b)/i.test(text.slice(from)) && asksFor(text.slice(from, to), 'id'),
  )
}

/** The tokens; none of a filter that can't be read. */
export function tokensOf(text: string): readonly Token[] {
  try {
    return tokenize(text)
  } catch (error) {
    if (error instanceof FilterError) return []
    throw error
  }
}
