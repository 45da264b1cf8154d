import { networkName } from '../../../shared/alert-happenings.ts'
import type { AlertKind } from '../../../shared/alert-kinds.ts'
import type { AlertRule, RuleToSave } from '../../../shared/alerts.ts'
import type { NetworkRef } from '../../../shared/contract.ts'
import { formatDuration, parseDuration } from '../../../shared/config.ts'
import { NOTED_FIELDS } from '../../../shared/filter-peers.ts'
import type { FilterError } from '../../../shared/filter.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { webhookProblem } from '../../../shared/webhook-url.ts'
import { filterProblem, ofPeers } from '../peers/filter.ts'
import { strings } from '../ui/strings.ts'
import { peerOfFilter } from './watch.ts'

/** A rule as it stands in the form: every field of every kind, as text. */
export interface RuleDraft {
  readonly id: string | null
  readonly enabled: boolean
  readonly kind: AlertKind
  /** Null for every network. */
  readonly network: NetworkRef | null
  readonly name: string
  readonly filter: string
  readonly how: 'any' | 'goodbye' | 'silent'
  readonly direction: 'below' | 'above'
  readonly count: string
  readonly rtt: string
  readonly duration: string
  readonly cooldown: string
  readonly quiet: boolean
  readonly quietFrom: string
  readonly quietTo: string
  readonly notify: boolean
  readonly webhook: string
}

/** Fields that can be wrong. */
export type RuleField =
  'name' | 'filter' | 'count' | 'rtt' | 'duration' | 'cooldown' | 'quietFrom' | 'quietTo' | 'webhook'

/** A rule, or what is wrong, at the fields. */
export type RuleResult =
  | { readonly ok: true; readonly rule: RuleToSave }
  | {
      readonly ok: false
      readonly errors: Readonly<Partial<Record<RuleField, string>>>
      /** Where the filter is wrong. */
      readonly problem: FilterError | null
    }

const WEEK = 7 * 86_400_000
const HOUR = 3_600_000

/** Kinds that have a filter. */
export const FILTERED: readonly AlertKind[] = ['peer-departed', 'peer-appeared', 'peer-count', 'rtt-above']
/** Kinds that must hold for a while. */
export const LASTING: readonly AlertKind[] = ['peer-count', 'rtt-above', 'network-lost']

/** The form for a rule; for a new one, one that most would want. @param joined the network to which a new one belongs; null for none */
export function draftOf(rule: AlertRule | null, joined: NetworkRef | null): RuleDraft {
  const fresh: RuleDraft = {
    id: null,
    enabled: true,
    kind: 'peer-departed',
    network: joined,
    name: '',
    filter: '',
    how: 'any',
    direction: 'below',
    count: '10',
    rtt: '300 ms',
    duration: '1 min',
    cooldown: '5 min',
    quiet: false,
    quietFrom: '22:00',
    quietTo: '07:00',
    notify: true,
    webhook: '',
  }
  if (rule === null) return fresh
  return {
    ...fresh,
    id: rule.id,
    enabled: rule.enabled,
    kind: rule.kind,
    network: rule.network,
    name: rule.name,
    notify: rule.notify,
    cooldown: formatDuration(rule.cooldownMs),
    webhook: rule.webhook ?? '',
    quiet: rule.quietHours !== null,
    ...(rule.quietHours === null
      ? {}
      : { quietFrom: timeText(rule.quietHours.from), quietTo: timeText(rule.quietHours.to) }),
    ...('filter' in rule ? { filter: rule.filter } : {}),
    ...(rule.kind === 'peer-departed' ? { how: rule.how } : {}),
    ...('forMs' in rule ? { duration: formatDuration(rule.forMs) } : {}),
    ...(rule.kind === 'peer-count' ? { direction: rule.direction, count: String(rule.count) } : {}),
    ...(rule.kind === 'rtt-above' ? { rtt: formatDuration(rule.ms) } : {}),
  }
}

/** The rule that a preview is asked of, which needs no name yet; null where something else is wrong. */
export function readPreview(draft: RuleDraft): RuleToSave | null {
  const result = readDraft(draft.name.trim() === '' ? { ...draft, name: draft.kind } : draft)
  return result.ok ? result.rule : null
}

