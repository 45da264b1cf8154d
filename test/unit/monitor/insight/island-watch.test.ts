import { expect, it } from 'vitest'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'
import { rig, SPLIT, WHOLE } from './island-rig.ts'

it('tells the number of islands when it is known, when it changed for good, and when it heals', async () => {
  const { scheduler, told, watch, link } = rig(4)
  watch.start()
  await scheduler.run(60_000)
  // Nobody told a link: nothing is known.
  expect(told).toEqual([])
  expect(watch.summary).toMatchObject({ count: 0, unknown: 4 })
  link(WHOLE)
  await scheduler.run(40_000)
  expect(told.splice(0)).toMatchObject([{ kind: 'Islands', count: 1, sizes: [4] }])
  link(SPLIT)
  await scheduler.run(15_000)
  link(WHOLE)
  await scheduler.run(60_000)
  // It changed nothing, but who looked meanwhile saw it.
  const brief = { count: 2, sizes: [2, 2], since: 1_110_000, until: 1_120_000 }
  expect(told.splice(0)).toEqual([{ kind: 'Islands', count: 1, sizes: [4], since: 1_120_000, brief }])
  expect([watch.told, watch.shown]).toEqual([1, []])
  link(SPLIT)
  await scheduler.run(40_000)
  expect(told.splice(0)).toMatchObject([{ kind: 'Islands', count: 2, sizes: [2, 2] }])
  expect(watch.told).toBe(2)
  link(WHOLE)
  await scheduler.run(40_000)
  expect(told).toMatchObject([{ kind: 'Islands', count: 1, sizes: [4] }])
  watch.stop()
  expect(scheduler.waiting).toBe(0)
})

it('tells a split before the other island is purged, where that is soon', async () => {
  const { scheduler, told, watch, link } = rig(4, 36_000)
  watch.start()
  link(WHOLE)
  await scheduler.run(15_000)
  link(SPLIT)
  await scheduler.run(4000)
  // It may be a flicker.
  expect(told).toMatchObject([{ kind: 'Islands', count: 1, sizes: [4] }])
  await scheduler.run(8000)
  expect(told.at(-1)).toMatchObject({ kind: 'Islands', count: 2, sizes: [2, 2] })
  watch.stop()
})

it('tells a split once it has lasted, though timers may be a moment early', async () => {
  const { scheduler, told, watch, link } = rig(4, 36_000, 1)
  watch.start()
  link(WHOLE)
  await scheduler.run(15_000)
  link(SPLIT)
  // It is seen within 3 s, and told 6 s later. Who is apart is known from the first moment.
  expect([...watch.apart]).toEqual([])
  await scheduler.run(3000)
  expect([...watch.apart]).toEqual([peerIdAt(2), peerIdAt(3)])
  expect(told).toHaveLength(1)
  await scheduler.run(6000)
  expect(told.at(-1)).toMatchObject({ kind: 'Islands', count: 2, sizes: [2, 2] })
  watch.stop()
})

it('tells a split whose number of islands goes up and down', async () => {
  const { scheduler, told, watch, link } = rig(6)
  const line = [
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 4],
    [4, 5],
  ] as const
  link(line)
  watch.start()
  await scheduler.run(60_000)
  for (let turn = 0; turn < 6; turn += 1) {
    // In two parts, and in three.
    link(turn % 2 === 0 ? [line[0], line[1], line[3], line[4]] : [line[0], line[2], line[4]])
    await scheduler.run(10_000)
  }
  watch.stop()
  expect(told.map((event) => event.kind === 'Islands' && event.count)).toEqual([1, expect.any(Number) as number])
})

it('tells a split in time on a machine that others keep busy: what a look costs counts, and not how long it takes', async () => {
  const { scheduler, told, watch, link } = rig(4, 120_000, 0, 5, 800)
  watch.start()
  link(WHOLE)
  await scheduler.run(40_000)
  expect(told.splice(0)).toHaveLength(1)
  link(SPLIT)
  await scheduler.run(40_000)
  expect(told).toMatchObject([{ count: 2 }])
  watch.stop()
})

it('looks again for somebody who asks, as often as it may, and not once it was stopped', async () => {
  const { scheduler, watch, link } = rig(4, 300_000, 0, 50)
  watch.start()
  link(WHOLE)
  await watch.refresh()
  expect(watch.summary).toMatchObject({ count: 1, sizes: [4] })
  link(SPLIT)
  // A look takes 50 ms: the next one may come after a hundred times as long.
  await scheduler.run(4000)
  await watch.refresh()
  expect(watch.summary).toMatchObject({ count: 1 })
  await scheduler.run(1000)
  await watch.refresh()
  expect(watch.summary).toMatchObject({ count: 2, sizes: [2, 2] })
  watch.stop()
  link(WHOLE)
  await scheduler.run(60_000)
  await watch.refresh()
  expect(watch.summary).toMatchObject({ count: 2 })
})

