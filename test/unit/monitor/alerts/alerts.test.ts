import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  happeningsIn,
  isOneHappening,
  lastedMs,
  ruleNames,
  waitingIn,
  toldAt,
} from '../../../../src/shared/alert-happenings.ts'
import type { Alert, AlertRule } from '../../../../src/shared/alerts.ts'
import { MAX_ALERTS } from '../../../../src/shared/alert-kinds.ts'
import { alertRuleSchema } from '../../../../src/shared/alerts.ts'
import type { NetworkStatus } from '../../../../src/shared/contract.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import { Alerts } from '../../../../src/main/monitor/alerts/alerts.ts'
import { View } from '../../../../src/main/monitor/view.ts'
import { openStore } from '../../../../src/main/store/store.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import { Scheduler } from '../../../sim/scheduler.ts'
import { fakeStatus, peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'
import { keyOf } from '../../../support/networks.ts'

const NETWORK = { kind: 'peerscope', id: networkIdFrom('n'), name: 'n' } as const
const lost: NetworkStatus = { ...fakeStatus(3, 0), state: 'lost' }
const online: NetworkStatus = { ...fakeStatus(3, 0), state: 'online' }

let scheduler: Scheduler
let store: Store
let view: View
let minutes = 12 * 60
const posted: unknown[] = []
let answer: () => Response = () => new Response(null, { status: 204 })

beforeEach(() => {
  scheduler = new Scheduler()
  store = openStore({ path: ':memory:', now: () => scheduler.now })
  minutes = 12 * 60
  posted.length = 0
  answer = () => new Response(null, { status: 204 })
})
afterEach(() => store.close())

function start(): Alerts {
  const clock = {
    now: () => scheduler.now,
    monotonic: () => scheduler.now,
    schedule: (delayMs: number, fn: () => void) => scheduler.schedule(delayMs, fn),
  }
  view = new View(clock, store.status())
  return new Alerts({
    store,
    view,
    clock,
    logger: pino({ enabled: false }),
    why: () => ({ causes: [] }),
    localMinutes: () => minutes,
    settleMs: 0,
    fetch: (url) => {
      posted.push(url)
      return Promise.resolve(answer())
    },
  })
}

const rule = (given: object = {}): AlertRule =>
  alertRuleSchema.parse({ id: 'lost', name: 'Lost', kind: 'network-lost', forMs: 0, cooldownMs: 0, ...given })

/** Loses the network, and finds it again. */
async function lose(): Promise<void> {
  view.setStatus(lost)
  await scheduler.run(2000)
}
async function find(): Promise<void> {
  view.setStatus(online)
  await scheduler.run(2000)
}

it('a split that ended since nobody heard of the others says so in its alert, also after a restart, and no longer once it is split again', async () => {
  const alerts = start()
  view.setStatus(online)
  alerts.saveRule(rule({ id: 'split', name: 'Split', kind: 'network-split', cooldownMs: 300_000 }))
  alerts.begin(NETWORK)
  const islands = { kind: 'Islands', count: 1, sizes: [2] } as const
  const tell = (event: DiscoveryEvent): void => alerts.event({ seq: 1, at: scheduler.now, event })
  tell({ ...islands, count: 2, sizes: [2, 1] })
  tell({ ...islands, gone: 1, missing: [peerIdAt(1)] })
  const ended = `1 peer of the other island was taken for gone: ${nickname(peerIdAt(1))}.`
  expect(alerts.list()).toMatchObject([{ kind: 'network-split', ended }])
  await alerts.close()
  const again = start()
  expect(again.list()).toMatchObject([{ ended }])
  again.begin(NETWORK)
  const tellAgain = (event: DiscoveryEvent): void => again.event({ seq: 2, at: scheduler.now, event })
  tellAgain({ ...islands, count: 2, sizes: [2, 1] })
  tellAgain({ ...islands, gone: 1, missing: [peerIdAt(1)] })
  tellAgain({ ...islands, count: 2, sizes: [2, 1] })
  expect(again.list()[0]).toMatchObject({ ended: '', resolvedAt: null, repeats: 1 })
  tellAgain({ ...islands, count: 3, sizes: [1, 1, 1] })
  expect(again.list()[0]).toMatchObject({ now: 'Now: 3 islands.' })
  tellAgain(islands)
  expect(again.list()[0]).toMatchObject({ now: '', resolvedAt: expect.any(Number) })
  await again.close()
})

describe('alerts', () => {
  it('lasted without the time between, where they came again within the cool-down', async () => {
    const alerts = start()
    alerts.saveRule(rule({ cooldownMs: 300_000 }))
    alerts.begin(NETWORK)
    await find()
    await lose()
    const first = alerts.list()[0]?.firedAt
    await find()
    await scheduler.run(100_000)
    await lose()
    // It fires a second before that is over.
    const last = scheduler.now - 1000
    await find()
    expect(alerts.list()).toMatchObject([{ repeats: 1, calmMs: 102_000, firedAt: first, lastAt: last }])
    expect(happeningsIn(alerts.list()).map(lastedMs)).toEqual([4000])
    await alerts.close()
    // Those that are kept say the same.
    const kept = happeningsIn(start().list())
    expect([kept.map(lastedMs), kept.map(toldAt)]).toEqual([[4000], [{ first, last }]])
  })

  it('are listed, shown, told, resolved and kept', async () => {
    const alerts = start()
    const notified: Alert[] = []
    alerts.onNotify((alert) => void notified.push(alert))
    alerts.saveRule(rule({ webhook: 'http://127.0.0.1/hook' }))
    alerts.begin(NETWORK)
    await find()
    await lose()
    expect(alerts.list()).toMatchObject([
      { id: 1, ruleName: 'Lost', network: NETWORK, resolvedAt: null, webhook: 'delivered' },
    ])
    expect(notified.map(({ id }) => id)).toEqual([1])
    expect(posted).toEqual(['http://127.0.0.1/hook'])
    await find()
    expect(alerts.list()).toMatchObject([{ id: 1, resolvedAt: expect.any(Number) }])
    await alerts.close()

    const next = start()
    expect(next.rules()).toHaveLength(1)
    expect(next.list()).toMatchObject([{ id: 1 }])
    next.begin(NETWORK)
    await find()
    await lose()
    expect(next.list().map(({ id }) => id)).toEqual([2, 1])
    await next.close()
  })

  it('of a loss do not fire where everybody said goodbye; who comes next appears', async () => {
    const alerts = start()
    alerts.saveRule(rule())
    alerts.saveRule(rule({ id: 'new', name: 'New', kind: 'peer-appeared', filter: '' }))
    alerts.begin(NETWORK)
    await find()
    view.setStatus({ ...online, state: 'deserted' })
    await scheduler.run(60_000)
    expect(alerts.list()).toEqual([])
    const event = { source: 'gossip', version: { startedAt: 1, updatedAt: 1 }, tags: [], addresses: [] } as const
    view.putRow({ ...peerRow(1), self: false, state: 'online' })
    alerts.event({ seq: 1, at: 1, event: { kind: 'PeerDiscovered', peerId: peerIdAt(1), ...event } })
    await find()
    expect(alerts.list()).toMatchObject([{ ruleName: 'New' }])
    await alerts.close()
  })

  it('tell the view their rules: those that were stored, and each change', async () => {
    const alerts = start()
    const told = vi.spyOn(view, 'setRules')
    alerts.saveRule(rule())
    alerts.removeRule('lost')
    alerts.saveRule(rule())
    expect(told.mock.calls.map(([rules]) => rules.map(({ id }) => id))).toEqual([['lost'], [], ['lost']])
    await alerts.close()
    const next = start()
    const stop = new AbortController()
    const { value } = await view.subscribe(stop.signal).next()
    expect(value?.rules).toHaveLength(1)
    stop.abort()
    await next.close()
  })

  it('reach the view: all of them with the first message, and again whenever one changes', async () => {
    const alerts = start()
    const stop = new AbortController()
    const seen: number[] = []
    const reading = (async () => {
      for await (const message of view.subscribe(stop.signal)) if (message.alerts) seen.push(message.alerts.length)
    })()
    await scheduler.run(1000)
    alerts.saveRule(rule())
    alerts.begin(NETWORK)
    await find()
    await lose()
    alerts.dismiss([1])
    await scheduler.run(1000)
    stop.abort()
    await reading
    expect(seen).toEqual([0, 1, 1])
    expect(alerts.list()).toMatchObject([{ dismissed: true, notify: false }])
    await alerts.close()
  })

  it('are listed in quiet hours and told nobody; when they are over and it lasts, they are', async () => {
    const alerts = start()
    const notified: Alert[] = []
    alerts.onNotify((alert) => void notified.push(alert))
    alerts.saveRule(rule({ webhook: 'http://127.0.0.1/hook', quietHours: { from: 22 * 60, to: 7 * 60 } }))
    alerts.begin(NETWORK)
    minutes = 23 * 60
    await find()
    await lose()
    await find()
    await lose()
    expect(alerts.list()).toMatchObject([
      { id: 2, quiet: true, notify: false, webhook: 'none', resolvedAt: null },
      { id: 1, quiet: true, notify: false, webhook: 'none' },
    ])
    expect([notified.length, posted.length]).toEqual([0, 0])
    minutes = 7 * 60
    await scheduler.run(5000)
    expect(alerts.list()).toMatchObject([
      { id: 2, quiet: false, notify: true, webhook: 'delivered' },
      { id: 1, quiet: true, webhook: 'none' },
    ])
    expect(notified.map(({ id }) => id)).toEqual([2])
    expect(posted).toHaveLength(1)
    await alerts.close()
  })

  it('are over when the network is left, and stay open when it failed, until the next is joined', async () => {
    const alerts = start()
    alerts.saveRule(rule())
    alerts.begin(NETWORK)
    await find()
    await lose()
    alerts.pause()
    await scheduler.run(5000)
    expect(alerts.list()[0]?.resolvedAt).toBe(null)
    alerts.begin(NETWORK)
    expect(alerts.list()[0]?.resolvedAt).not.toBe(null)
    await find()
    await lose()
    alerts.end()
    expect(alerts.list().every(({ resolvedAt }) => resolvedAt !== null)).toBe(true)
    await alerts.close()
  })

  it('are bounded, and can be cleared but for what lasts', async () => {
    const alerts = start()
    alerts.saveRule(rule({ id: 'gone', kind: 'peer-departed' }))
    alerts.saveRule(rule())
    alerts.begin(NETWORK)
    await find()
    for (let index = 0; index < MAX_ALERTS + 20; index += 1) {
      view.putRow(peerRow(index, { state: 'departed' }))
      const version = { startedAt: 1, updatedAt: index }
      const event = { kind: 'PeerDeparted', peerId: peerIdAt(index), reason: 'graceful', version } as const
      alerts.event({ seq: index, at: scheduler.now, event })
      // More than ten a minute would only be counted.
      await scheduler.run(7000)
    }
    expect(alerts.list()).toHaveLength(MAX_ALERTS)
    await scheduler.run(40_000)
    await lose()
    alerts.clear()
    expect(alerts.list()).toMatchObject([{ kind: 'network-lost', resolvedAt: null, dismissed: true }])
    await alerts.close()
  })

  it('take what was stored though it is damaged', async () => {
    store.setSetting('alerts', [{ id: 'x' }])
    store.setSetting('alert-rules', [{ id: 'x' }, rule()])
    const alerts = start()
    expect(alerts.list()).toEqual([])
    expect(alerts.rules()).toEqual([rule()])
    await alerts.close()
  })
})

describe('rules', () => {
  it('are added, replaced in their place, removed and put back', async () => {
    const alerts = start()
    const { id: _id, ...fresh } = rule()
    const saved = alerts.saveRule(fresh)
    expect(saved.id).toMatch(/^[a-z0-9-]{36}$/)
    alerts.saveRule(rule())
    alerts.saveRule({ ...saved, name: 'Other' })
    expect(alerts.rules().map(({ name }) => name)).toEqual(['Other', 'Lost'])
    const removed = alerts.removeRule('lost')
    expect(alerts.rules()).toHaveLength(1)
    expect(alerts.removeRule('lost')).toBe(null)
    if (removed !== null) alerts.saveRule(removed)
    expect(alerts.rules().map(({ id }) => id)).toEqual([saved.id, 'lost'])
    await alerts.close()
  })

  it('are at most fifty', async () => {
    const alerts = start()
    for (let index = 0; index < 50; index += 1) alerts.saveRule(rule({ id: `r${index}` }))
    expect(() => alerts.saveRule(rule())).toThrow(/at most 50/)
    expect(alerts.saveRule(rule({ id: 'r0', name: 'again' })).name).toBe('again')
    await alerts.close()
  })

  it('can be tried: the alert is marked as a test, and the answer of its webhook is told', async () => {
    const alerts = start()
    const notified = vi.fn<(alert: Alert) => void>()
    alerts.onNotify(notified)
    expect(await alerts.test(rule())).toEqual({ webhook: 'none', reason: '' })
    const hook = rule({ webhook: 'http://127.0.0.1/hook', quietHours: { from: 0, to: 1439 } })
    expect(await alerts.test(hook)).toEqual({ webhook: 'delivered', reason: '' })
    answer = () => new Response(null, { status: 500 })
    expect(await alerts.test(hook)).toEqual({ webhook: 'failed', reason: 'it answered 500' })
    expect(alerts.list()).toMatchObject([
      { test: true, webhook: 'failed' },
      { webhook: 'delivered' },
      { webhook: 'none' },
    ])
    expect(notified).toHaveBeenCalledTimes(3)
    await alerts.close()
  })
})

it('a rule finds peers by the name and note that the user gave them, as they are now', async () => {
  const alerts = start()
  const rules = ['name:mine', 'note:"behind the NAT"'].map((filter, index) =>
    rule({ id: `r${index}`, kind: 'rtt-above', ms: 100, filter, forMs: 0 }),
  )
  for (const one of rules) alerts.saveRule(one)
  alerts.begin(NETWORK)
  view.setStatus(online)
  const rtt = { last: 300, srtt: 300, rttvar: 1, at: 1, samples: 9 }
  for (const index of [1, 2]) view.putRow({ ...peerRow(index), rtt })
  await scheduler.run(2000)
  expect(alerts.list()).toEqual([])
  store.setNote(keyOf(NETWORK.id), peerIdAt(1), { name: 'mine', note: '' })
  store.setNote(keyOf(NETWORK.id), peerIdAt(2), { name: '', note: 'behind the NAT' })
  await scheduler.run(2000)
  expect(new Set(alerts.list().map(({ ruleId, peerId }) => `${ruleId} ${peerId}`))).toEqual(
    new Set([`r0 ${peerIdAt(1)}`, `r1 ${peerIdAt(2)}`]),
  )
  await alerts.close()
})

it('of several rules that one departure fires all tell of one happening, also where one waits before it tells', async () => {
  const alerts = start()
  const rules = [
    { id: 'any', kind: 'peer-departed' },
    { id: 'goodbye', kind: 'peer-departed', how: 'goodbye' },
    { id: 'few', kind: 'peer-count', direction: 'below', count: 2, forMs: 45_000 },
  ]
  for (const one of rules) alerts.saveRule(rule(one))
  alerts.begin(NETWORK)
  for (const index of [1, 2, 3]) view.putRow(peerRow(index))
  await find()
  const leave = async (index: number): Promise<void> => {
    const row = peerRow(index, { state: 'departed' })
    const { peerId, version } = row
    view.putRow(row)
    const event = { kind: 'PeerDeparted', peerId, reason: 'graceful', version } as const
    alerts.event({ seq: 100 + index, at: scheduler.now, event })
    await scheduler.run(2000)
  }
  for (const index of [1, 2]) await leave(index)
  await scheduler.run(60_000)
  const [few, ...others] = alerts.list()
  if (few === undefined) throw new Error('nothing fired')
  expect(alerts.list().map(({ ruleId, peerId }) => [ruleId, peerId])).toEqual([
    ['few', null],
    ['goodbye', peerIdAt(2)],
    ['any', peerIdAt(2)],
    ['goodbye', peerIdAt(1)],
    ['any', peerIdAt(1)],
  ])
  expect(others.slice(0, 2).map((one) => isOneHappening(one, few))).toEqual([true, true])
  // Of two peers that left, each is a happening of its own.
  expect(isOneHappening(others[0] ?? few, others[2] ?? few)).toBe(false)
  expect(ruleNames(others.slice(0, 2))).toBe('Lost')
  expect(waitingIn(alerts.list(), keyOf(NETWORK.id))).toBe(1)
  // The user has seen it; while one of it lasts, the others are not cleared.
  alerts.dismiss(others.map(({ id }) => id))
  expect(waitingIn(alerts.list(), keyOf(NETWORK.id))).toBe(1)
  alerts.dismiss([few.id])
  expect(waitingIn(alerts.list(), keyOf(NETWORK.id))).toBe(0)
  alerts.clear()
  expect(alerts.list()).toHaveLength(5)
  for (const index of [1, 2]) view.putRow(peerRow(index))
  await find()
  alerts.clear()
  expect(alerts.list()).toEqual([])
  await alerts.close()
})
