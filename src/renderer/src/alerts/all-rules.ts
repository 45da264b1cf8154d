/** Several rules that belong together: all of them, or none. */
import type { AlertRule, RuleToSave } from '../../../shared/alerts.ts'
import type { AlertStore } from './alert-store.ts'

/** What it is done with. */
type Rules = Pick<AlertStore, 'save' | 'remove'>

/** Saves all. Where one cannot be saved, those that were are removed again, and it throws what that one threw. */
export async function saveAll(alerts: Rules, rules: readonly RuleToSave[]): Promise<AlertRule[]> {
  const saved: AlertRule[] = []
  try {
    for (const rule of rules) saved.push(await alerts.save(rule))
  } catch (error) {
    await Promise.allSettled(saved.map(({ id }) => alerts.remove(id)))
    throw error
  }
  return saved
}

/** Removes all. Where one cannot be removed, those that were are saved again, and it throws what that one threw. */
export async function removeAll(alerts: Rules, rules: readonly AlertRule[]): Promise<void> {
  const removed: AlertRule[] = []
  try {
    for (const rule of rules) {
      await alerts.remove(rule.id)
      removed.push(rule)
    }
  } catch (error) {
    await Promise.allSettled(removed.map((rule) => alerts.save(rule)))
    throw error
  }
}
