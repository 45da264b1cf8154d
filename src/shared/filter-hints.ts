/** What in a valid filter is probably meant otherwise. */
import { comparisonAt } from './filter-apart.ts'
import { tokensOf } from './filter-text.ts'
import type { Token } from './filter-text.ts'
import { isOffered } from './filter.ts'
import type { FilterFields } from './filter.ts'
import { nearest } from './nearest-word.ts'

/** Advice on a filter that is valid as it is. */
export interface FilterHint {
  /** Says what to write instead. */
  readonly message: string
  /** Where what it is about begins and ends, characters from 0. */
  readonly from: number
  readonly to: number
  /** What can stand there instead; null where that is not known. */
  readonly instead: string | null
}

/** Fields, as far as they compare or have few values. */
type Valued = Pick<FilterFields<never>, 'values' | 'numbers' | 'durations' | 'times'>

/** Small words that mean something only when they are written large, and what that is. */
const SMALL: Readonly<Record<string, string>> = {
  or: 'write OR to take either',
  and: 'write AND, or leave it out: terms side by side must all hold',
  not: 'write NOT, or a - before the term, to turn it around',
}

/**
 * What may be meant otherwise: comparisons that spaces fall apart, small `or`, `and`, `not` between terms, keys of tags alone, tags
 * that are compared, and values that a field never has.
 */
export function filterHints(text: string, fields: Valued): readonly FilterHint[] {
  const tokens = tokensOf(text)
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'word') return []
    return (
      apart(tokens, index, fields) ??
      smallWord(token, tokens[index - 1], tokens[index + 1]) ??
      keyAlone(token) ??
      comparedTag(token) ??
      strangeValue(token, fields) ??
      []
    )
  })
}

function apart(tokens: readonly Token[], index: number, fields: Valued): FilterHint | null {
  const mend = comparisonAt(tokens, index, fields)
  const taken = tokens.slice(index).filter(({ at }) => mend !== null && at < mend.to)
  if (mend === null || taken.length < 2) return null
  const typed = taken.map(({ text }) => text).join(' ')
  const message = `'${typed}' is read as ${taken.length} terms here: for one write ${mend.instead}`
  return { message, ...mend }
}

function smallWord(token: Token, before: Token | undefined, after: Token | undefined): FilterHint | null {
  if (token.quoted || token.operator !== null || after === undefined || !begins(after)) return null
  const word = token.text.toLowerCase()
  const advice = Object.hasOwn(SMALL, word) ? SMALL[word] : undefined
  // "not" may begin a filter; what joins two terms stands between them.
  if (advice === undefined || (word !== 'not' && (before === undefined || !ends(before)))) return null
  const message = `'${token.text}' is looked for as a word here: ${advice}`
  return { message, from: token.at, to: token.end, instead: word.toUpperCase() }
}

/** `tag:role:` is offered to be gone on with. */
function keyAlone({ text, at, end, split, operator, quoted }: Token): FilterHint | null {
  if (quoted || operator === null || text.slice(0, split).toLowerCase() !== 'tag') return null
  const value = text.slice(split + operator.length)
  if (!/[^:=*][:=]$/.test(value)) return null
  const instead = `${text}*`
  const message = `'${value}' is looked for as a whole tag. To find all tags that begin with it, write ${instead}`
  return { message, from: at, to: end, instead }
}

/** Tags are text: `tag:client>1.4` compares nothing. No term finds what was meant, so none is offered. */
function comparedTag({ text, at, end, split, operator, quoted }: Token): FilterHint | null {
  if (quoted || operator === null || text.slice(0, split).toLowerCase() !== 'tag') return null
  const value = text.slice(split + operator.length)
  if (!/^[^:<>=]+[:=]?(?:>=|<=|[<>])=?\d/.test(value)) return null
  const message = `'${value}' is looked for as a whole tag: tags are text and cannot be compared`
  return { message, from: at, to: end, instead: null }
}

function begins({ kind }: Token): boolean {
  return kind !== ')' && kind !== 'OR' && kind !== 'AND'
}

function ends({ kind }: Token): boolean {
  return kind === 'word' || kind === ')'
}

function strangeValue(token: Token, { values }: Valued): FilterHint | null {
  if (token.operator !== ':' && token.operator !== '=') return null
  const field = token.text.slice(0, token.split).toLowerCase()
  const known = values !== undefined && Object.hasOwn(values, field) ? values[field] : undefined
  const value = token.text.slice(token.split + 1)
  if (known === undefined || value === '' || value.includes('*') || isOffered(known, value)) return null
  const wrong = `'${field}' is never '${value}'`
  const near = nearest(value.toLowerCase(), known.offered)
  const range = { from: token.at, to: token.end }
  if (near === null) return { message: `${wrong}: it is ${known.offered.join(', ')}`, ...range, instead: null }
  const written = near.includes(' ') ? `"${near}"` : near
  return {
    message: `${wrong}: did you mean '${near}'?`,
    ...range,
    instead: token.text.slice(0, token.split + 1) + written,
  }
}
