/** What can be written next in a filter: fields, values with counts, filters that were used. */
import type { EntryField, LoggedEvent } from '../../../shared/events.ts'
import { EVENT_FIELDS } from '../../../shared/filter-events.ts'
import { NOTED_FIELDS } from '../../../shared/filter-peers.ts'
import { comparisonAt } from '../../../shared/filter-apart.ts'
import { asWritten, partsOfPattern, patternOf, tokensOf } from '../../../shared/filter-text.ts'
import { isOffered } from '../../../shared/filter.ts'
import type { FilterFields } from '../../../shared/filter.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { filterProblem } from './filter.ts'
import type { FilterFacts } from './filter-facts.ts'

/** What a filter is mainly asked of, where it is written. */
export type FilterScope = 'peers' | 'events'
/** Of rules, and of exports of peers, peers alone are asked; elsewhere the one filter is asked of both. */
export type SuggestScope = FilterScope | 'peers only'

/** What a suggestion is. */
export type SuggestionKind = 'field' | 'value' | 'key' | 'joint' | 'used'

/** Something that can be written. */
export interface Suggestion {
  readonly kind: SuggestionKind
  /** What is shown, and what is written. */
  readonly text: string
  /** What it replaces, characters from 0. */
  readonly from: number
  readonly to: number
  /** The field that it is of, or its own name; empty for others. */
  readonly field: string
  /** How many peers have it; null where that is not counted. */
  readonly count: number | null
  /** Of a key of tags: how many different tags. */
  readonly values: number | null
  /** Whether a value is still to be written after it. */
  readonly open: boolean
}

/** Most suggestions at once. */
export const MAX_SUGGESTIONS = 11
const MAX_USED = 4
const MAX_USED_LIKE_THIS = 2
const MAX_KEYS = 6

/** Fields in the order in which they are worth learning, with how their values are compared. */
const FIELDS: Readonly<Record<FilterScope, readonly string[]>> = {
  peers: (
    'state: tag: rtt> name: silent> source: address: protocol: known< uptime< note: id: last-seen>= first-seen>= ' +
    'started>= updated>= stream: function: group: tags> tickets> neighbor: connected: signed: self:'
  ).split(' '),
  events: ['kind:', 'age<', 'tag:', 'reason:', 'name:', 'at>=', 'target:', 'changed:', 'state:', 'seq>'],
}

/** Values of fields that peers do not make up, where none are counted. */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  reason: ['left', 'silent', 'not known', 'removed', 'displaced'],
  changed: [
    'addresses',
    'tags',
    'streams',
    'functions',
    'groups',
    'tickets',
    'protocolVersion',
  ] satisfies readonly EntryField[],
  rtt: ['50ms', '100ms', '200ms', '500ms', '1s'],
  age: ['5m', '30m', '1h', '1d'],
  silent: ['30s', '2m', '10m', '1h'],
  known: ['10m', '1h', '1d'],
  uptime: ['10m', '1h', '1d'],
}

/** Signs that join terms, by what is typed small. */
const JOINTS = ['OR', 'AND', 'NOT'] as const

/** What is known of the network and of what was used before. */
export interface Known {
  readonly facts: FilterFacts
  /** Words of the name book. */
  readonly words: readonly string[]
  /** Filters that were used, the newest first. */
  readonly used: readonly string[]
  readonly scope: SuggestScope
}

/** A value; how many peers have it, where that is counted. */
interface Value {
  readonly value: string
  readonly count: number | null
  /** It is a pattern: a star in it stands for anything. */
  readonly pattern?: true
}

/** The word at the caret. */
interface Place {
  /** Where it begins and ends. */
  readonly from: number
  readonly to: number
  /** What stands before the caret of it. */
  readonly typed: string
  /** Whether there is anything before it. */
  readonly first: boolean
}

/** What can stand where the caret is; empty where nothing is known. */
export function suggest(text: string, caret: number, known: Known): readonly Suggestion[] {
  if (isValueWritten(text, caret, fieldsOf(known.scope))) return []
  const place = placeAt(text, caret)
  const asked = /^([a-z][a-z-]*)(>=|<=|[:<>=])(.*)$/is.exec(place.typed)
  const list = asked === null ? ofWord(place, known) : ofField(place, asked, known)
  const whole = text.trim()
  const used =
    caret === text.length && (whole === '' || place.typed !== '')
      ? known.used
          .filter((one) => one !== whole && one.toLowerCase().startsWith(whole.toLowerCase()))
          .slice(0, whole === '' ? MAX_USED : MAX_USED_LIKE_THIS)
          .map((one) => make('used', one, { from: 0, to: text.length }))
      : []
  const seen = new Set<string>()
  return [...used, ...list]
    .filter(({ text: one, from, to }) => {
      const key = `${from} ${one}`
      // What stands there already is not offered.
      if (seen.has(key) || one === text.slice(from, to)) return false
      seen.add(key)
      return true
    })
    .slice(0, MAX_SUGGESTIONS)
}

