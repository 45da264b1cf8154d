/** What is read from rows of the log that stand for many: how they were at a moment, and what of them happened last. */
import { expect, it } from 'vitest'
import { storedNetworkWhy } from '../../../../src/main/monitor/insight/offline.ts'
import { ownClockAt } from '../../../../src/main/monitor/insight/own-clock.ts'
import { stateOf } from '../../../../src/main/monitor/insight/run-state.ts'
import { storeThen } from '../../../../src/main/monitor/insight/store-then.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { DataFolder, NETWORK, START } from '../../store/data-folder.ts'
import { catalogOf, running } from './running-network.ts'

it('our own clock at a moment is what was told by then, though its row went on', () => {
  using data = new DataFolder()
  const store = data.open()
  const off = { kind: 'ClockCompared', byMs: 9000, peers: 4 } as const
  const row = store.append(NETWORK, START, off)
  const fine = { ...off, byMs: null }
  const earlier = [
    { times: 1, lastAt: START, event: off },
    { times: 2, lastAt: START + 2000, event: fine },
  ]
  store.appendAgain(NETWORK, { ...row, event: { ...off, byMs: -70_000 }, times: 3, lastAt: START + 4000, earlier })
  const at = (ms: number) => ownClockAt({ store, networkKey: NETWORK }, START + ms)
  expect([0, 1000, 3000, 4000].map((ms) => at(ms)?.byMs ?? null)).toEqual([9000, 9000, null, -70_000])
})

it('a neighbor that comes and goes all the time is there where it came last', () => {
  using data = new DataFolder()
  const store = data.open()
  const neighbor = { peerId: idOf('ann') }
  const up = store.append(NETWORK, START, { kind: 'NeighborUp', ...neighbor })
  const down = store.append(NETWORK, START + 1000, { kind: 'NeighborDown', ...neighbor })
  const went = (row: typeof up, from: number, to: number): void => {
    const earlier = [{ times: 1, lastAt: START + from }]
    store.appendAgain(NETWORK, { ...row, times: 2, lastAt: START + to, earlier })
  }
  expect(stateOf(store, NETWORK)).toBe('lost')
  went(up, 0, 2000)
  expect(stateOf(store, NETWORK)).toBe('online')
  went(down, 1000, 3000)
  went(up, 0, 4000)
  const then = (ms: number) => stateOf(storeThen(store, START + ms), NETWORK)
  expect([stateOf(store, NETWORK), then(500), then(1500)]).toEqual(['online', 'online', 'lost'])
})

it('a loss is not explained by dials that were refused long after it, in a row that began before', async () => {
  using data = new DataFolder()
  const { store, now } = await running(data)
  const refused = { kind: 'DialFailed', target: idOf('ann'), reason: 'connection refused' } as const
  const row = store.append(NETWORK, now(), refused)
  await data.scheduler.run(30_000)
  const since = now()
  store.append(NETWORK, since, { kind: 'NeighborDown', peerId: idOf('ann') })
  await data.scheduler.run(6000)
  store.append(NETWORK, now(), { kind: 'NetworkLost', heardAt: null, since })
  const why = async () => (await storedNetworkWhy(catalogOf(store), now())).causes.map(({ kind }) => kind)
  const before = await why()
  // Twice as long as peers may be silent, and more.
  await data.scheduler.run(700_000)
  store.appendAgain(NETWORK, { ...row, times: 2, lastAt: now(), earlier: [{ times: 1, lastAt: row.at }] })
  expect(before).not.toContain('crashed')
  expect(await why()).toEqual(before)
})
