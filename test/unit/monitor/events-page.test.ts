import { expect, it } from 'vitest'
import { eventsPage } from '../../../src/main/monitor/events-page.ts'
import type { EventsFound } from '../../../src/shared/contract.ts'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import { FilterError } from '../../../src/shared/filter.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { peerRow } from '../../support/renderer/fake-network.ts'
import type { EventsQuery } from '../../../src/main/store/types.ts'
import { countTurns } from '../../support/turns.ts'
import { DataFolder, NETWORK, peerOf, START } from '../store/data-folder.ts'

const [X, Y, Z] = [idOf('x'), idOf('y'), idOf('z')]

const up = (peerId: typeof X): DiscoveryEvent => ({ kind: 'NeighborUp', peerId })
const times = ({ events }: EventsFound): number[] => events.map(({ at }) => at - START)

function sourceOf(data: DataFolder) {
  const store = data.open()
  return { store, networkKey: NETWORK, live: () => undefined, loss: null, now: START + 1_000_000 }
}

it('a page can be of a span of time; there is more only where there is', async () => {
  using data = new DataFolder()
  const source = sourceOf(data)
  for (let n = 0; n < 20; n += 1) source.store.append(NETWORK, START + n * 10, up(X))
  const page = await eventsPage(source, { from: START + 50, to: START + 95, limit: 3 })
  expect(times(page)).toEqual([90, 80, 70])
  expect(page.next).toBe(page.events.at(-1)?.seq)
  const rest = await eventsPage(source, { from: START + 50, to: START + 95, limit: 3, before: page.next ?? 0 })
  expect([times(rest), rest.next]).toEqual([[60, 50], null])
})

it('a large page is read a few events at a time, and others have a turn between', async () => {
  using data = new DataFolder()
  const source = sourceOf(data)
  for (let n = 0; n < 1100; n += 1) source.store.append(NETWORK, START + n, up(X))
  const turns = countTurns()
  const reads: number[] = []
  const store = {
    ...source.store,
    eventsPage: (query: EventsQuery) => {
      expect(query.limit).toBeLessThanOrEqual(200)
      reads.push(turns.count)
      return source.store.eventsPage(query)
    },
  }
  const page = await eventsPage({ ...source, store }, { limit: 1000 })
  turns.stop()
  expect([times(page).length, times(page)[0], times(page).at(-1)]).toEqual([1000, 1099, 100])
  expect([reads.length, new Set(reads).size]).toEqual([5, 5])
  const rest = await eventsPage(source, { limit: 1000, before: page.next ?? 0 })
  expect([rest.events.length, rest.next]).toEqual([100, null])
})

it('a filter asks of the event, and of its peer as the app or the store knows it', async () => {
  using data = new DataFolder()
  const source = sourceOf(data)
  source.store.putPeer(NETWORK, peerOf('x', { tags: ['role:seed'] }))
  source.store.putPeer(NETWORK, peerOf('y', { tags: ['role:light'] }))
  source.store.setNote(NETWORK, Y, { name: 'harbour', note: '' })
  ;[X, Y, Z, X, Y].forEach((peerId, n) => source.store.append(NETWORK, START + n, up(peerId)))
  const found = async (filter: string): Promise<number[]> => times(await eventsPage(source, { filter }))
  expect(await found('tag:role:seed')).toEqual([3, 0])
  expect(await found('tag:role:* -tag:role:seed')).toEqual([4, 1])
  expect(await found('name:harbour kind:NeighborUp')).toEqual([4, 1])
  expect(await found(`id:${Z}`)).toEqual([2])
  expect(await found('-state:online')).toEqual([2])
  const live = {
    ...source,
    loss: null,
    live: (peerId: string) => (peerId === X ? peerRow(1, { tags: ['role:moved'] }) : undefined),
  }
  expect(times(await eventsPage(live, { filter: 'tag:role:moved' }))).toEqual([3, 0])
})

it('a filter that cannot be meant is refused with its place', async () => {
  using data = new DataFolder()
  const source = sourceOf(data)
  await expect(eventsPage(source, { filter: 'tag:x colour:red' })).rejects.toMatchObject({ position: 6 })
  await expect(eventsPage(source, { filter: '(' })).rejects.toBeInstanceOf(FilterError)
})

it('where few events pass, pages end early and lead on, to each of them once', async () => {
  using data = new DataFolder()
  const source = sourceOf(data)
  const rare = [3, 700, 20_100, 20_900]
  for (let n = 0; n < 21_000; n += 1) source.store.append(NETWORK, START + n, up(rare.includes(n) ? Y : X))
  const found: number[] = []
  let pages = 0
  for (let before: number | null = Number.MAX_SAFE_INTEGER; before !== null; pages += 1) {
    const page: EventsFound = await eventsPage(source, { filter: `id:${Y}`, limit: 1, before })
    found.push(...times(page))
    before = page.next
  }
  expect(found).toEqual(rare.toReversed())
  // One for each that passes, one in which none does, and the end.
  expect(pages).toBeLessThanOrEqual(rare.length + 2)
})

it('a page can begin with the oldest after a number, within a span, through kinds, lanes, peer and filter', async () => {
  using data = new DataFolder()
  const source = sourceOf(data)
  const kinds: readonly DiscoveryEvent[] = [
    up(X),
    { kind: 'NeighborDown', peerId: Y },
    {
      kind: 'PeerUpdated',
      peerId: X,
      source: 'gossip',
      version: { startedAt: 1, updatedAt: 2 },
      tags: [],
      addresses: [],
      changed: [],
    },
  ]
  for (let n = 0; n < 600; n += 1) source.store.append(NETWORK, START + n * 10, kinds[n % 3] ?? up(X))
  const first = await eventsPage(source, { after: 0, from: START + 95, limit: 2 })
  expect(times(first)).toEqual([100, 110])
  expect(times(await eventsPage(source, { after: first.next ?? 0, limit: 2 }))).toEqual([120, 130])
  const other = await eventsPage(source, { after: 0, from: START + 95, lanes: ['other'], limit: 3 })
  expect(times(other)).toEqual([100, 120, 130])
  expect(times(await eventsPage(source, { after: 0, from: START + 95, peerId: Y, limit: 1 }))).toEqual([100])
  expect(times(await eventsPage(source, { after: 0, kinds: ['NeighborDown'], limit: 2 }))).toEqual([10, 40])
  expect(times(await eventsPage(source, { after: 0, filter: `id:${Y}`, limit: 2 }))).toEqual([10, 40])
  const last = await eventsPage(source, { after: 0, from: START + 5985, limit: 5 })
  expect([times(last), last.next]).toEqual([[5990], null])
  const none = await eventsPage(source, { after: 0, to: START + 5, before: 1, limit: 5 })
  expect(none).toEqual({ events: [], next: null })
})

it('where few events pass, pages from the oldest lead on too, and are called off', async () => {
  using data = new DataFolder()
  const source = sourceOf(data)
  const rare = [3, 20_500]
  for (let n = 0; n < 21_000; n += 1) source.store.append(NETWORK, START + n, up(rare.includes(n) ? Y : X))
  const found: number[] = []
  for (let after: number | null = 0; after !== null;) {
    const page: EventsFound = await eventsPage(source, { filter: `id:${Y}`, limit: 1, after })
    found.push(...times(page))
    after = page.next
  }
  expect(found).toEqual(rare)
  const stop = AbortSignal.abort()
  await expect(eventsPage(source, { filter: `id:${Z}`, after: 0 }, stop)).rejects.toMatchObject({ code: 'Cancelled' })
})
