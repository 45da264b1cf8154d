import { describe, expect, it } from 'vitest'
import type { AlertRule, RuleToSave } from '../../../../src/shared/alerts.ts'
import { createAlertStore } from '../../../../src/renderer/src/alerts/alert-store.ts'
import { removeAll, saveAll } from '../../../../src/renderer/src/alerts/all-rules.ts'
import { watchRules } from '../../../../src/renderer/src/alerts/watch.ts'
import { fakeStatus, peerRow } from '../../../support/renderer/fake-network.ts'

const RULES: readonly RuleToSave[] = watchRules(
  { kind: 'peer', row: peerRow(1), name: 'fox' },
  fakeStatus(1, 0).network,
).rules

/** An engine whose calls fail from the one with this number on, counted from 1, for so many calls. */
function engine(failsAt = Infinity, times = 1) {
  let rules: AlertRule[] = []
  let calls = 0
  const call = <T>(done: () => T): Promise<T> => {
    calls += 1
    if (calls >= failsAt && calls < failsAt + times) return Promise.reject(new Error('no room'))
    return Promise.resolve(done())
  }
  const client = {
    alerts: {
      saveRule: ({ rule }: { readonly rule: RuleToSave }) =>
        call(() => {
          const saved = { ...rule, id: rule.id ?? `r${calls}` } as AlertRule
          rules = [...rules.filter(({ id }) => id !== saved.id), saved]
          return saved
        }),
      removeRule: ({ id }: { readonly id: string }) =>
        call(() => {
          const found = rules.find((rule) => rule.id === id) ?? null
          rules = rules.filter((rule) => rule !== found)
          return found
        }),
    },
  }
  const store = createAlertStore(client as unknown as Parameters<typeof createAlertStore>[0])
  store.apply({ type: 'batch', seq: 1, rules: [] })
  return { store, names: () => rules.map(({ name }) => name) }
}

const names = RULES.map(({ name }) => name)

describe('rules that belong together', () => {
  it('are all saved, and all removed', async () => {
    const { store, names: there } = engine()
    const saved = await saveAll(store, RULES)
    expect(there()).toEqual(names)
    expect(store.getState().rules).toEqual(saved)
    await removeAll(store, saved)
    expect(there()).toEqual([])
  })

  it('are none where one of them cannot be saved', async () => {
    // The first is saved, the second is refused.
    const { store, names: there } = engine(2)
    await expect(saveAll(store, RULES)).rejects.toThrow('no room')
    expect(there()).toEqual([])
    expect(store.getState().rules).toEqual([])
  })

  it('are all there still where one of them cannot be removed', async () => {
    // Two are saved, one is removed, the other is refused.
    const { store, names: there } = engine(4)
    const saved = await saveAll(store, RULES)
    await expect(removeAll(store, saved)).rejects.toThrow('no room')
    expect(there().toSorted()).toEqual(names.toSorted())
  })
})
