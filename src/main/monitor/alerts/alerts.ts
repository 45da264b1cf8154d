/** The alerts of one Peerscope: keeps rules and what fired, and tells those who are to know. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Alert, AlertRule, AlertTest, RuleToSave } from '../../../shared/alerts.ts'
import { happeningsIn, isLasting } from '../../../shared/alert-happenings.ts'
import { ALERT_KINDS, MAX_ALERTS, MAX_RULES } from '../../../shared/alert-kinds.ts'
import { readRules } from '../../../shared/alerts.ts'
import type { NetworkRef } from '../../../shared/contract.ts'
import { counted } from '../../../shared/counted.ts'
import { InvalidArgument } from '../../../shared/errors.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import { EVENT_KINDS } from '../../../shared/events.ts'
import type { Noted } from '../../../shared/filter-peers.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { lossIn } from '../../../shared/loss.ts'
import { NETWORK_KINDS, networkKeyOf } from '../../../shared/network-kind.ts'
import type { NetworkWhy } from '../../../shared/why.ts'
import type { Clock, Unsubscribe } from '../../discovery/ports.ts'
import type { Store } from '../../store/types.ts'
import type { Logger } from '../open-node.ts'
import type { View } from '../view.ts'
import { isQuiet, localMinutes } from './quiet-hours.ts'
import type { Outcome } from './outcome.ts'
import type { Sight } from './rules.ts'
import { Rules } from './rules.ts'
import { Webhooks } from './webhook.ts'

const RULES_KEY = 'alert-rules'
const ALERTS_KEY = 'alerts'
/** How often the peers are looked at, milliseconds. */
const LOOK_MS = 1000
/** Changes of the list are stored at most so often, milliseconds. */
const STORE_MS = 5000

/** What alerts work with. */
export interface AlertsParts {
  readonly store: Pick<Store, 'getSetting' | 'setSetting' | 'setSettingAside' | 'notes'>
  readonly view: Pick<View, 'row' | 'rows' | 'status' | 'names' | 'setAlerts' | 'setRules'>
  readonly clock: Clock
  readonly logger: Logger
  /** Why the network is as it is. */
  readonly why: () => Pick<NetworkWhy, 'causes'>
  /** Default: the runtime's. */
  readonly fetch?: typeof fetch
  /** Local time of day at a moment, minutes since midnight. Default: the system's time zone. */
  readonly localMinutes?: (at: number) => number
  readonly settleMs?: number
}

/** What fired. */
type Fired = Omit<Extract<Outcome, { readonly type: 'fire' }>, 'type'>

/** Rules, fired alerts, and their delivery. */
export class Alerts {
  readonly #parts: AlertsParts
  readonly #engine: Rules
  readonly #webhooks: Webhooks
  readonly #localMinutes: (at: number) => number
  readonly #listeners = new Set<(alert: Alert) => void>()
  #rules: readonly AlertRule[]
  /** Newest first. */
  #alerts: readonly Alert[]
  #network: NetworkRef | null = null
  /** What the user wrote about its peers; read when a rule asks for it, again for each look. */
  #notes: ReadonlyMap<PeerId, Noted> | null = null
  #cancelLook: Unsubscribe = () => undefined
  #cancelStore: Unsubscribe | null = null
  #closed = false

