import { describe, expect, it } from 'vitest'
import { Journal } from '../../../src/main/monitor/journal/journal.ts'
import { Replay } from '../../../src/main/monitor/journal/replay.ts'
import { cameRow, fieldsOf, rowFrom } from '../../../src/main/monitor/journal/row-fields.ts'
import type { ShownChange } from '../../../src/main/monitor/journal/span.ts'
import { applyChange, shownChanges } from '../../../src/main/monitor/journal/span.ts'
import { pastPicture } from '../../../src/main/monitor/past.ts'
import { View } from '../../../src/main/monitor/view.ts'
import type { NewJournalPart } from '../../../src/main/store/journal-types.ts'
import type { Store } from '../../../src/main/store/types.ts'
import { StoreFailed } from '../../../src/shared/errors.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import type { Edge, PeerRow } from '../../../src/shared/peer.ts'
import { edgeKey } from '../../../src/shared/peer.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { peerRow } from '../../support/renderer/fake-network.ts'
import { DataFolder, NETWORK, START } from '../store/data-folder.ts'

const [X, Y] = [idOf('x'), idOf('y')]

/** A view whose changes are kept, in virtual time. */
function rig(data: DataFolder, store: Store = data.open()) {
  let setBy = 0
  const clock = {
    now: () => START + data.scheduler.now + setBy,
    monotonic: () => data.scheduler.now,
    schedule: (delayMs: number, fn: () => void) => data.scheduler.schedule(delayMs, fn),
  }
  const view = new View(clock, store.status())
  const written: NewJournalPart[] = []
  const failures: unknown[] = []
  const failing: Error[] = []
  const journal = new Journal({
    store: {
      putJournal: (key, parts) => {
        const error = failing.shift()
        if (error !== undefined) throw error
        written.push(...parts)
        store.putJournal(key, parts)
      },
    },
    networkKey: NETWORK,
    view,
    clock,
    failed: (error) => failures.push(error),
  })
  const past = async (at: number) => await pastPicture({ store, networkKey: NETWORK, self: undefined }, at)
  return {
    store,
    view,
    journal,
    written,
    failures,
    /** What the next writes throw. */
    failing,
    past,
    now: () => clock.now(),
    /** The clock is set. */
    set: (byMs: number) => (setBy += byMs),
  }
}

/** Without fractions, which are not kept. */
function row(index: number, changes: Partial<PeerRow> = {}): PeerRow {
  return { ...peerRow(index), firstSeen: START, lastSeen: START, rtt: null, ...changes }
}

function edge(a: PeerId, b: PeerId, at: number, kind: Edge['kind'] = 'connection'): Edge {
  return { a, b, kind, saidBy: a, at }
}

describe('a row', () => {
  it('comes back from what differs, whatever it says, with times far away too', () => {
    const before = row(1)
    const after = row(1, {
      state: 'purged',
      signed: false,
      self: true,
      neighbor: true,
      connected: true,
      source: 'dht',
      protocolVersion: '2.0.0-ü',
      version: { startedAt: -5, updatedAt: Number.MAX_SAFE_INTEGER },
      tags: ['a', 'b'],
      addresses: [],
      streams: [],
      ticketCount: 9,
      firstSeen: 0,
      backAt: START + 5,
      lastSeen: START + 7,
      rtt: { srtt: 12.346, rttvar: 0.5, last: 13, at: START + 3 },
    })
    const now = START + 10
    for (const [from, to] of [
      [undefined, before],
      [before, after],
      // Whoever came back once has come back ever since.
      [after, { ...before, backAt: START + 5 }],
      [after, { ...before, backAt: START + 6 }],
    ] as const)
      expect(rowFrom(JSON.parse(JSON.stringify(fieldsOf(to, from, now))), from, to.peerId, now)).toEqual(to)
    expect(fieldsOf(before, { ...before, tags: [...before.tags] }, now)).toEqual({})
  })

  it('of which the log alone tells is back since it came, where it had left', () => {
    const { peerId, source, version, tags, addresses } = row(1)
    const came = { kind: 'PeerDiscovered', peerId, source, version, tags, addresses } as const
    expect(cameRow(came, row(1, { state: 'departed' }), START + 9)).toMatchObject({
      firstSeen: START,
      backAt: START + 9,
    })
    for (const known of [undefined, row(1)]) expect(cameRow(came, known, START + 9)).not.toHaveProperty('backAt')
    // As live: our clock was set back since it was here.
    const back = cameRow(came, row(1, { state: 'departed', backAt: START + 4 }), START - 5)
    expect([back.firstSeen, back.backAt]).toEqual([START - 5, undefined])
  })
})

