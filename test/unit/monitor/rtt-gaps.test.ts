import { expect, it } from 'vitest'
import { samplesWithGaps, withGaps } from '../../../src/main/monitor/rtt-gaps.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, NETWORK, NETWORK_ID, START } from '../store/data-folder.ts'

const X = idOf('x')
const HOUR = 3_600_000
const facts = { presences: [{ from: 0 }], losses: [], everyMs: 30_000, now: HOUR / 2 }

/** The samples with a gap before them. */
function gapsOf(times: readonly number[], more: Partial<Parameters<typeof withGaps>[0]> = {}): readonly number[] {
  const samples = times.map((at) => ({ at, ms: 1 }))
  return withGaps({ ...facts, ...more, samples }).flatMap(({ at, gap }) => (gap ? at : []))
}

it('there is a gap where a peer gave no answer for longer than two measurements that are lost', () => {
  expect(gapsOf([0, 30_000, 120_000, 210_001, 240_000])).toEqual([210_001])
})

it('what is thinned with its age has gaps only where more is missing than that', () => {
  const now = 30 * HOUR
  const times = [0, HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR + 60_000, 10 * HOUR + 300_000, now - 60_000, now - 30_000]
  expect(gapsOf(times, { now })).toEqual([5 * HOUR, 10 * HOUR, 10 * HOUR + 300_000, now - 60_000])
})

it('there is a gap where it had left, and where we had lost the network, however short', () => {
  const times = [0, 30_000, 60_000, 90_000]
  expect(gapsOf(times, { presences: [{ from: 0 }, { from: 45_000 }] })).toEqual([60_000])
  expect(gapsOf(times, { losses: [{ from: 61_000, to: 70_000 }] })).toEqual([90_000])
  expect(gapsOf(times, { losses: [{ from: 95_000, to: Infinity }] })).toEqual([])
})

it('presences and losses are those that are stored', async () => {
  using data = new DataFolder()
  const store = data.open()
  const version = { startedAt: 1, updatedAt: 1 }
  const measured = (second: number): void => store.recordRtt(NETWORK, X, { at: START + second * 1000, ms: 5 })
  store.append(NETWORK, START, { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: idOf('us'), addresses: [] })
  store.sessionStarted(NETWORK, X, START, version, 'gossip')
  for (const second of [1, 11, 21]) measured(second)
  store.sessionEnded(NETWORK, X, START + 25_000, 'purged')
  store.sessionStarted(NETWORK, X, START + 28_000, version, 'gossip')
  for (const second of [31, 41]) measured(second)
  store.append(NETWORK, START + 55_000, { kind: 'NetworkLost', heardAt: START + 41_000, since: START + 50_000 })
  store.append(NETWORK, START + 65_000, { kind: 'NetworkBack', since: START + 60_000 })
  for (const second of [71, 81]) measured(second)
  const samples = await samplesWithGaps(store, NETWORK, X, { everyMs: 30_000, now: START + 90_000 })
  expect(samples.map(({ at, gap }) => [(at - START) / 1000, gap])).toEqual([
    [1, false],
    [11, false],
    [21, false],
    [31, true],
    [41, false],
    [71, true],
    [81, false],
  ])
  expect(await samplesWithGaps(store, NETWORK, idOf('nobody'), { everyMs: 30_000, now: START })).toEqual([])
})