/** Reads the fields that the kind has. */
export function readDraft(draft: RuleDraft): RuleResult {
  const text = strings.alerts.errors
  const errors: Partial<Record<RuleField, string>> = {}
  const { kind, direction, filter } = draft
  const name = draft.name.trim()
  if (name === '') errors.name = text.name
  const problem = FILTERED.includes(kind)
    ? ofPeers(filter, filterProblem(filter, NOTED_FIELDS), strings.alerts.filterOfEvents)
    : null
  if (problem !== null) errors.filter = problem.message
  const count = /^\d+$/.test(draft.count.trim()) ? Number(draft.count) : Number.NaN
  if (kind === 'peer-count' && !(count <= 1_000_000)) errors.count = text.count
  const ms = durationOf(draft.rtt)
  if (kind === 'rtt-above' && !(ms > 0 && ms <= HOUR)) errors.rtt = text.rtt
  const forMs = LASTING.includes(kind) ? readDuration(draft.duration, 'duration', errors) : 0
  const cooldownMs = readDuration(draft.cooldown, 'cooldown', errors)
  const from = minutesOf(draft.quietFrom)
  const to = minutesOf(draft.quietTo)
  if (draft.quiet && from === null) errors.quietFrom = text.time
  if (draft.quiet && to === null) errors.quietTo = text.time
  if (draft.quiet && from !== null && from === to) errors.quietTo = text.sameTime
  const webhook = draft.webhook.trim()
  const wrong = webhook === '' ? null : webhookProblem(webhook)
  if (wrong !== null) errors.webhook = wrong
  if (Object.keys(errors).length > 0) return { ok: false, errors, problem }
  const common = {
    ...(draft.id === null ? {} : { id: draft.id }),
    name,
    network: draft.network,
    enabled: draft.enabled,
    cooldownMs,
    quietHours: draft.quiet && from !== null && to !== null ? { from, to } : null,
    notify: draft.notify,
    webhook: webhook === '' ? null : webhook,
  }
  switch (kind) {
    case 'peer-departed':
      return { ok: true, rule: { ...common, kind, filter, how: draft.how } }
    case 'peer-appeared':
      return { ok: true, rule: { ...common, kind, filter } }
    case 'peer-count':
      return { ok: true, rule: { ...common, kind, filter, direction, count, forMs } }
    case 'rtt-above':
      return { ok: true, rule: { ...common, kind, filter, ms, forMs } }
    case 'network-lost':
      return { ok: true, rule: { ...common, kind, forMs } }
    case 'network-split':
      return { ok: true, rule: { ...common, kind } }
  }
}

/** What a rule watches for, and where, in a line. @param nameOf how a peer is called */
export function watchesFor(rule: AlertRule, nameOf: (peerId: PeerId) => string): string {
  const what = whatWatched(rule, nameOf)
  return rule.network === null ? what : strings.alerts.watches.only(what, networkName(rule.network))
}

function whatWatched(rule: AlertRule, nameOf: (peerId: PeerId) => string): string {
  const text = strings.alerts.watches
  const one = 'filter' in rule ? peerOfFilter(rule.filter) : null
  const filter = 'filter' in rule ? rule.filter : ''
  const who = one !== null ? nameOf(one) : filter === '' ? text.any : text.passing(filter)
  const span = 'forMs' in rule && rule.forMs > 0 ? text.span(formatDuration(rule.forMs)) : ''
  switch (rule.kind) {
    case 'peer-departed':
      return text.departed(who, rule.how)
    case 'peer-appeared':
      return text.appeared(who)
    case 'peer-count':
      return text.count(rule.direction, String(rule.count), rule.filter, span)
    case 'rtt-above':
      return text.rtt(who, formatDuration(rule.ms), span)
    case 'network-lost':
      return text.lost(span)
    case 'network-split':
      return text.split
  }
}

/** Milliseconds; not a number where it is none. */
function durationOf(text: string): number {
  try {
    return parseDuration(text)
  } catch {
    return Number.NaN
  }
}

function readDuration(text: string, field: RuleField, errors: Partial<Record<RuleField, string>>): number {
  try {
    const ms = parseDuration(text)
    if (ms > WEEK) errors[field] = strings.alerts.errors.duration
    return ms
  } catch (error) {
    errors[field] = error instanceof Error ? error.message : String(error)
    return 0
  }
}

function minutesOf(text: string): number | null {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim())
  return match === null ? null : Number(match[1]) * 60 + Number(match[2])
}

function timeText(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}