it('says since when it was so, and nothing once we have lost the network', async () => {
  const { scheduler, told, watch, link, lose } = rig(4)
  watch.start()
  link(WHOLE)
  await scheduler.run(35_000)
  told.splice(0)
  link(SPLIT)
  // It is looked every ten seconds: at 40 for the first time, and told at 60.
  await scheduler.run(30_000)
  expect(told.splice(0)).toEqual([
    { kind: 'Islands', count: 2, sizes: [2, 2], since: 1_040_000, held: [], apart: [peerIdAt(2), peerIdAt(3)] },
  ])
  const before = watch.summary
  lose(true)
  link([[0, 1]])
  await scheduler.run(60_000)
  expect([told, watch.summary]).toEqual([[], before])
  lose(false)
  link(WHOLE)
  await scheduler.run(40_000)
  expect(told).toEqual([{ kind: 'Islands', count: 1, sizes: [4], since: 1_130_000 }])
  watch.stop()
})

it('says of a split who alone held together what is apart now: no leaf, and nobody who did so long before', async () => {
  const { scheduler, told, watch, link } = rig(6)
  watch.start()
  // Two triangles with one peer in common, on which a leaf hangs; it leaves.
  const pairs = [
    [0, 1],
    [3, 4],
  ] as const
  link([...pairs, [0, 2], [1, 2], [2, 3], [2, 4], [4, 5]])
  await scheduler.run(40_000)
  link(pairs)
  await scheduler.run(40_000)
  expect(told.splice(0).at(-1)).toMatchObject({ count: 2, held: [peerIdAt(2)] })
  // Whole by several links, where nobody is alone between the two: what parts it is no peer.
  link([...pairs, [0, 3], [1, 4]])
  await scheduler.run(40_000)
  expect(told.splice(0)).toEqual([{ kind: 'Islands', count: 1, sizes: [4], since: expect.any(Number) as number }])
  link(pairs)
  await scheduler.run(40_000)
  expect(told.at(-1)).toMatchObject({ count: 2, held: [] })
  watch.stop()
})

it('says who held a split together, though their links fell off one by one', async () => {
  const { scheduler, told, watch, link } = rig(7)
  watch.start()
  const parts = [
    [0, 1],
    [1, 2],
    [0, 2],
    [4, 5],
    [5, 6],
    [4, 6],
  ] as const
  // 3 is the bridge. For a while nothing is known of the others' links: then it holds nothing.
  link([...parts, [0, 3], [2, 3], [3, 4], [3, 5]])
  await scheduler.run(40_000)
  link([...parts.slice(0, 3), [2, 3]])
  await scheduler.run(10_000)
  link([...parts, [2, 3]])
  await scheduler.run(40_000)
  const event = told.at(-1)
  expect(event).toMatchObject({ count: 2, apart: [4, 5, 6].map((n) => peerIdAt(n)) })
  expect(event?.kind === 'Islands' && event.held).toContain(peerIdAt(3))
  watch.stop()
})

it('tells an island that is gone from one that grew together with ours, and its return', async () => {
  const { scheduler, told, watch, link, purged, lose } = rig(4)
  watch.start()
  link(WHOLE)
  await scheduler.run(40_000)
  link(SPLIT)
  await scheduler.run(40_000)
  told.splice(0)
  // One is purged after the other.
  purged.add(3)
  link([[0, 1]])
  await scheduler.run(10_000)
  purged.add(2)
  await scheduler.run(40_000)
  expect(told.splice(0)).toEqual([
    {
      kind: 'Islands',
      count: 1,
      sizes: [2],
      since: expect.any(Number) as number,
      gone: 2,
      missing: [2, 3].map(peerIdAt),
    },
  ])
  expect(watch.islandsGone).toBe(true)
  // One of two is not most of them.
  purged.delete(3)
  link([
    [0, 1],
    [1, 3],
  ])
  await scheduler.run(60_000)
  expect(told).toEqual([])
  expect(watch.islandsGone).toBe(true)
  purged.clear()
  link(WHOLE)
  await scheduler.run(10_000)
  expect(told).toEqual([])
  await scheduler.run(30_000)
  expect(told.splice(0)).toEqual([
    { kind: 'Islands', count: 1, sizes: [4], since: expect.any(Number) as number, back: 2 },
  ])
  expect(watch.islandsGone).toBe(false)
  await scheduler.run(60_000)
  expect(told).toEqual([])
  // Who is not here after a loss of the network may not be heard of yet.
  link(SPLIT)
  await scheduler.run(40_000)
  told.splice(0)
  lose(true)
  await scheduler.run(20_000)
  lose(false)
  purged.add(2).add(3)
  await scheduler.run(40_000)
  expect(told).toEqual([{ kind: 'Islands', count: 1, sizes: [2], since: expect.any(Number) as number }])
  watch.stop()
})

