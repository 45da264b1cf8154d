/** Adds a part to a filter and takes it back. Pure. */
import { MAX_FILTER } from '../../../shared/filter.ts'

/** Whether the filter holds the term as a part of its own. */
export function hasTerm(filter: string, term: string): boolean {
  return place(filter, term) >= 0
}

/** The filter that a click on a slice sets; null where that would be too long for one, or the slice has none. */
export function toggled(filter: string, term: string | null, others: readonly string[]): string | null {
  if (term === null) return null
  const next = toggleTerm(filter, term, others)
  return next.length <= MAX_FILTER ? next : null
}

/**
 * The filter with the term, or without it where it has it. Other terms of the same kind make room.
 * @param others what stands in the place of the term, such as other values of the same tag
 */
export function toggleTerm(filter: string, term: string, others: readonly string[]): string {
  if (hasTerm(filter, term)) return without(filter, term)
  const rest = others.filter((one) => one !== term).reduce(without, filter.trim())
  if (rest === '') return term
  return `${/(^|\s)OR(\s|$)/.test(rest) && !isGroup(rest) ? `(${rest})` : rest} ${term}`
}

function without(filter: string, term: string): string {
  const at = place(filter, term)
  if (at < 0) return filter
  const rest = `${filter.slice(0, at)} ${filter.slice(at + term.length)}`.replace(/\s+/g, ' ').trim()
  return isGroup(rest) ? rest.slice(1, -1) : rest
}

/** Where the term stands between spaces outside of groups and quotes; -1 for nowhere. */
function place(filter: string, term: string): number {
  if (term === '') return -1
  let depth = 0
  let quoted = false
  for (let at = 0; at < filter.length; at++) {
    const begins = depth === 0 && !quoted && (at === 0 || /\s/.test(filter.charAt(at - 1)))
    const after = filter.charAt(at + term.length)
    if (begins && filter.startsWith(term, at) && (after === '' || /\s/.test(after))) return at
    const sign = filter.charAt(at)
    if (sign === '"') quoted = !quoted
    else if (!quoted && sign === '(') depth += 1
    else if (!quoted && sign === ')') depth -= 1
  }
  return -1
}

/** Whether the whole is one group. */
function isGroup(filter: string): boolean {
  if (!filter.startsWith('(') || !filter.endsWith(')')) return false
  let depth = 0
  let quoted = false
  for (let at = 0; at < filter.length - 1; at++) {
    const sign = filter.charAt(at)
    if (sign === '"') quoted = !quoted
    else if (!quoted && sign === '(') depth += 1
    else if (!quoted && sign === ')') depth -= 1
    if (depth === 0) return false
  }
  return true
}
