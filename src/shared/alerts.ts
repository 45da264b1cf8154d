/** Alerts: the rules that a user sets, and what came of them. */
import { z } from 'zod'
import type { AlertKind } from './alert-kinds.ts'
import { DEPARTURES, MAX_RULES } from './alert-kinds.ts'
import type { LoggedEvent } from './events.ts'
import { NOTED_FIELDS } from './filter-peers.ts'
import { text as bounded } from './contract-schemas.ts'
import type { NetworkRef } from './contract-network.ts'
import { FilterError, MAX_FILTER, parseFilter } from './filter.ts'
import type { NetworkId, PeerId } from './ids.ts'
import { isUniqueId } from './ids.ts'
import { NETWORK_KINDS } from './network-kind.ts'
import { webhookProblem } from './webhook-url.ts'

/** Longest duration and cool-down, milliseconds. */
const WEEK = 7 * 86_400_000
/** Longest webhook URL, in characters. */
const MAX_URL = 2000

const filter = z
  .string()
  .max(MAX_FILTER)
  .superRefine((text, context) => {
    try {
      parseFilter(text, NOTED_FIELDS)
    } catch (error) {
      if (!(error instanceof FilterError)) throw error
      context.addIssue({ code: 'custom', message: error.message })
    }
  })
  .default('')

const duration = z.number().int().min(0).max(WEEK)
/** Minutes since local midnight. */
const minute = z.number().int().min(0).max(1439)

const webhook = z
  .string()
  .max(MAX_URL)
  .superRefine((text, context) => {
    const problem = webhookProblem(text)
    if (problem !== null) context.addIssue({ code: 'custom', message: problem })
  })

const network = z.object({
  kind: z.enum(NETWORK_KINDS),
  id: z.custom<NetworkId>((id) => typeof id === 'string' && isUniqueId(id), 'not the id of a network'),
  name: bounded.nullable(),
})

const common = {
  name: z.string().trim().min(1, 'a rule needs a name').max(100),
  enabled: z.boolean().default(true),
  /** The network that it belongs to; null where it watches each network that is joined. */
  network: network.nullable().default(null),
  /** After an alert, for so long no other one about the same thing: it only counts there. */
  cooldownMs: duration.default(300_000),
  /** Between the two it is listed, and told nobody. From a later to an earlier time goes over midnight. */
  quietHours: z
    .object({ from: minute, to: minute })
    .refine(({ from, to }) => from !== to, 'quiet hours begin and end at different times')
    .nullable()
    .default(null),
  /** Whether it is shown as a notification. */
  notify: z.boolean().default(true),
  /** Where it is posted as JSON; null for nowhere. */
  webhook: webhook.nullable().default(null),
}

const id = z.string().regex(/^[a-z0-9-]{1,40}$/, 'letters, digits and - only')

const ruleWith = <Id extends z.ZodType>(id: Id) =>
  z.discriminatedUnion('kind', [
    z.object({
      id,
      ...common,
      kind: z.literal('peer-departed'),
      filter,
      /** Which departures: all, those that said goodbye, or those that went silent. */
      how: z.enum(DEPARTURES).default('any'),
    }),
    z.object({ id, ...common, kind: z.literal('peer-appeared'), filter }),
    z.object({
      id,
      ...common,
      kind: z.literal('peer-count'),
      filter,
      direction: z.enum(['below', 'above']),
      count: z.number().int().min(0).max(1_000_000),
      forMs: duration.default(60_000),
    }),
    z.object({
      id,
      ...common,
      kind: z.literal('rtt-above'),
      filter,
      ms: z.number().positive().max(3_600_000),
      forMs: duration.default(60_000),
    }),
    z.object({ id, ...common, kind: z.literal('network-lost'), forMs: duration.default(10_000) }),
    z.object({ id, ...common, kind: z.literal('network-split') }),
  ])

/** A rule, as it is kept. Durations in milliseconds. */
export const alertRuleSchema = ruleWith(id)
/** A rule to be saved: a new one has no id, and what is left out has its default. */
export const ruleToSaveSchema = ruleWith(id.optional())