  constructor(parts: AlertsParts) {
    this.#parts = parts
    const { clock, logger, store } = parts
    this.#localMinutes = parts.localMinutes ?? localMinutes
    this.#webhooks = new Webhooks({ clock, logger, fetch: parts.fetch ?? fetch })
    const { rules, refused } = readRules(store.getSetting(RULES_KEY))
    if (refused > 0) {
      store.setSettingAside(RULES_KEY, `has ${counted(refused, 'rule')} that cannot be used`)
      store.setSetting(RULES_KEY, rules)
    }
    this.#rules = rules
    const { alerts, unusable } = readAlerts(store.getSetting(ALERTS_KEY))
    if (unusable > 0) {
      store.setSettingAside(ALERTS_KEY, 'has alerts that cannot be read')
      store.setSetting(ALERTS_KEY, alerts)
    }
    this.#alerts = alerts
    this.#engine = new Rules(
      (this.#alerts[0]?.id ?? 0) + 1,
      parts.settleMs,
      (peerId) => this.#noteOf(peerId),
      () => parts.view.names,
    )
    this.#engine.set(this.#rules)
    parts.view.setAlerts(this.#alerts)
    parts.view.setRules(this.#rules)
  }

  rules(): readonly AlertRule[] {
    return this.#rules
  }

  /** Whether there were once as many peers as a rule asks for, since the network was joined. */
  met(rule: AlertRule): boolean {
    return this.#engine.met(rule)
  }

  /** Newest first. */
  list(): readonly Alert[] {
    return this.#alerts
  }

  /** Called for each alert that is to be shown as a notification. */
  onNotify(listener: (alert: Alert) => void): Unsubscribe {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /**
   * Adds a rule, or replaces the one with its id.
   * @throws InvalidArgument when there are too many
   */
  saveRule(given: RuleToSave): AlertRule {
    const rule = { ...given, id: given.id ?? randomUUID() } as AlertRule
    const others = this.#rules.filter(({ id }) => id !== rule.id)
    if (others.length >= MAX_RULES) throw new InvalidArgument(`at most ${MAX_RULES} rules are allowed`)
    const known = others.length < this.#rules.length
    this.#setRules(known ? this.#rules.map((one) => (one.id === rule.id ? rule : one)) : [...this.#rules, rule])
    return rule
  }

  /** The rule that was removed, to be saved again by who regrets it; null where there was none. */
  removeRule(ruleId: string): AlertRule | null {
    const rule = this.#rules.find(({ id }) => id === ruleId) ?? null
    if (rule !== null) this.#setRules(this.#rules.filter((one) => one !== rule))
    return rule
  }

  /** The user has seen them. */
  dismiss(ids: readonly number[]): void {
    this.#setAlerts(this.#alerts.map((alert) => (ids.includes(alert.id) ? seen(alert) : alert)))
  }

  /** Forgets all happenings that ended; those that last are dismissed. */
  clear(): void {
    const lasting = new Set(
      happeningsIn(this.#alerts)
        .filter(isLasting)
        .flatMap(({ alerts }) => alerts),
    )
    this.#setAlerts(this.#alerts.filter((alert) => lasting.has(alert)).map(seen))
  }

  /** Makes an alert of a rule to see where it arrives. Resolves when its webhook answered or was given up. */
  async test(given: RuleToSave): Promise<AlertTest> {
    const rule = { ...given, id: given.id ?? 'test' } as AlertRule
    const words = { what: 'This is a test', cause: 'Somebody pressed the button.' }
    const told = { ...words, beganAt: this.#parts.clock.now(), events: [] }
    const alert = this.#add({ id: this.#engine.takeId(), rule, peerId: null, told }, true)
    if (rule.webhook === null) return { webhook: 'none', reason: '' }
    const posted = await this.#post(rule.webhook, alert)
    return { webhook: posted.ok ? 'delivered' : 'failed', reason: posted.ok ? '' : posted.reason }
  }

  /**
   * A network is being joined: looks from now on.
   * @param purgeAfterMs after which silence peers are purged; the default where left out
   */
  begin(network: NetworkRef, purgeAfterMs?: number): void {
    this.#network = network
    this.#notes = null
    this.#take(this.#engine.restart(this.#sight(), networkKeyOf(network), purgeAfterMs))
    this.#cancelLook()
    const tick = (): void => {
      this.look()
      this.#cancelLook = this.#parts.clock.schedule(LOOK_MS, tick)
    }
    this.#cancelLook = this.#parts.clock.schedule(LOOK_MS, tick)
  }

  /** The network failed: what is open stays so until another one is joined. */
  pause(): void {
    this.#cancelLook()
  }

  /** The network was left: what was open is over. */
  end(): void {
    this.#cancelLook()
    this.#take(this.#engine.restart(this.#sight(), null))
    this.#network = null
  }

  /** Takes an event, after the view shows what it changed. */
  event(logged: LoggedEvent): void {
    this.#take(this.#engine.event(logged, this.#sight()))
  }

  /** Looks at the peers. Called by itself once a second while a network is joined. */
  look(): void {
    this.#notes = null
    this.#take(this.#engine.look(this.#sight()))
    this.#wake()
  }

  /** Writes what is not stored yet, and ends what is being posted. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#cancelLook()
    if (this.#cancelStore !== null) {
      this.#cancelStore()
      this.#parts.store.setSetting(ALERTS_KEY, this.#alerts)
    }
    await this.#webhooks.close()
  }

  #noteOf(peerId: PeerId): Noted | null {
    if (this.#network === null) return null
    this.#notes ??= this.#parts.store.notes(networkKeyOf(this.#network))
    return this.#notes.get(peerId) ?? null
  }

  #sight(): Sight {
    const { clock, view } = this.#parts
    const { state } = view.status
    return {
      at: clock.now(),
      monotonic: clock.monotonic(),
      // We are in a network that everybody left: who comes next appears.
      state: state === 'deserted' ? 'online' : state,
      loss: lossIn(view.status),
      row: (peerId) => view.row(peerId),
      rows: () => view.rows(),
      whySplit: () => this.#parts.why().causes[0] ?? null,
    }
  }

  #setRules(rules: readonly AlertRule[]): void {
    this.#rules = rules
    this.#parts.store.setSetting(RULES_KEY, rules)
    this.#parts.view.setRules(rules)
    this.#take(this.#engine.set(rules))
  }

  #take(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      if (outcome.type === 'fire') {
        const alert = this.#add(outcome, false)
        const { webhook } = outcome.rule
        if (webhook !== null && !alert.quiet) void this.#post(webhook, alert)
      } else if (outcome.type === 'repeat') {
        const { beganAt } = outcome
        this.#change(outcome.id, (alert) => ({
          repeats: alert.repeats + 1,
          lastAt: this.#parts.clock.now(),
          ...(beganAt === null ? {} : reopened(alert, beganAt)),
        }))
      } else if (outcome.type === 'now') {
        const { now } = outcome
        this.#change(outcome.id, () => ({ now }))
      } else {
        const { ended = '' } = outcome
        this.#change(outcome.id, () => ({ resolvedAt: this.#parts.clock.now(), ended, now: '' }))
      }
    }
  }

  #add({ id, rule, peerId, told }: Fired, test: boolean): Alert {
    const at = this.#parts.clock.now()
    const quiet = !test && isQuiet(rule.quietHours, this.#localMinutes(at))
    const lasts = !test && rule.kind !== 'peer-departed' && rule.kind !== 'peer-appeared'
    const alert: Alert = {
      id,
      ruleId: rule.id,
      ruleName: rule.name,
      kind: rule.kind,
      network: this.#network,
      peerId,
      firedAt: at,
      resolvedAt: lasts ? null : at,
      ...told,
      repeats: 0,
      quiet,
      notify: rule.notify && !quiet,
      dismissed: false,
      test,
      webhook: rule.webhook === null || quiet ? 'none' : 'sending',
    }
    this.#setAlerts([alert, ...this.#alerts].slice(0, MAX_ALERTS))
    this.#parts.logger.info({ rule: rule.id, kind: rule.kind, alert: id, test, quiet }, 'an alert fired')
    if (alert.notify) this.#notify(alert)
    return alert
  }

  /** Quiet hours that are over: what fired in them and still lasts is told now. */
  #wake(): void {
    const minutes = this.#localMinutes(this.#parts.clock.now())
    for (const alert of this.#alerts) {
      if (!alert.quiet || alert.resolvedAt !== null || alert.dismissed) continue
      const rule = this.#rules.find(({ id }) => id === alert.ruleId)
      if (rule === undefined || isQuiet(rule.quietHours, minutes)) continue
      const sending = rule.webhook === null ? 'none' : 'sending'
      this.#change(alert.id, () => ({ quiet: false, notify: rule.notify, webhook: sending }))
      if (rule.notify) this.#notify(alert)
      if (rule.webhook !== null) void this.#post(rule.webhook, alert)
    }
  }

  #notify(alert: Alert): void {
    for (const listener of this.#listeners) listener(alert)
  }

  async #post(url: string, alert: Alert): ReturnType<Webhooks['post']> {
    const posted = await this.#webhooks.post(url, alert)
    if (!this.#closed)
      this.#change(alert.id, () =>
        posted.ok ? { webhook: 'delivered' } : { webhook: 'failed', webhookReason: posted.reason },
      )
    return posted
  }

  #change(id: number, change: (alert: Alert) => Partial<Alert>): void {
    if (!this.#alerts.some((alert) => alert.id === id)) return
    this.#setAlerts(this.#alerts.map((alert) => (alert.id === id ? { ...alert, ...change(alert) } : alert)))
  }

  #setAlerts(alerts: readonly Alert[]): void {
    this.#alerts = alerts
    this.#parts.view.setAlerts(alerts)
    if (this.#closed) return
    this.#cancelStore ??= this.#parts.clock.schedule(STORE_MS, () => {
      this.#cancelStore = null
      this.#parts.store.setSetting(ALERTS_KEY, this.#alerts)
    })
  }
}

/** What changes where it began again: the time in between does not count to how long it lasts. */
function reopened({ resolvedAt, calmMs = 0 }: Alert, beganAt: number): Partial<Alert> {
  const calm = resolvedAt === null ? 0 : Math.max(0, beganAt - resolvedAt)
  return { resolvedAt: null, ended: '', calmMs: calmMs + calm }
}

function seen(alert: Alert): Alert {
  return { ...alert, dismissed: true, notify: false }
}

/** As far as it must hold for the rest of the code. */
const storedAlert = z.looseObject({
  id: z.number().int(),
  ruleId: z.string(),
  ruleName: z.string(),
  kind: z.enum(ALERT_KINDS),
  // Alerts of earlier versions tell no kind.
  network: z
    .looseObject({ kind: z.enum(NETWORK_KINDS).default('peerscope'), id: z.string(), name: z.string().nullable() })
    .nullable(),
  peerId: z.string().nullable(),
  // Those of earlier versions do not tell it.
  beganAt: z.number().optional(),
  firedAt: z.number(),
  resolvedAt: z.number().nullable(),
  what: z.string(),
  cause: z.string(),
  ended: z.string().optional(),
  now: z.string().optional(),
  calmMs: z.number().min(0).optional(),
  events: z.array(
    z.looseObject({ seq: z.number(), at: z.number(), event: z.looseObject({ kind: z.enum(EVENT_KINDS) }) }),
  ),
  repeats: z.number(),
  lastAt: z.number().optional(),
  quiet: z.boolean(),
  dismissed: z.boolean(),
  test: z.boolean(),
  webhook: z.enum(['none', 'sending', 'delivered', 'failed']),
  webhookReason: z.string().optional(),
})

/** The stored list, and how many cannot be read. What was open is over: the network was left since. */
function readAlerts(stored: unknown): { readonly alerts: readonly Alert[]; readonly unusable: number } {
  if (stored === undefined) return { alerts: [], unusable: 0 }
  if (!Array.isArray(stored)) return { alerts: [], unusable: 1 }
  const read = stored.flatMap((one) => storedAlert.safeParse(one).data ?? []) as unknown as Alert[]
  const alerts = read.slice(0, MAX_ALERTS).map((alert) => ({
    ...alert,
    beganAt: alert.beganAt ?? alert.firedAt,
    resolvedAt: alert.resolvedAt ?? alert.firedAt,
    notify: false,
    webhook: alert.webhook === 'sending' ? ('failed' as const) : alert.webhook,
  }))
  return { alerts, unusable: stored.length - read.length }
}
