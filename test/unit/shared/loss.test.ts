import { expect, it } from 'vitest'
import { isHere, notKnownSince, rowInLoss, wentWithUs } from '../../../src/shared/loss.ts'
import type { PeerRow } from '../../../src/shared/peer.ts'
import { statesOf, stateWord } from '../../../src/shared/state-words.ts'
import { peerRow } from '../../support/renderer/fake-network.ts'

const loss = { at: 1_000_000, judgedAt: 1_000_000, heardAt: 990_000, purgeAfterMs: 60_000 }
const silentSince = (updatedAt: number) => peerRow(1, { state: 'lost', version: { startedAt: 1, updatedAt } })

it('with us went who was not purged yet when we lost the network, however soon peers are purged', () => {
  expect(wentWithUs(silentSince(940_000), loss)).toBe(true)
  // Purged a moment before, though it was heard of shortly before we heard the last of anybody.
  expect(wentWithUs(silentSince(939_999), loss)).toBe(false)
  expect(wentWithUs(silentSince(939_999), { ...loss, purgeAfterMs: 300_000 })).toBe(true)
  expect(wentWithUs(silentSince(940_000), null)).toBe(false)
  // As earlier versions told it.
  expect(wentWithUs({ ...silentSince(940_000), state: 'purged' }, loss)).toBe(true)
  expect(wentWithUs({ ...silentSince(995_000), state: 'departed' }, loss)).toBe(false)
})

it('with us went all who were here before our machine slept, however long, and woke up without a network', () => {
  const slept = { ...loss, at: 1_000_000 + 3_600_000 }
  expect(wentWithUs(silentSince(995_000), slept)).toBe(true)
  expect(wentWithUs(silentSince(939_999), slept)).toBe(false)
})

it('who went with us counts as here, as it was then; we ourselves do not count', () => {
  const [silent, gone] = [silentSince(995_000), silentSince(100_000)]
  expect([rowInLoss(silent, loss).state, rowInLoss(gone, loss)]).toEqual(['online', gone])
  expect([silent, gone, peerRow(2), peerRow(0, { self: true })].map((row) => isHere(row, loss))).toEqual([
    true,
    false,
    true,
    false,
  ])
  expect(isHere(silent, null)).toBe(false)
})

it('all who were here when we lost the network have one word, and others are not known: filters tell them apart', () => {
  const words = (row: PeerRow) => [
    stateWord(row),
    ...['here', 'was here', 'not known'].map((word) => statesOf(row).includes(word)),
  ]
  const here = peerRow(2, { neighbor: true })
  expect([here, silentSince(995_000)].map((row) => words(rowInLoss(row, loss)))).toEqual([
    ['was here', true, true, false],
    ['was here', true, true, false],
  ])
  expect(words(rowInLoss(here, null))).toEqual(['neighbor', true, false, false])
  expect(words(rowInLoss(peerRow(0, { self: true }), loss))).toEqual(['ourselves', true, false, false])
  // Lost earlier, and not heard of since.
  expect(words(rowInLoss(silentSince(100_000), loss))).toEqual(['not known', false, false, true])
})

it('counts who did not come back after a loss, without those of an earlier one and those who went silent later', () => {
  const rows = [
    silentSince(995_000),
    silentSince(940_000),
    silentSince(939_999),
    { ...silentSince(1_500_000), state: 'purged' } as const,
    peerRow(2),
  ]
  expect(notKnownSince(rows, loss)).toEqual({ count: 2, lostAt: 1_000_000, heardSince: 940_000 })
  expect([notKnownSince(rows.slice(2), loss), notKnownSince(rows, null)]).toEqual([null, null])
})
