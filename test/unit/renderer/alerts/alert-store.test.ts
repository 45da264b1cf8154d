import { describe, expect, it } from 'vitest'
import type { Alert } from '../../../../src/shared/alerts.ts'
import type { Batch } from '../../../../src/shared/contract.ts'
import { createAlertStore } from '../../../../src/renderer/src/alerts/alert-store.ts'
import { factsOf } from '../../../../src/renderer/src/alerts/cost-card.tsx'
import { createFakeApi } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot } from '../../../support/renderer/fake-network.ts'

const alert = (id: number, given: Partial<Alert> = {}): Alert => ({
  id,
  ruleId: 'r',
  ruleName: 'Rule',
  kind: 'network-lost',
  network: null,
  peerId: null,
  beganAt: id,
  firedAt: id,
  resolvedAt: null,
  what: 'x',
  cause: '',
  events: [],
  repeats: 0,
  quiet: false,
  notify: true,
  dismissed: false,
  test: false,
  webhook: 'none',
  ...given,
})
const batch = (...alerts: Alert[]): Batch => ({ type: 'batch', seq: 2, alerts })
const snapshot = fakeSnapshot(2, 1_000_000)

function rig() {
  const api = createFakeApi(() => snapshot)
  const store = createAlertStore(api.client)
  const fresh: number[] = []
  store.onFresh(({ id }) => void fresh.push(id))
  return { api, store, fresh }
}

describe('the alert store', () => {
  it('tells of each alert once, oldest first, and of none that was there before the window', () => {
    const { store, fresh } = rig()
    store.apply({ ...snapshot, alerts: [alert(2), alert(1)] })
    expect(fresh).toEqual([])
    store.apply(batch(alert(4), alert(3), alert(2), alert(1)))
    store.apply(batch(alert(4, { resolvedAt: 9 }), alert(3), alert(2)))
    expect(fresh).toEqual([3, 4])
    expect(store.getState().alerts.map(({ id }) => id)).toEqual([4, 3, 2])
  })

  it('tells of what fired in quiet hours when they are over', () => {
    const { store, fresh } = rig()
    store.apply(snapshot)
    store.apply(batch(alert(1, { quiet: true, notify: false })))
    expect(fresh).toEqual([])
    store.apply(batch(alert(1)))
    store.apply(batch(alert(1, { dismissed: true, notify: false })))
    store.apply(batch(alert(1)))
    expect(fresh).toEqual([1])
  })

  it('stays as it is when a message says nothing of alerts', () => {
    const { store } = rig()
    store.apply(batch(alert(1)))
    store.apply({ type: 'batch', seq: 3 })
    expect(store.getState().alerts).toHaveLength(1)
  })

  it('shows the rules that main tells, whoever changed them', () => {
    const { store } = rig()
    expect(store.getState().rules).toBeNull()
    const common = { network: null, enabled: true, cooldownMs: 0, quietHours: null, notify: true, webhook: null }
    const rule = { ...common, id: 'r', name: 'a', kind: 'network-lost', forMs: 0 } as const
    store.apply({ ...snapshot, rules: [rule] })
    expect(store.getState().rules).toEqual([rule])
    store.apply({ type: 'batch', seq: 2, alerts: [] })
    expect(store.getState().rules).toEqual([rule])
    store.apply({ type: 'batch', seq: 3, rules: [] })
    expect(store.getState().rules).toEqual([])
  })

  it('keeps the rules as main has them: saved, removed, and put back', async () => {
    const { store } = rig()
    store.apply(snapshot)
    expect(store.getState().rules).toEqual([])
    const common = { network: null, enabled: true, cooldownMs: 0, quietHours: null, notify: true, webhook: null }
    const saved = await store.save({ ...common, name: 'a', kind: 'network-lost', forMs: 0 })
    expect(store.getState().rules).toEqual([saved])
    const removed = await store.remove(saved.id)
    expect(store.getState().rules).toEqual([])
    if (removed !== null) await store.save(removed)
    expect(store.getState().rules).toEqual([saved])
    expect(await store.remove('other')).toBe(null)
  })
})

describe('the cost in words', () => {
  it('has a unit for each figure', async () => {
    const { api } = rig()
    expect(factsOf(await api.client.app.cost())).toEqual([
      ['Processor', '2.4 %'],
      ['Memory', '141.1 MiB, 58.2 MiB of it objects'],
      ['Event loop late by', '1.2 ms'],
      ['Received', '4.0 MiB, 3.0 KiB/s'],
      ['Sent', '1.8 MiB, 1.4 KiB/s'],
      ['Dials', '18'],
      ['Database', '11.8 MiB'],
      ['Running for', '1 h'],
    ])
  })
})
