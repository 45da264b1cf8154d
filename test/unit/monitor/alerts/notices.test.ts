import { expect, it, vi } from 'vitest'
import type { Alert } from '../../../../src/shared/alerts.ts'
import { showNotices } from '../../../../src/main/monitor/alerts/notices.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

const ALERT = {
  id: 1,
  ruleId: 'v',
  ruleName: 'Validators',
  kind: 'peer-departed',
  network: null,
  peerId: peerIdAt(1),
  firedAt: 1000,
  what: 'brave fox left',
  cause: 'It said goodbye.',
  events: [],
} as unknown as Alert

function rig(supported = true) {
  const made: { title: string; body: string; shown: boolean; closed: boolean; click: () => void }[] = []
  class Maker {
    static isSupported = (): boolean => supported
    readonly #made
    constructor(options: { readonly title: string; readonly body: string }) {
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
  const source = {
    onNotify: (listener: (alert: Alert) => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  const onClick = vi.fn<() => void>()
  const stop = showNotices(source, Maker, onClick)
  /** Alerts that fire together. */
  const fire = async (...alerts: readonly Alert[]): Promise<void> => {
    for (const alert of alerts) for (const listener of listeners) listener(alert)
    await Promise.resolve()
  }
  return { made, onClick, stop, fire }
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
  await fire(ALERT, other, { ...ALERT, id: 3, peerId: peerIdAt(2), what: 'calm otter left' })
  expect(made.map(({ title, body }) => `${title}: ${body}`)).toEqual([
    'Validators and Anybody: brave fox left. It said goodbye.',
    'Validators: calm otter left. It said goodbye.',
  ])
  // What comes a moment later takes its place.
  const event = { seq: 7, at: 1, event: { kind: 'PeerDeparted' } } as unknown as Alert['events'][number]
  const few = {
    ...ALERT,
    id: 4,
    ruleId: 'c',
    ruleName: 'Few',
    kind: 'peer-count',
    peerId: null,
    what: '2 peers: below 3',
  }
  await fire({ ...ALERT, id: 5, firedAt: 40_000, events: [event] })
  await fire({ ...few, cause: '1 peer said goodbye.', firedAt: 41_000, events: [event] } as Alert)
  expect(made.map(({ closed }) => closed)).toEqual([false, false, true, false])
  expect(made.at(-1)).toMatchObject({
    title: 'Validators and Few',
    body: 'brave fox left. It said goodbye. 2 peers: below 3. 1 peer said goodbye.',
  })
  made.at(-1)?.click()
  expect(onClick).toHaveBeenCalledWith(expect.objectContaining({ peerId: peerIdAt(1) }))
})
