import { expect, it, vi } from 'vitest'
import { showNotices } from '../../../src/shared/alert-notices.ts'
import type { Aim } from '../../../src/shared/alert-happenings.ts'
import type { Alert } from '../../../src/shared/alerts.ts'
import { networkIdFrom } from '../../../src/shared/ids.ts'
import { peerIdAt } from '../../support/renderer/fake-network.ts'

const ALERT = {
  id: 1,
  ruleId: 'v',
  ruleName: 'Validators',
  kind: 'peer-departed',
  network: null,
  peerId: peerIdAt(1),
  beganAt: 1000,
  firedAt: 1000,
  what: 'brave fox left',
  cause: 'It said goodbye.',
  events: [{ seq: 1, at: 1000, event: { kind: 'PeerDeparted' } }],
} as unknown as Alert

function rig(supported = true) {
  const made: { title: string; body: string; tag?: string; shown: boolean; closed: boolean; click: () => void }[] = []
  class Maker {
    static isSupported = (): boolean => supported
    readonly #made
    constructor(options: { readonly title: string; readonly body: string; readonly tag?: string }) {
      this.#made = { ...options, shown: false, closed: false, click: () => undefined as void }
      made.push(this.#made)
    }
    on(event: 'click' | 'close', listener: () => void): void {
      if (event === 'click') this.#made.click = listener
    }
    show(): void {
      this.#made.shown = true
    }
    close(): void {
      this.#made.closed = true
    }
  }
  const listeners = new Set<(alert: Alert) => void>()
  const onAlert = (listener: (alert: Alert) => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const onClick = vi.fn<(aim: Aim) => void>()
  /** As they are now. */
  const listed: Alert[] = []
  const stop = showNotices({ onAlert, list: () => listed }, Maker, onClick)
  /** Alerts that fire together. */
  const fire = async (...alerts: readonly Alert[]): Promise<void> => {
    for (const alert of alerts) for (const listener of listeners) listener(alert)
    await Promise.resolve()
  }
  return { made, listed, onClick, stop, fire }
}

it('shows an alert with its cause, and brings the window to the front by a click', async () => {
  const { made, onClick, stop, fire } = rig()
  await fire(ALERT)
  expect(made).toMatchObject([{ title: 'Validators', body: 'brave fox left. It said goodbye.', shown: true }])
  expect(onClick).not.toHaveBeenCalled()
  made[0]?.click()
  expect(onClick).toHaveBeenCalledOnce()
  stop()
  await fire(ALERT)
  expect(made).toHaveLength(1)
})

it('names the network, and leads to the peer in it: another one may be joined by then', async () => {
  const { made, onClick, fire } = rig()
  const network = { kind: 'peerscope', id: networkIdFrom('n'), name: 'my-net' } as const
  await fire({ ...ALERT, network })
  expect(made).toMatchObject([{ title: 'Validators in my-net' }])
  made[0]?.click()
  expect(onClick).toHaveBeenCalledWith({ peerId: peerIdAt(1), network, at: 1000, departure: 1000, split: null })
})

it('leads to the islands where the network splits, as they are by then: the split may be over', async () => {
  const { made, listed, onClick, fire } = rig()
  const split = { ...ALERT, kind: 'network-split', peerId: null, test: false, resolvedAt: null, events: [] } as Alert
  await fire(split)
  made[0]?.click()
  expect(onClick).toHaveBeenLastCalledWith({ peerId: null, network: null, at: 1000, departure: null, split: 'lasts' })
  await fire({ ...split, id: 2, beganAt: 90_000, firedAt: 91_000 })
  listed.push({ ...split, id: 2, beganAt: 90_000, firedAt: 91_000, resolvedAt: 95_000 })
  made[1]?.click()
  expect(onClick).toHaveBeenLastCalledWith({ peerId: null, network: null, at: 91_000, departure: null, split: 'over' })
})

it('makes characters of others visible that hide or turn text', async () => {
  const { made, fire } = rig()
  await fire({ ...ALERT, ruleName: 'a\u202eb', what: 'peer\u200b left' })
  expect(made).toMatchObject([{ title: 'a<U+202E>b', body: 'peer<U+200B> left. It said goodbye.' }])
})

it('shows nothing where the system cannot', async () => {
  const { made, fire } = rig(false)
  await fire(ALERT)
  expect(made).toEqual([])
})

it('shows what several rules tell of one happening once, and names them', async () => {
  const { made, onClick, fire } = rig()
  const other = { ...ALERT, id: 2, ruleId: 's', ruleName: 'Anybody' }
  await fire(ALERT, other, { ...left(3, 2), what: 'calm otter left' })
  expect(made.map(({ title, body }) => `${title}: ${body}`)).toEqual([
    'Validators and Anybody: brave fox left. It said goodbye.',
    'Validators: calm otter left. It said goodbye.',
  ])
  // What comes a moment later takes its place.
  const event = { seq: 7, at: 1, event: { kind: 'PeerDeparted' } } as unknown as Alert['events'][number]
  const few = {
    ...ALERT,
    id: 5,
    ruleId: 'c',
    ruleName: 'Few',
    kind: 'peer-count',
    peerId: null,
    what: '2 peers: below 3',
  }
  await fire({ ...ALERT, id: 4, beganAt: 40_000, events: [event] })
  await fire({ ...few, cause: '1 peer said goodbye.', beganAt: 41_000, events: [event] } as Alert)
  expect(made.map(({ closed }) => closed)).toEqual([false, false, true, false])
  expect(made.at(-1)).toMatchObject({
    title: 'Validators and Few',
    body: 'brave fox left. It said goodbye. 2 peers: below 3. 1 peer said goodbye.',
  })
  made.at(-1)?.click()
  expect(onClick).toHaveBeenCalledWith({ peerId: peerIdAt(1), network: null, at: 1000, departure: 1, split: null })
})

/** That so many peers were too few, after these events. */
const few = (id: number, beganAt: number, seqs: readonly number[]): Alert =>
  ({
    ...ALERT,
    id,
    beganAt,
    kind: 'peer-count',
    peerId: null,
    what: `${id} peers: below 30`,
    events: seqs.map((seq) => ({ seq, at: 1, event: { kind: 'PeerDeparted' } })),
  }) as unknown as Alert
const left = (id: number, seq: number): Alert => ({
  ...ALERT,
  id,
  peerId: peerIdAt(id),
  what: `peer ${id} left`,
  events: few(0, 0, [seq]).events,
})

it('shows as one what a later alert joins, in place of all of it, and leads to nobody where several left', async () => {
  const { made, onClick, fire } = rig()
  await fire(left(1, 7))
  await fire(left(2, 8))
  await fire(few(3, 2000, [7, 8]))
  expect(made.map(({ closed, tag }) => [closed, tag])).toEqual([
    [true, 'peerscope-alert-1'],
    [true, 'peerscope-alert-2'],
    [false, 'peerscope-alert-1'],
  ])
  expect(made[2]?.body).toBe('peer 1 left. It said goodbye. peer 2 left. 3 peers: below 30.')
  made[2]?.click()
  expect(onClick).toHaveBeenLastCalledWith({ peerId: null, network: null, at: 1000, departure: null, split: null })
})

it('has a bound, however long a happening goes on', async () => {
  const { made, fire } = rig()
  for (let id = 1; id <= 500; id += 1) await fire({ ...few(id, id * 1000, [7]), ruleName: `Rule ${id}` })
  const { body = '', title = '', tag } = made.at(-1) ?? {}
  // Of the newest 200.
  expect(tag).toBe('peerscope-alert-301')
  expect(body).toMatch(/^301 peers: below 30\./)
  expect([title.length, body.length]).toEqual([200, 1000])
})