it.each([
  ['by their purge, before it', true],
  ['by a look, once they are not here', false],
])('tells a split that did not last since the other island was taken for gone: %s', async (_how, isPurge) => {
  const { scheduler, told, watch, link, purged } = rig(5)
  watch.start()
  link(WHOLE)
  await scheduler.run(40_000)
  told.splice(0)
  link(SPLIT)
  // Seen at 50 s; it would be told at 70 s.
  await scheduler.run(10_000)
  expect([told, watch.summary?.count]).toEqual([[], 2])
  // One of ours went, which says nothing of the others.
  watch.gone(peerIdAt(1), 1_051_000)
  expect(told).toEqual([])
  if (isPurge) watch.gone(peerIdAt(2), 1_052_000)
  purged.add(2).add(3)
  link([[0, 1]])
  if (!isPurge) await scheduler.run(10_000)
  // Of the last peer no link is known: on which side it is is not known either.
  const split = {
    kind: 'Islands',
    count: 2,
    sizes: [2, 2],
    since: 1_050_000,
    held: [],
    apart: [2, 3].map(peerIdAt),
    unlinked: [peerIdAt(4)],
  }
  expect(told.splice(0)).toEqual([split])
  expect(watch.told).toBe(2)
  // What comes then is told as of any split, and once.
  watch.gone(peerIdAt(3), 1_053_000)
  await scheduler.run(40_000)
  expect(told).toMatchObject([{ count: 1, gone: 2, missing: [2, 3].map(peerIdAt) }])
  watch.stop()
})

it('tells no split that was seen once where its peers are linked again, though one of them went since', async () => {
  const { scheduler, told, watch, link, purged } = rig(4)
  watch.start()
  link(WHOLE)
  await scheduler.run(40_000)
  told.splice(0)
  link(SPLIT)
  await scheduler.run(10_000)
  link(WHOLE.slice(0, 2))
  purged.add(3)
  await scheduler.run(60_000)
  watch.gone(peerIdAt(3), 1_110_000)
  expect(told).toMatchObject([{ count: 1, sizes: [3], brief: { count: 2 } }])
  watch.stop()
})

it('tells a split that healed before one that lasts began neither with the count of that nor beside it', async () => {
  const { scheduler, told, watch, link } = rig(4)
  link(WHOLE)
  watch.start()
  await scheduler.run(40_000)
  const flicker = async () => {
    link(SPLIT)
    await scheduler.run(12_000)
    link(WHOLE)
    await scheduler.run(12_000)
  }
  // The first one is told at once, so the second waits.
  await flicker()
  await flicker()
  expect(told.splice(0)).toMatchObject([{ count: 1 }, { count: 1, brief: { count: 2 } }])
  link(SPLIT)
  await scheduler.run(120_000)
  expect(told.splice(0)).toMatchObject([{ count: 2, sizes: [2, 2] }])
  expect(watch.shown).toHaveLength(1)
  link(WHOLE)
  await scheduler.run(60_000)
  const [healed, brief] = told
  expect([healed, brief]).toMatchObject([
    { count: 1, sizes: [4] },
    { count: 1, sizes: [4], brief: { count: 2 } },
  ])
  expect(told).toHaveLength(2)
})

it('tells a split that healed and waits to be told when it ends, once', async () => {
  const { scheduler, told, watch, link } = rig(4)
  link(WHOLE)
  watch.start()
  await scheduler.run(40_000)
  for (let times = 0; times < 2; times += 1) {
    link(SPLIT)
    await scheduler.run(12_000)
    link(WHOLE)
    await scheduler.run(12_000)
  }
  told.splice(0)
  const [waits] = watch.shown
  watch.stop()
  watch.stop()
  expect(told).toEqual([{ kind: 'Islands', count: 1, sizes: [4], since: waits?.until, brief: waits }])
})
