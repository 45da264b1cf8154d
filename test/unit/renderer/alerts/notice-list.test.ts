import { expect, it } from 'vitest'
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
  expect(all(alert(1), alert(2, { peerId: peerIdAt(1) })).map(noticeWords)).toEqual([
    '1 peer left; newest: peer 2 left.',
  ])
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
