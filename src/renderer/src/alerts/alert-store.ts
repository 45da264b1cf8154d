import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { Alert, AlertRule, AlertTest, RuleToSave } from '../../../shared/alerts.ts'
import type { ViewMessage } from '../../../shared/contract.ts'
import type { Client } from '../stores/client.ts'

/** Rules and what fired. */
export interface AlertState {
  /** Null until the engine told them. */
  readonly rules: readonly AlertRule[] | null
  /** Newest first. */
  readonly alerts: readonly Alert[]
}

/** The store with its verbs. */
export interface AlertStore extends StoreApi<AlertState> {
  apply(message: ViewMessage): void
  save(rule: RuleToSave): Promise<AlertRule>
  /** Gives the rule back, so that it can be saved again; null where it was gone already. */
  remove(id: string): Promise<AlertRule | null>
  test(rule: RuleToSave): Promise<AlertTest>
  dismiss(ids: readonly number[]): Promise<void>
  clear(): Promise<void>
  /** Called for each alert that is to be shown as a notification, once. What was there before the window is none. */
  onFresh(listener: (alert: Alert) => void): () => void
}

/** A fresh, empty store on `client`. */
export function createAlertStore(client: Pick<Client, 'alerts'>): AlertStore {
  const store = createStore<AlertState>()(() => ({ rules: null, alerts: [] }))
  const listeners = new Set<(alert: Alert) => void>()
  let told = new Set<number>()

  /** What this window changed is shown at once; all windows are told of it. */
  function change(rules: (before: readonly AlertRule[]) => readonly AlertRule[]): void {
    store.setState(({ rules: before }) => (before === null ? {} : { rules: rules(before) }))
  }

  function apply({ type, alerts, rules }: ViewMessage): void {
    if (rules !== undefined) store.setState({ rules })
    if (alerts === undefined) return
    const fresh = alerts.filter(({ id, notify }) => notify && !told.has(id))
    // Ids of alerts that are gone need no memory.
    told = new Set(alerts.filter(({ id, notify }) => notify || told.has(id)).map(({ id }) => id))
    store.setState({ alerts })
    if (type === 'snapshot') return
    for (const alert of fresh.toReversed()) for (const listener of listeners) listener(alert)
  }

  return {
    ...store,
    apply,
    save: async (rule) => {
      const saved = await client.alerts.saveRule({ rule })
      change((rules) => withRule(rules, saved))
      return saved
    },
    remove: async (id) => {
      const removed = await client.alerts.removeRule({ id })
      change((rules) => rules.filter((rule) => rule.id !== id))
      return removed
    },
    test: async (rule) => await client.alerts.test({ rule }),
    dismiss: async (ids) => await client.alerts.dismiss({ ids: [...ids] }),
    clear: async () => await client.alerts.clear(),
    onFresh: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** A rule that is there keeps its place. */
function withRule(rules: readonly AlertRule[], saved: AlertRule): readonly AlertRule[] {
  const known = rules.some(({ id }) => id === saved.id)
  return known ? rules.map((rule) => (rule.id === saved.id ? saved : rule)) : [...rules, saved]
}
