import { expect, test } from 'vitest'
import {
  isOverSince,
  middleOfSlowest,
  needsWhy,
  saysNothing,
  whyStamp,
} from '../../../../src/renderer/src/inspector/why-stamp.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'

const measured = (srtt: number) => peerRow(1, { rtt: { srtt, rttvar: 1, last: srtt, at: 1 } })

test('changes with what may change the cause, and not with each announcement', () => {
  const row = peerRow(1)
  expect(whyStamp({ ...row, lastSeen: 5, version: { ...row.version, updatedAt: 9 } })).toBe(whyStamp(row))
  const restarted = { version: { ...row.version, startedAt: 9 } }
  for (const other of [
    restarted,
    { state: 'purged' },
    { neighbor: true },
    { connected: true },
    { addresses: [] },
  ] as const)
    expect(whyStamp({ ...row, ...other })).not.toBe(whyStamp(row))
})

test('a place is kept for why where the window knows that something is to be explained', () => {
  const fine = {
    ...measured(40),
    state: 'online',
    self: false,
    connected: true,
    version: { startedAt: 0, updatedAt: 0 },
  } as const
  const around = { others: [fine, fine, fine], linked: true, now: 1_000_000 }
  const needs = (changes: object, known: object = {}) => needsWhy({ ...fine, ...changes }, { ...around, ...known })
  expect([needs({}), needs(measured(60)), needs({ rtt: null })]).toEqual([false, false, false])
  expect([needs({ state: 'purged' }), needs({ notKnown: true })]).toEqual([true, true])
  expect([needs({ rtt: null, connected: false }), needs({ rtt: measured(200).rtt })]).toEqual([true, true])
  expect(needs({ state: 'purged', self: true })).toBe(false)
  // No link of it is known, where links are told, and none of ours leads to it.
  const apart = { connected: false, neighbor: false }
  expect([needs(apart, { linked: false }), needs(apart), needs(apart, { linked: null })]).toEqual([true, false, false])
  expect(needs({}, { linked: false })).toBe(false)
})

test('a place is kept for why of a peer that restarted a short time ago', () => {
  const startedAt = (at: number) => ({ version: { startedAt: at, updatedAt: at } })
  const others = [peerRow(2)]
  const at = (now: number, firstSeen: number) =>
    needsWhy({ ...measured(40), firstSeen, connected: true, ...startedAt(500_000) }, { others, linked: true, now })
  expect([at(520_000, 100_000), at(1_099_999, 100_000), at(1_100_000, 100_000)]).toEqual([true, true, false])
  // A newcomer, whose clock may be ahead.
  expect([at(520_000, 501_000), at(520_000, 490_000)]).toEqual([false, false])
})

test('why of a peer that is fine says nothing, unless something happened to it', () => {
  const words = 'it crashed or was ended'
  const cause = { kind: 'restarted', confidence: 'likely', words, events: [5], evidence: null, since: null } as const
  expect(saysNothing({ matter: 'fine', causes: [] })).toBe(true)
  expect(saysNothing({ matter: 'fine', causes: [cause] })).toBe(false)
  expect(saysNothing({ matter: 'silent', causes: [] })).toBe(false)
})

test('a round-trip time counts where it is measured, and where it is another by much', () => {
  expect(whyStamp(measured(80))).not.toBe(whyStamp(peerRow(1)))
  expect(whyStamp(measured(82))).toBe(whyStamp(measured(80)))
  expect(whyStamp(measured(300))).not.toBe(whyStamp(measured(80)))
})

test('a departure is over once the peer is here again, or was before it left once more', () => {
  const gone = { ...peerRow(1), state: 'purged', lastSeen: 5 } as const
  expect([isOverSince(gone, 10), isOverSince({ ...gone, state: 'departed', lastSeen: 11 }, 10)]).toEqual([false, false])
  expect([isOverSince({ ...gone, state: 'online' }, 10), isOverSince({ ...gone, lastSeen: 1011 }, 10)]).toEqual([
    true,
    true,
  ])
  // Of an earlier run, or no longer listed: nothing else tells of it.
  expect([isOverSince({ ...gone, state: 'stored' }, 10), isOverSince(undefined, 10)]).toEqual([true, true])
})

test('the slowest of several has the middle of all to be compared with, and nobody else has', () => {
  const at = (nr: number, srtt: number, changes: object = {}) => ({
    ...peerRow(nr, { rtt: { srtt, rttvar: 1, last: srtt, at: 1 } }),
    state: 'online' as const,
    self: false,
    ...changes,
  })
  const slowest = at(3, 12)
  const others = [
    at(1, 9),
    at(2, 10),
    at(4, 99, { state: 'purged' }),
    at(5, 99, { self: true }),
    at(6, 0, { rtt: null }),
  ]
  const all = [...others, slowest]
  expect(middleOfSlowest(slowest, all)).toBe(10)
  expect([middleOfSlowest(at(1, 9), all), middleOfSlowest(at(4, 99, { state: 'purged' }), all)]).toEqual([null, null])
  expect(middleOfSlowest(slowest, [slowest])).toBeNull()
})
