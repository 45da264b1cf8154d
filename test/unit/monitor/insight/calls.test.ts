import { expect, it } from 'vitest'
import { health, seriesOf, whyNetworkOf } from '../../../../src/main/monitor/insight/calls.ts'
import { Insight } from '../../../../src/main/monitor/insight/insight.ts'
import { View } from '../../../../src/main/monitor/view.ts'
import { healthPhrases } from '../../../../src/shared/health-words.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { fakeStatus, peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'
import { DataFolder, NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'

/** Of a network that is not lost, and in which nobody is connected with us. */
function insightOf(parts: Pick<ConstructorParameters<typeof Insight>[0], 'self' | 'view' | 'clock' | 'told'>): Insight {
  return new Insight({
    ...parts,
    purgeAfterMs: 60_000,
    connections: () => [],
    lost: () => false,
    tell: () => undefined,
    keepDelay: () => undefined,
  })
}

it.each([true, false])(
  'how it is counts the islands of the links that are known now, where peers tell them (%s)',
  async (told) => {
    using data = new DataFolder()
    const store = data.open()
    const { clock } = data
    const view = new View(clock, store.status())
    view.setStatus(fakeStatus(2, START))
    const [a, b, c] = [peerIdAt(1), peerIdAt(2), peerIdAt(3)]
    for (const index of [1, 2, 3]) view.putRow(peerRow(index, { self: index === 1 }))
    const link = (one: typeof a, other: typeof a): void =>
      view.putEdge({ a: one, b: other, kind: 'neighbor', saidBy: one, at: clock.now() })
    link(a, b)
    const insight = insightOf({ self: a, view, clock, told })
    const network = () => ({ kind: 'peerscope', id: NETWORK_ID, name: 'n' }) as const
    const monitor = { store, view, clock, network, settings: () => ({}) as never, insight: () => insight } as never
    // Nobody has looked yet: the watch does so now and then only.
    expect((await health(monitor)).islands?.sizes).toEqual(told ? [2] : undefined)
    link(b, c)
    await data.scheduler.run(60_000)
    expect((await health(monitor)).islands?.sizes).toEqual(told ? [3] : undefined)
  },
)

it('tells who left before a moment, crawls apart, by what is known of them', async () => {
  using data = new DataFolder()
  const store = data.open()
  const { clock } = data
  const view = new View(clock, store.status())
  view.setStatus(fakeStatus(3, START))
  const network = () => ({ kind: 'peerscope', id: NETWORK_ID, name: 'n' }) as const
  const past = () => ({ store, networkKey: NETWORK, live: (peerId: PeerId) => view.row(peerId), loss: null })
  const monitor = { store, view, clock, network, past, settings: () => ({}) as never, insight: () => null } as never
  for (const [index, tags] of [[], [], ['peerscope-crawl']].entries()) {
    const row = peerRow(index + 1, { tags })
    view.putRow(row)
    store.sessionStarted(NETWORK, row.peerId, START + 1000, row.version, 'gossip')
    store.sessionEnded(NETWORK, row.peerId, START + 2000, 'graceful')
  }
  const asked = { from: START, to: START + 3000, points: 1 }
  expect((await seriesOf(monitor, { ...asked, left: true })).left).toMatchObject({ goodbye: 2, crawls: 1 })
  expect((await seriesOf(monitor, asked)).left).toBeNull()
})

it('why of a split that was not told yet has who is apart', async () => {
  using data = new DataFolder()
  const store = data.open()
  const { clock } = data
  const view = new View(clock, store.status())
  view.setStatus(fakeStatus(3, START))
  for (const index of [1, 2, 3, 4]) view.putRow(peerRow(index, { self: index === 1 }))
  const pairs = [
    [1, 2],
    [2, 1],
    [3, 4],
    [4, 3],
  ] as const
  for (const [one, other] of pairs) {
    const [a, b] = [peerIdAt(one), peerIdAt(other)]
    view.putEdge({ a, b, kind: 'neighbor', saidBy: a, at: clock.now() })
  }
  const insight = insightOf({ self: peerIdAt(1), view, clock, told: true })
  const network = () => ({ kind: 'peerscope', id: NETWORK_ID, name: 'n' }) as const
  const settings = () => ({ config: { maxTimeDrift: 60_000 } }) as never
  const monitor = { store, view, clock, network, settings, insight: () => insight } as never
  // As the network's Why says it, so do the sentence and the panel.
  const told = async () => {
    const now = await health(monitor)
    const { sentence } = await whyNetworkOf(monitor, {})
    return [now.islandsEnded, healthPhrases(now).find(({ id }) => id === 'islands')?.text, sentence.slice(0, 28)]
  }
  expect(await told()).toEqual([false, '2 islands: 2 and 2, us included', 'The network is split into 2 '])
  for (const index of [3, 4])
    store.append(NETWORK, clock.now(), { kind: 'DialFailed', target: peerIdAt(index), reason: 'connection refused' })
  expect(await whyNetworkOf(monitor, {})).toMatchObject({
    matter: 'split',
    causes: [{ kind: 'crashed', confidence: 'likely' }],
  })
  expect(await told()).toEqual([true, 'looks like 2 islands: 2 and 2, us included', 'The network looks split into'])
  // They grow together, whatever became of the dials.
  view.putEdge({ a: peerIdAt(2), b: peerIdAt(3), kind: 'neighbor', saidBy: peerIdAt(2), at: clock.now() })
  await data.scheduler.run(60_000)
  expect(await health(monitor)).toMatchObject({ islands: { count: 1 }, islandsEnded: false })
})

it('why of the network tells who crashed together', async () => {
  using data = new DataFolder()
  const store = data.open()
  const { clock } = data
  const view = new View(clock, store.status())
  view.setStatus(fakeStatus(3, START))
  await data.scheduler.run(1000)
  for (const index of [2, 3]) {
    view.putRow(peerRow(index, { state: 'online', lastSeen: START, rtt: null, connected: false, neighbor: false }))
    store.append(NETWORK, clock.now(), { kind: 'NeighborDown', peerId: peerIdAt(index) })
    store.append(NETWORK, clock.now(), { kind: 'DialFailed', target: peerIdAt(index), reason: 'connection refused' })
  }
  const network = () => ({ kind: 'peerscope', id: NETWORK_ID, name: 'n' }) as const
  const settings = () => ({ config: { maxTimeDrift: 60_000 } }) as never
  const monitor = { store, view, clock, network, settings, insight: () => null } as never
  expect(await whyNetworkOf(monitor, {})).toMatchObject({ matter: 'went together', since: clock.now() })
})
