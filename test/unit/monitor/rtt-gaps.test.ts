import { expect, it } from 'vitest'
import { samplesWithGaps, withGaps } from '../../../src/main/monitor/rtt-gaps.ts'
import { peerDetail } from '../../../src/main/monitor/detail.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { peerRow } from '../../support/renderer/fake-network.ts'
import { DataFolder, NETWORK, NETWORK_ID, START } from '../store/data-folder.ts'

const X = idOf('x')
const HOUR = 3_600_000
const facts = { begins: [0], losses: [], now: HOUR / 2 }

/** The samples with a gap before them. */
function gapsOf(times: readonly number[], more: Partial<Parameters<typeof withGaps>[0]> = {}): readonly number[] {
  const samples = times.map((at) => ({ at, ms: 1 }))
  return withGaps({ ...facts, ...more, samples }).flatMap(({ at, gap }) => (gap ? at : []))
}

/** So many times, each so long after the one before. */
function each(count: number, everyMs: number, from = 0): readonly number[] {
  return Array.from({ length: count }, (_, index) => from + index * everyMs)
}

it('there is a gap where a peer gave no answer for longer than two measurements that are lost', () => {
  expect(gapsOf([...each(4, 30_000), 180_000, 210_000, 300_001, 330_000])).toEqual([300_001])
})

it('a peer that is measured more rarely from some time on has no gaps, and of two measurements none is told', () => {
  const now = 3 * HOUR
  const slower = each(9, 300_000, now - HOUR / 2 + 1)
  expect(gapsOf([...each(9, 30_000, now - HOUR + 1), ...slower], { now })).toEqual([slower[0]])
  expect(gapsOf([...each(9, 30_000, now - HOUR + 1), ...each(6, 300_000, now - HOUR + 540_001)], { now })).toEqual([])
  expect(gapsOf([0, HOUR / 4])).toEqual([])
})

it('what is thinned with its age has gaps only where more is missing than that', () => {
  const now = 60 * HOUR
  const [hours, minutes] = [each(8, HOUR), each(8, 60_000, 50 * HOUR)]
  const last = (minutes.at(-1) ?? 0) + 200_000
  const times = [...hours, 11 * HOUR, ...minutes, last, last + 60_000, now - 60_000, now - 55_000]
  expect(gapsOf(times, { now })).toEqual([11 * HOUR, 50 * HOUR, last, now - 60_000])
})

it('how often hours were kept says nothing of the minutes after them', () => {
  const minutes = [50 * HOUR, ...each(6, 60_000, 50 * HOUR + 600_000)]
  expect(gapsOf([...each(8, HOUR), ...minutes], { now: 60 * HOUR })).toEqual([minutes[0], minutes[1]])
})

it('there is a gap where it had left, and where we had lost the network, however short', () => {
  const times = [0, 30_000, 60_000, 90_000]
  expect(gapsOf(times, { begins: [0, 45_000] })).toEqual([60_000])
  expect(gapsOf(times, { losses: [{ from: 61_000, to: 70_000 }] })).toEqual([90_000])
  expect(gapsOf(times, { losses: [{ from: 95_000, to: Infinity }] })).toEqual([])
})

it('of a loss and presences that go over several measurements each has its gap', () => {
  const losses = [
    { from: 1, to: 2 },
    { from: 35_000, to: 95_000 },
    { from: 96_000, to: 97_000 },
  ]
  expect(gapsOf(each(6, 30_000), { begins: [0, 1, 5, 125_000], losses })).toEqual([
    30_000, 60_000, 90_000, 120_000, 150_000,
  ])
})

it.each([
  ['every 5 minutes, as the command line may ask for', [0, 300, 600, 900, 1200, 1500], []],
  ['every 5 seconds, as in the demo', [0, 5, 10, 15, 75, 80], [75]],
])('a peer that is measured %s has gaps by that, whatever the settings are', async (_name, seconds, gaps) => {
  using data = new DataFolder()
  const store = data.open()
  const row = peerRow(1)
  store.append(NETWORK, START, { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: idOf('us'), addresses: [] })
  store.sessionStarted(NETWORK, row.peerId, START, { startedAt: 1, updatedAt: 1 }, 'gossip')
  for (const second of seconds) store.recordRtt(NETWORK, row.peerId, { at: START + second * 1000, ms: 5 })
  const { rttSamples } = await peerDetail(row, NETWORK, store, null, START + 1_800_000)
  expect(rttSamples.flatMap(({ at, gap }) => (gap ? (at - START) / 1000 : []))).toEqual(gaps)
})

it('all presences count, also of a peer that came and went thousands of times', async () => {
  using data = new DataFolder()
  const store = data.open()
  const version = { startedAt: 1, updatedAt: 1 }
  for (const second of [0, 5, 2500, 2505]) store.recordRtt(NETWORK, X, { at: START + second * 1000, ms: 5 })
  store.sessionStarted(NETWORK, X, START + 2000, version, 'gossip')
  store.sessionEnded(NETWORK, X, START + 3000, 'purged')
  for (let second = 6; second < 1206; second += 1) {
    store.sessionStarted(NETWORK, X, START + second * 1000, version, 'gossip')
    store.sessionEnded(NETWORK, X, START + second * 1000 + 500, 'purged')
  }
  const samples = await samplesWithGaps(store, NETWORK, X, START + 2_600_000)
  expect(samples.map(({ gap }) => gap)).toEqual([false, true, true, false])
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
  const samples = await samplesWithGaps(store, NETWORK, X, START + 90_000)
  expect(samples.map(({ at, gap }) => [(at - START) / 1000, gap])).toEqual([
    [1, false],
    [11, false],
    [21, false],
    [31, true],
    [41, false],
    [71, true],
    [81, false],
  ])
  expect(await samplesWithGaps(store, NETWORK, idOf('nobody'), START)).toEqual([])
})