/** Whether the caret is in the value of a comparison that spaces fall apart, `silent > 1 min`: no term begins there. */
function isValueWritten(
  text: string,
  caret: number,
  fields: FilterFields<PeerRow> | FilterFields<LoggedEvent>,
): boolean {
  const tokens = tokensOf(text)
  return tokens.some(({ end }, index) => {
    if (end >= caret) return false
    const whole = comparisonAt(tokens, index, fields)
    return whole !== null && caret <= whole.to
  })
}

/** The text with a suggestion taken, and where the caret is then. */
export function take(
  text: string,
  { text: taken, from, to }: Suggestion,
): { readonly text: string; readonly caret: number } {
  return { text: `${text.slice(0, from)}${taken}${text.slice(to)}`, caret: from + taken.length }
}

/**
 * Whether the word at the caret is a term with a whole value: one that is known, a pattern, or a number or time that can be read.
 * What goes on from there (`tag:client:1.5.0-rc1`, `state:"was here"`) is offered beside it, and is not what was meant.
 */
export function isComplete(text: string, caret: number, { facts, words, scope }: Omit<Known, 'used'>): boolean {
  const { from, to } = placeAt(text, caret)
  const written = text.slice(from, to)
  const fields = fieldsOf(scope)
  const [token, ...more] = tokensOf(written)
  if (token === undefined || token.operator === null || more.length > 0) return false
  const problem = scope === 'peers only' ? filterProblem(written, NOTED_FIELDS) : filterProblem(written, EVENT_FIELDS)
  if (problem !== null) return false
  const field = token.text.slice(0, token.split).toLowerCase()
  const value = token.text.slice(token.split + token.operator.length).toLowerCase()
  // A number is one without its unit too: `rtt>20` is 20 ms.
  if (!Object.hasOwn(fields.texts, field)) return true
  if (partsOfPattern(value).length > 1) return true
  const few = fields.values !== undefined && Object.hasOwn(fields.values, field) ? fields.values[field] : undefined
  if (few !== undefined) return isOffered(few, value)
  const known = [
    ...valuesOf(field, facts, scope).map((one) => one.value),
    ...(fields.hashed?.has(field) === true ? words : []),
  ]
  // A peer is found by each word of its name.
  const whole = field === 'name' ? known.flatMap((name) => [name, ...name.split(' ')]) : known
  return whole.some((one) => patternOf(one).toLowerCase() === value)
}

/** The word at the caret, and what stands before the caret of it. */
export function placeAt(text: string, caret: number): Place {
  let from = 0
  let quoted = false
  for (let at = 0; at < caret; at++) {
    const sign = text[at] ?? ''
    if (sign === '"') quoted = !quoted
    else if (!quoted && /[\s()]/.test(sign)) from = at + 1
  }
  let to = caret
  for (; to < text.length; to++) {
    const sign = text[to] ?? ''
    if (sign === '"') quoted = !quoted
    else if (!quoted && /[\s()]/.test(sign)) break
  }
  while (text[from] === '-' && from < caret) from += 1
  return { from, to, typed: text.slice(from, caret), first: text.slice(0, from).trim() === '' }
}

function make(
  kind: SuggestionKind,
  text: string,
  { from, to }: Pick<Place, 'from' | 'to'>,
  given: Partial<Suggestion> = {},
): Suggestion {
  return { kind, text, from, to, field: '', count: null, values: null, open: false, ...given }
}

/** Of a word without a field: fields that begin so, and values that it may be of. */
function ofWord(place: Place, known: Known): readonly Suggestion[] {
  const { facts, scope, words } = known
  const begun = place.typed.toLowerCase()
  // In quotes it is a text.
  if (begun.startsWith('"')) return []
  const order: readonly FilterScope[] =
    scope === 'peers only' ? ['peers'] : scope === 'events' ? ['events', 'peers'] : ['peers', 'events']
  const written = [...new Set(order.flatMap((one) => FIELDS[one]))]
  const fields = written
    .filter((field) => field.startsWith(begun))
    .map((text) => make('field', text, place, { field: text.replace(/[:<>=]+$/, ''), open: true }))
  if (begun === '') return fields
  const joints = JOINTS.filter((joint) => joint.toLowerCase() === begun && (joint === 'NOT' || !place.first)).map(
    (joint) => make('joint', joint, place),
  )
  const values = [...(scope === 'events' ? ['kind'] : []), 'state', 'source'].flatMap((field) =>
    valuesOf(field, facts, scope)
      .filter(({ value }) => value.toLowerCase().startsWith(begun))
      .flatMap((one) => term(field, one, place)),
  )
  const keys = facts.tagKeys.filter(({ key }) => key.startsWith(begun)).map((key) => ofKey(key, place))
  const tags = tagsLike(begun, facts, words).flatMap((one) => term('tag', one, place))
  return [...joints, ...fields.slice(0, 4), ...values, ...keys.slice(0, MAX_KEYS), ...tags, ...fields.slice(4)]
}