/** A rule. */
export type AlertRule = Readonly<z.output<typeof alertRuleSchema>>
/** A rule to be saved. */
export type RuleToSave = Readonly<z.output<typeof ruleToSaveSchema>>

/** What became of posting an alert. */
export type WebhookState = 'none' | 'sending' | 'delivered' | 'failed'

/** An alert that fired. Times are milliseconds since the epoch. */
export interface Alert {
  /** Grows with each alert of a data folder. */
  readonly id: number
  readonly ruleId: string
  readonly ruleName: string
  readonly kind: AlertKind
  readonly network: NetworkRef | null
  /** The peer that it is about, if it is about one. */
  readonly peerId: PeerId | null
  /** When what it tells of began: before it fired, where that has to last for some time first. */
  readonly beganAt: number
  readonly firedAt: number
  /** When what it tells of ended; null while it lasts. What happens in a moment ends with it. */
  readonly resolvedAt: number | null
  /** What happened, in words: with a capital, unless the name of a peer comes first. */
  readonly what: string
  /** What happened just before that explains it, in words; empty where nothing does. */
  readonly cause: string
  /** What is so now, as a sentence, where it lasts and told another number when it fired; else empty or left out. */
  readonly now?: string
  /** How it ended, as a sentence, where that is more than that it did not last; else empty or left out. */
  readonly ended?: string
  /** The events that the cause is told from, newest first. */
  readonly events: readonly LoggedEvent[]
  /** For how long of the time since it began it did not last, since it happened again within the cool-down, milliseconds; 0 or left out for none. */
  readonly calmMs?: number
  /** How often it happened again within the cool-down. */
  readonly repeats: number
  /** When it did so last; left out where it did not, and of alerts of earlier versions. */
  readonly lastAt?: number
  /** Fired within quiet hours. */
  readonly quiet: boolean
  /** To be shown as a notification. Becomes true later when quiet hours end and it still lasts. */
  readonly notify: boolean
  readonly dismissed: boolean
  /** Made by the user to try a rule. */
  readonly test: boolean
  readonly webhook: WebhookState
  /** Why it could not be posted, in words. */
  readonly webhookReason?: string
}

/** What became of a test. */
export interface AlertTest {
  readonly webhook: 'none' | 'delivered' | 'failed'
  /** Why it failed; empty otherwise. */
  readonly reason: string
}

/** For what the condition of a rule holds now, ourselves never counted. */
export type RuleNow =
  /** `holds` of `of` peers left so, appeared and are here, or are slower than the limit (of those that were measured). */
  | { readonly kind: 'peer-departed' | 'peer-appeared' | 'rtt-above'; readonly holds: number; readonly of: number }
  /** So many peers are here that pass. `waits`: there were never as many as the rule asks for, so it does not fire yet. */
  | { readonly kind: 'peer-count'; readonly holds: boolean; readonly here: number; readonly waits: boolean }
  | { readonly kind: 'network-lost'; readonly holds: boolean }
  /** `islands` is null where they are not known. */
  | { readonly kind: 'network-split'; readonly holds: boolean; readonly islands: number | null }

/** What a rule would do. */
export interface RulePreview {
  readonly now: RuleNow
  /** How often it would have fired; null where that is not stored (the loss of the network, too many round-trip times). */
  readonly fired: number | null
  /** Since when that is counted, milliseconds since the epoch. */
  readonly since: number | null
}

/** The stored rules; those that can no longer be meant are left out, and counted. */
export function readRules(stored: unknown): { readonly rules: readonly AlertRule[]; readonly refused: number } {
  if (stored !== undefined && !Array.isArray(stored)) return { rules: [], refused: 1 }
  const given: readonly unknown[] = stored ?? []
  const rules = given.flatMap((one) => {
    const parsed = alertRuleSchema.safeParse(one)
    return parsed.success ? [parsed.data] : []
  })
  return { rules: rules.slice(0, MAX_RULES), refused: given.length - rules.length }
}
