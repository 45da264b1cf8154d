import { expect, it } from 'vitest'
import { peerOfHappening } from '../../../../src/shared/alert-happenings.ts'
import type { Alert } from '../../../../src/shared/alerts.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { networkKeyOf } from '../../../../src/shared/network-kind.ts'
import {
  NOTICE_MS,
  noticesIn,
  noticeWords,
  unexpired,
  withAlert,
} from '../../../../src/renderer/src/alerts/notice-list.ts'
import type { Notice } from '../../../../src/renderer/src/alerts/notice-list.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

const network = (name: string) => ({ kind: 'peerscope', id: networkIdFrom(name), name }) as const
const alert = (id: number, given: Partial<Alert> = {}): Alert => ({
  id,
  ruleId: 'r',
  ruleName: 'Rule',
  kind: 'peer-departed',
  network: network('a'),
  peerId: peerIdAt(id),
  beganAt: id,
  firedAt: id,
  resolvedAt: id,
  what: `peer ${id} left`,
  cause: 'It said goodbye.',
  events: [],
  repeats: 0,
  quiet: false,
  notify: true,
  dismissed: false,
  test: false,
  webhook: 'none',
  ...given,
})
const all = (...alerts: Alert[]): readonly Notice[] =>
  alerts.reduce<readonly Notice[]>((notices, one) => withAlert(notices, one, one.id), [])

it('alerts of one rule are one notice, with how many and the newest', () => {
  const notices = all(alert(1), alert(2), alert(3, { ruleId: 'other' }), alert(4))
  expect(notices.map(({ alerts }) => alerts.map(({ id }) => id))).toEqual([[4, 2, 1], [3]])
  expect(notices.map(noticeWords)).toEqual(['3 peers left; newest: peer 4 left.', 'peer 3 left. It said goodbye.'])
})

it('a peer that left twice is one peer, and an alert that is told again is one alert', () => {
  expect(all(alert(1), alert(2, { peerId: peerIdAt(1) })).map(noticeWords)).toEqual(['peer 2 left. It said goodbye.'])
  expect(all(alert(1), alert(1))[0]?.alerts).toHaveLength(1)
})

it('notices belong to the network of their alerts', () => {
  const notices = all(alert(1), alert(2, { network: network('b') }), alert(3, { network: null, ruleId: 'test' }))
  const idsIn = (name: string) =>
    noticesIn(notices, networkKeyOf(network(name))).flatMap(({ alerts }) => alerts.map(({ id }) => id))
  expect(idsIn('a')).toEqual([3, 1])
  expect(idsIn('b')).toEqual([3, 2])
  expect(noticesIn(notices, null).map(({ alerts }) => alerts[0]?.id)).toEqual([3])
})

it('a notice ends some time after its newest alert', () => {
  const notices = all(alert(1), alert(2, { ruleId: 'other' }))
  expect(unexpired(notices, NOTICE_MS)).toBe(notices)
  expect(unexpired(notices, NOTICE_MS + 1).map(({ at }) => at)).toEqual([2])
  expect(unexpired(notices, NOTICE_MS + 2)).toEqual([])
})

it('however many rules fire, the notices are bounded', () => {
  const many = Array.from({ length: 300 }, (_, index) => alert(index + 1, { ruleId: `r${index}` }))
  expect(all(...many)).toHaveLength(20)
  const same = Array.from({ length: 300 }, (_, index) => alert(index + 1))
  expect(all(...same)[0]?.alerts).toHaveLength(200)
})

it('what several rules tell of one happening is one notice, which says it once', () => {
  const left = (seq: number) => ({ seq, at: 1, event: { kind: 'PeerDeparted' } }) as unknown as Alert['events'][number]
  const one = alert(1, { events: [left(7)] })
  const same = alert(2, { ruleId: 'silent', ruleName: 'Other', peerId: peerIdAt(1), what: one.what, events: [left(7)] })
  const [notice, ...more] = all(one, same)
  expect(more).toEqual([])
  expect(notice && [noticeWords(notice), peerOfHappening(notice.alerts)]).toEqual([
    'peer 1 left. It said goodbye.',
    peerIdAt(1),
  ])
  // A rule of another kind, by the event that both carry.
  const count = { ruleId: 'few', kind: 'peer-count', peerId: null, what: '2 peers: below 3', cause: '' } as const
  const few = alert(3, { ...count, events: [left(8), left(7)] })
  const [both, ...rest] = all(one, few)
  expect(rest).toEqual([])
  expect(both && noticeWords(both)).toBe('2 peers: below 3. peer 1 left. It said goodbye.')
  expect(both && peerOfHappening(both.alerts)).toBe(peerIdAt(1))
  // Later, or in another network, it is another one; so is what merely has the same cause with us.
  const stalled = { seq: 9, at: 1, event: { kind: 'Stalled', ms: 2000 } } as Alert['events'][number]
  expect(all(one, { ...few, beganAt: 40_000 })).toHaveLength(2)
  expect(all(one, { ...few, network: network('b') })).toHaveLength(2)
  expect(all(alert(1, { events: [stalled] }), alert(2, { ruleId: 'x', events: [stalled] }))).toHaveLength(2)
  // Who comes back did not leave by that.
  expect(
    all(one, alert(3, { ruleId: 'new', kind: 'peer-appeared', peerId: peerIdAt(1), events: [left(7)] })),
  ).toHaveLength(2)
})

it('a notice of several happenings leads to none of their peers', () => {
  const [notice] = all(alert(1), alert(2))
  expect(notice && peerOfHappening(notice.alerts)).toBeNull()
})

it('a notice about one peer leads to it, however long ago the first alert was', () => {
  const [notice] = all(alert(1), alert(40_000, { peerId: peerIdAt(1) }))
  expect(notice?.alerts).toHaveLength(2)
  expect(notice && peerOfHappening(notice.alerts)).toBe(peerIdAt(1))
})