/** Of a field with the beginning of a value. */
function ofField(place: Place, asked: RegExpExecArray, known: Known): readonly Suggestion[] {
  const [, name = '', operator = ':', given = ''] = asked
  const field = name.toLowerCase()
  const begun = given.replace(/^"/, '').replaceAll('""', '"').toLowerCase()
  const { facts, scope, words } = known
  const all = fieldsOf(scope)
  if (Object.hasOwn(all.numbers, field) && Object.hasOwn(FIXED, field)) {
    const compared = operator === ':' || operator === '=' ? (/[<>]/.exec(signOf(field)) ?? ['>'])[0] : operator
    return (FIXED[field] ?? [])
      .filter((value) => value.startsWith(begun))
      .map((value) => make('value', `${name}${compared}${value}`, place, { field }))
  }
  if (operator !== ':' && operator !== '=') return []
  const written = (one: Value): readonly Suggestion[] => term(`${name}${operator}`, one, place, field)
  if (field === 'tag') return ofTag(place, begun, known, `${name}${operator}`)
  const values = valuesOf(field, facts, scope)
  const names = all.hashed?.has(field) === true ? unseen(words, values) : []
  const some = [...values, ...names]
  const starting = some.filter(({ value }) => value.toLowerCase().startsWith(begun))
  const within = begun === '' ? [] : some.filter(({ value }) => value.toLowerCase().indexOf(begun) > 0)
  return [...starting, ...within].slice(0, MAX_SUGGESTIONS).flatMap(written)
}

/** Of tags: keys first, then those that begin so, then those that have it in them. */
function ofTag(place: Place, begun: string, { facts, words }: Known, before: string): readonly Suggestion[] {
  const written = (one: Value): readonly Suggestion[] => term(before, one, place, 'tag')
  const keys = facts.tagKeys.filter(({ key }) => key.startsWith(begun) && key !== begun)
  const whole = facts.tagKeys.find(({ key }) => key === begun)
  const any =
    whole === undefined ? [] : written({ value: `${patternOf(whole.key)}*`, count: whole.count, pattern: true })
  const all = [...(facts.values['tag'] ?? []), ...unseen(words, facts.values['tag'] ?? [])]
  const starting = all.filter(({ value }) => value.toLowerCase().startsWith(begun))
  // With keys to choose from, tags without a key and rare ones wait until more is typed.
  const shown = keys.length > 1 && begun === '' ? starting.filter(({ value }) => !value.includes(':')) : starting
  return [
    ...any,
    ...keys.slice(0, MAX_KEYS).map((key) => ofKey(key, place, before)),
    ...shown.slice(0, MAX_SUGGESTIONS).flatMap(written),
    ...(begun.length < 2 ? [] : tagsLike(begun, facts, words).flatMap(written)),
  ]
}

function ofKey(key: FilterFacts['tagKeys'][number], place: Place, before = 'tag:'): Suggestion {
  const { count, values } = key
  return make('key', `${before}${key.key}`, place, { field: 'tag', count, values, open: true })
}

/** Tags with a text in them. */
function tagsLike(begun: string, facts: FilterFacts, words: readonly string[]): readonly Value[] {
  const tags = facts.values['tag'] ?? []
  const found = []
  for (const one of begun.length < 2 ? [] : [...tags, ...unseen(words, tags)]) {
    if (!one.value.toLowerCase().includes(begun)) continue
    found.push(one)
    if (found.length === MAX_SUGGESTIONS) break
  }
  return found
}

/** Words of the name book that no peer was counted with. */
function unseen(words: readonly string[], counted: readonly Value[]): readonly Value[] {
  const known = new Set(counted.map(({ value }) => value))
  return words.filter((word) => !known.has(word)).map((value) => ({ value, count: null }))
}

/** The values that a field may have: all of a field that has few, else those that were counted. */
function valuesOf(field: string, facts: FilterFacts, scope: SuggestScope): readonly Value[] {
  const { texts, values = {} } = fieldsOf(scope)
  if (!Object.hasOwn(texts, field)) return []
  const counted = Object.hasOwn(facts.values, field) ? (facts.values[field] ?? []) : []
  const offered = Object.hasOwn(values, field) ? values[field]?.offered : FIXED[field]
  if (offered === undefined) return counted
  const counts = new Map(counted.map(({ value, count }) => [value, count]))
  const isCounted = counted.length > 0
  const countOf = (value: string): number | null => counts.get(value) ?? null
  return offered.map((value) => ({ value, count: counts.has(value) ? countOf(value) : isCounted ? 0 : null }))
}

function fieldsOf(scope: SuggestScope): FilterFields<PeerRow> | FilterFields<LoggedEvent> {
  return scope === 'peers only' ? NOTED_FIELDS : EVENT_FIELDS
}

/** `field:value`, quoted where it must be; nothing without a value. */
function term(before: string, { value, count, pattern }: Value, place: Place, field = before): readonly Suggestion[] {
  if (value === '') return []
  const exact = pattern === true ? value : patternOf(value)
  const text = `${/[:=]$/.test(before) ? before : `${before}:`}${asWritten(exact)}`
  return [make('value', text, place, { field, count })]
}

/** How a field is written first: `rtt>`. */
function signOf(field: string): string {
  return [...FIELDS.peers, ...FIELDS.events].find((one) => one.replace(/[:<>=]+$/, '') === field) ?? ''
}
