import { expect, it } from 'vitest'
import { isHere, rowInLoss, wentWithUs } from '../../../src/shared/loss.ts'
import { peerRow } from '../../support/renderer/fake-network.ts'

const loss = { at: 1_000_000, judgedAt: 1_000_000, heardAt: 990_000, purgeAfterMs: 60_000 }
const silentSince = (updatedAt: number) => peerRow(1, { state: 'purged', version: { startedAt: 1, updatedAt } })

it('with us went who was not purged yet when we lost the network, however soon peers are purged', () => {
  expect(wentWithUs(silentSince(940_000), loss)).toBe(true)
  // Purged a moment before, though it was heard of shortly before we heard the last of anybody.
  expect(wentWithUs(silentSince(939_999), loss)).toBe(false)
  expect(wentWithUs(silentSince(939_999), { ...loss, purgeAfterMs: 300_000 })).toBe(true)
  expect(wentWithUs(silentSince(940_000), null)).toBe(false)
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