describe('the journal', () => {
  it('shows rows and links as they were at any moment, from before it was written', async () => {
    using data = new DataFolder()
    const { view, journal, past, now } = rig(data)
    view.putRow(row(1))
    journal.start()
    await data.scheduler.run(1000)
    view.putRow(row(1, { tags: ['now'], neighbor: true }))
    view.putRow(row(2))
    view.putEdge(edge(X, Y, now()))
    await data.scheduler.run(1000)
    view.putRow(row(2, { state: 'departed' }))
    view.putEdge(edge(X, Y, now()))
    await data.scheduler.run(1000)
    view.removeEdge(edge(X, Y, now()))
    view.removeRow(row(1).peerId)
    journal.flush()
    expect(await past(START + 999)).toMatchObject({ peers: [row(1)], edges: [], edgesAt: START + 999 })
    const then = await past(START + 1000)
    expect(then.peers).toEqual([row(1, { tags: ['now'], neighbor: true }), row(2)])
    expect(then.edges).toEqual([edge(X, Y, START + 1000)])
    expect((await past(START + 2500)).edges).toEqual([edge(X, Y, START + 2000)])
    expect((await past(START + 2500)).peers[1]).toEqual(row(2, { state: 'departed' }))
    expect(await past(START + 3000)).toMatchObject({ peers: [row(2, { state: 'departed' })], edges: [] })
  })

  it('tells links that a peer says again in one word, and others one by one', async () => {
    using data = new DataFolder()
    const { view, journal, written, past, now } = rig(data)
    const others = Array.from({ length: 50 }, (_, index) => idOf(`p${index}`))
    journal.start()
    for (const other of others) view.putEdge(edge(X, other, START))
    journal.flush()
    const bytes = written.at(-1)?.bytes.length ?? 0
    await data.scheduler.run(100)
    for (const other of others) view.putEdge(edge(X, other, now()))
    journal.flush()
    expect(written.at(-1)?.bytes.length).toBeLessThan(bytes / 10)
    await data.scheduler.run(100)
    // All but the first ten, of which nine go right after.
    for (const other of others.slice(10)) view.putEdge(edge(X, other, now()))
    for (const other of others.slice(1, 10)) view.removeEdge(edge(X, other, START))
    journal.flush()
    const { edges } = await past(now())
    expect(new Map(edges.map(({ b, at }) => [b, at]))).toEqual(
      new Map([[others[0], START + 100] as const, ...others.slice(10).map((b) => [b, START + 200] as const)]),
    )
  })

  it('is empty once the network was left, and begins with all that is shown when it is joined again', async () => {
    using data = new DataFolder()
    const first = rig(data)
    first.view.putRow(row(1))
    first.journal.start()
    await data.scheduler.run(100)
    first.journal.end()
    await data.scheduler.run(100)
    const second = rig(data, first.store)
    second.view.putRow(row(2))
    second.journal.start()
    expect((await first.past(START + 99)).peers).toEqual([row(1)])
    expect(await first.past(START + 150)).toMatchObject({ peers: [], edgesAt: null })
    expect((await first.past(START + 200)).peers).toEqual([row(2)])
  })

  it('begins a group again when the changes take more than the beginning, and needs no other', async () => {
    using data = new DataFolder()
    const { store, view, journal, written, past, now } = rig(data)
    journal.start()
    for (let n = 0; n < 40 && written.filter(({ part }) => part === 0).length < 3; n += 1) {
      for (let index = 0; index < 30; index += 1)
        view.putRow(
          row(index, { tags: Array.from({ length: 40 }, (_, tag) => `${Math.sin(n * 1e4 + index * 97 + tag)}`) }),
        )
      await data.scheduler.run(6000)
    }
    const groups = written.filter(({ part }) => part === 0)
    expect(groups.length).toBe(3)
    expect(groups.map(({ run }) => run)).toEqual([true, false, false])
    const place = store.journalPlace(NETWORK, now())
    expect(store.journalPart(NETWORK, place?.from ?? 0, place?.to ?? 0)).toMatchObject({ part: 0, at: groups[2]?.at })
    expect((await past(now())).peers).toEqual([...view.rows()])
  })

  it('writes down in turns where much is shown, and then what happened meanwhile', async () => {
    using data = new DataFolder()
    const { view, journal, past } = rig(data)
    view.addRows(Array.from({ length: 4000 }, (_, index) => row(index)))
    journal.start()
    view.putRow(row(17, { state: 'purged' }))
    await data.scheduler.run(1000)
    view.removeRow(row(18).peerId)
    await journal.settled
    journal.flush()
    expect((await past(START)).peers).toHaveLength(4000)
    expect((await past(START)).peers.find(({ peerId }) => peerId === row(17).peerId)).toMatchObject({ state: 'purged' })
    expect((await past(START + 1000)).peers).toHaveLength(3999)
  })

  it('keeps the rest of what happened while it wrote down, where that made it begin again', async () => {
    using data = new DataFolder()
    const { view, journal, past, now, set } = rig(data)
    view.addRows(Array.from({ length: 4000 }, (_, index) => row(index)))
    await data.scheduler.run(60_000)
    journal.start()
    view.putRow(row(17, { tags: ['before'] }))
    set(-30_000)
    view.putRow(row(17, { tags: ['after'] }))
    await data.scheduler.run(1000)
    journal.end()
    await data.scheduler.run(1000)
    await journal.settled
    expect(await past(now())).toMatchObject({ peers: [], edgesAt: null })
  })

  // Few are written down at once, many in turns.
  it.each([30, 4000])('of %i peers tells what fails while it writes down, and begins again', async (count) => {
    using data = new DataFolder()
    const { view, journal, past, now, failing, failures } = rig(data)
    view.addRows(Array.from({ length: count }, (_, index) => row(index)))
    const broken = new TypeError('a defect')
    failing.push(broken)
    journal.start()
    view.putRow(row(17, { tags: ['meanwhile'] }))
    await journal.settled
    expect(failures).toEqual([broken])
    expect((await past(now())).peers).toEqual([])
    view.putRow(row(18, { tags: ['later'] }))
    await data.scheduler.run(6000)
    await journal.settled
    const { peers } = await past(now())
    expect([peers.length, peers.flatMap(({ tags }) => tags.filter((tag) => /meanwhile|later/.test(tag)))]).toEqual([
      count,
      ['meanwhile', 'later'],
    ])
    expect(failures).toHaveLength(1)
  })

  it.each([30, 4000])('of %i peers ends in silence where the store is closed meanwhile', async (count) => {
    using data = new DataFolder()
    const { view, journal, failing, failures, written } = rig(data)
    view.addRows(Array.from({ length: count }, (_, index) => row(index)))
    failing.push(new StoreFailed('the store is closed'))
    journal.start()
    view.putRow(row(3, { tags: ['later'] }))
    await journal.settled
    await data.scheduler.run(60_000)
    journal.end()
    await journal.settled
    expect([failures, written]).toEqual([[], []])
  })

  it('tells what fails when a change is written, and begins again', async () => {
    using data = new DataFolder()
    const { view, journal, past, now, failing, failures } = rig(data)
    view.addRows(Array.from({ length: 30 }, (_, index) => row(index)))
    journal.start()
    const broken = new TypeError('a defect')
    failing.push(broken)
    view.putRow(row(17, { tags: ['lost'] }))
    await data.scheduler.run(6000)
    expect(failures).toEqual([broken])
    view.putRow(row(18, { tags: ['later'] }))
    await data.scheduler.run(6000)
    const { peers } = await past(now())
    expect(peers.flatMap(({ tags }) => tags.filter((tag) => /lost|later/.test(tag)))).toEqual(['lost', 'later'])
  })

  it('of many peers keeps announcements and measurements now and then, and all else at once', async () => {
    using data = new DataFolder()
    const { view, journal, written, past, now } = rig(data)
    const count = 500
    for (let index = 0; index < count; index += 1) view.putRow(row(index))
    journal.start()
    const before = written.reduce((sum, { bytes }) => sum + bytes.length, 0)
    for (let second = 0; second < 120; second += 1) {
      await data.scheduler.run(1000)
      for (let index = 0; index < count; index += 1) view.putRow(row(index, { lastSeen: now() }))
    }
    view.putRow(row(7, { lastSeen: now(), tags: ['changed'] }))
    journal.flush()
    // Of 60,000 changes about four for each peer are written.
    expect(written.reduce((sum, { bytes }) => sum + bytes.length, 0) - before).toBeLessThan(count * 4 * 30)
    const { peers } = await past(now())
    expect(peers.find(({ tags }) => tags[0] === 'changed')).toMatchObject({ lastSeen: now() })
    expect(Math.min(...peers.map(({ lastSeen }) => lastSeen))).toBeGreaterThan(now() - 60_000)
  })

  it('is not read over a gap: what was logged tells then', async () => {
    using data = new DataFolder()
    const { store, view, journal, written, past, now } = rig(data)
    journal.start()
    for (let n = 0; n < 3; n += 1) {
      view.putRow(row(n))
      await data.scheduler.run(6000)
    }
    expect(written).toHaveLength(4)
    store.flush()
    expect((await past(now())).peers).toHaveLength(3)
    const raw = data.raw({ write: true })
    raw.exec('DELETE FROM journal WHERE part = 2')
    raw.close()
    expect((await past(now())).peers).toEqual([])
    expect((await past(START + 6000)).peers).toHaveLength(1)
  })

  it('gives what changed over a span in steps, over ends and beginnings of runs, that make the same pictures', async () => {
    using data = new DataFolder()
    const first = rig(data)
    first.journal.start()
    let shown = first
    for (let n = 0; n < 60; n += 1) {
      if (n === 30) {
        first.journal.end()
        shown = rig(data, first.store)
        shown.view.putRow(row(3, { tags: ['again'] }))
        shown.journal.start()
      }
      shown.view.putRow(row(n % 7, { ticketCount: n }))
      shown.view.putEdge(edge(row(n % 7).peerId, row(n % 3).peerId, shown.now()))
      if (n % 5 === 0) shown.view.removeRow(row((n + 1) % 7).peerId)
      if (n % 4 === 0) shown.view.removeEdge(edge(row((n + 2) % 7).peerId, row(0).peerId, 0))
      await data.scheduler.run(777)
    }
    shown.journal.flush()
    const { store } = shown
    const [from, to] = [START + 5000, START + 45_000]
    const begin = await shown.past(from)
    const rows = new Map(begin.peers.map((one) => [one.peerId, one]))
    const edges = new Map(begin.edges.map((one) => [edgeKey(one), one]))
    const changes: ShownChange[] = []
    for await (const change of shownChanges(store, NETWORK, { from, to, stepMs: 1000 }, begin)) changes.push(change)
    expect(changes.length).toBeGreaterThan(20)
    for (const change of changes) {
      applyChange({ rows, edges }, change)
      const then = await shown.past(change.at)
      const byId = (a: PeerRow, b: PeerRow): number => (a.peerId < b.peerId ? -1 : 1)
      expect([...rows.values()].sort(byId)).toEqual([...then.peers].sort(byId))
      expect(new Set(edges.keys())).toEqual(new Set(then.edges.map(edgeKey)))
    }
  })
})

it('a part that cannot be read is told, and changes nothing', () => {
  const replay = new Replay()
  expect(replay.take({ at: START, bytes: Uint8Array.of(1, 2, 3) }, Infinity)).toBe(false)
  expect([...replay.rows()]).toEqual([])
})
