import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { comparedRows } from '../../../../src/main/monitor/exports/diff.ts'
import { exportParts } from '../../../../src/main/monitor/exports/export.ts'
import { playedAround, sourceAt } from '../../../../src/main/monitor/exports/moment.ts'
import { playedSeries } from '../../../../src/main/monitor/exports/played-series.ts'
import { PlayedFile } from '../../../../src/main/monitor/exports/played-file.ts'
import { selectEvents } from '../../../../src/main/monitor/exports/records.ts'
import { snapshotSide } from '../../../../src/main/monitor/exports/snapshots.ts'
import { eventCounts } from '../../../../src/main/monitor/event-counts.ts'
import { healthSeries } from '../../../../src/main/monitor/insight/series.ts'
import { Journal } from '../../../../src/main/monitor/journal/journal.ts'
import { pastPicture } from '../../../../src/main/monitor/past.ts'
import { View } from '../../../../src/main/monitor/view.ts'
import type { Edge, PeerRow } from '../../../../src/shared/peer.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { DataFolder, NETWORK, NETWORK_ID, peerOf, START } from '../../store/data-folder.ts'
import { signatures, signer, rowOf, watched, dense, fileAt, opened } from './moment-rig.ts'

const AT = START + 10_500

function byId(rows: readonly PeerRow[]): PeerRow[] {
  return [...rows].sort((a, b) => (a.peerId < b.peerId ? -1 : 1))
}

const keys = (edges: readonly Edge[]): string[] => edges.map(({ a, b, kind, at }) => `${a} ${b} ${kind} ${at}`).sort()

describe('a shared moment', () => {
  it('plays what was shown, links and events, over the whole span, forth and back', async () => {
    using data = new DataFolder()
    const source = await watched(data)
    const { verdict, content } = await opened(await fileAt(source, AT, 6000))
    const moment = { asOf: AT, from: AT - 6000, to: AT + 6000, seq: 12 }
    expect(verdict).toMatchObject({ ok: true, by: idOf('maker'), faults: [], moment: { ...moment, events: 12 } })
    for (const at of [AT, moment.from, AT - 2000, moment.to, AT + 3000, AT - 5400]) {
      const then = await pastPicture({ store: source.store, networkKey: NETWORK, self: undefined }, at)
      const shown = await content.at(at, moment)
      expect(byId(shown.peers)).toEqual(byId(then.peers))
      expect(keys(shown.edges)).toEqual(keys(then.edges))
    }
    expect((await content.at(moment.to, moment)).peers.find(({ peerId }) => peerId === idOf('p1'))?.state).toBe(
      'online',
    )
    const page = await content.page({ limit: 5, filter: '' }, moment)
    expect(page.events.map(({ at }) => at)).toEqual([16, 15, 14, 13, 12].map((second) => START + second * 1000))
    const older = await content.page({ limit: 100, filter: 'kind:NeighborUp', before: page.next ?? 0 }, moment)
    expect(older.events.map(({ at }) => at)).toEqual([10, 8, 6].map((second) => START + second * 1000))
    const forth = await content.page({ limit: 2, filter: '', after: 0, from: AT }, moment)
    expect(forth.events.map(({ at }) => at)).toEqual([11, 12].map((second) => START + second * 1000))
    const on = await content.page({ limit: 9, filter: 'kind:NeighborUp', after: forth.next ?? 0 }, moment)
    expect(on.events.map(({ at }) => at)).toEqual([14, 16].map((second) => START + second * 1000))
    const whole = { from: moment.from, to: moment.to + 1, bins: 2, filter: '' }
    expect(content.counts(whole, moment).bins).toEqual([{ other: 6 }, { other: 6 }])
    expect(content.counts({ ...whole, filter: 'kind:NeighborUp' }, moment).bins).toEqual([{ other: 3 }, { other: 3 }])
  })

  it('counts as many events of each lane as the network itself, also of those that share a row', async () => {
    using data = new DataFolder()
    const source = await watched(data)
    const { store } = source
    const peerId = idOf('p1')
    const version = { startedAt: 1, updatedAt: 1 }
    const told = { kind: 'PeerUpdated', peerId, source: 'gossip', version, tags: [], addresses: [] } as const
    const end = source.now
    store.append(NETWORK, end, { ...told, changed: ['tags'] })
    const { seq, at, event } = store.append(NETWORK, end + 1, { ...told, changed: [] })
    store.appendAgain(NETWORK, { seq, at, event, times: 9, lastAt: end + 60_000 })
    store.append(NETWORK, end + 2, { kind: 'PeerDeparted', peerId, reason: 'displaced', version })
    store.append(NETWORK, end + 3, { kind: 'DhtSlotClaimed', slot: 1 })
    store.append(NETWORK, end + 4, { kind: 'LocalEntryUpdated', version, tags: [], addresses: [] })
    store.append(NETWORK, end + 5, { kind: 'DialFailed', target: peerId, reason: 'no' })
    const { verdict, content } = await opened(await fileAt({ ...source, now: end + 10 }, AT, 60_000))
    const moment = { asOf: AT, from: 0, to: 0, ...verdict.moment }
    const query = { from: moment.from, to: moment.to + 1, bins: 4, filter: '' }
    const live = { store, networkKey: NETWORK, live: () => undefined, loss: null, now: end + 10 }
    expect(content.counts(query, moment)).toEqual(await eventCounts(live, query))
  })

  it('is exact at the moment and at each event, though changes are a second or more apart', async () => {
    using data = new DataFolder()
    const source = await dense(data)
    const at = START + 5300
    const { content, verdict } = await opened(await fileAt(source, at, 5000))
    const moment = { asOf: at, from: at - 5000, to: at + 5000, ...verdict.moment }
    const { events } = await content.page({ limit: 1000, filter: '', lanes: ['other'] }, moment)
    expect(events.length).toBeGreaterThan(5)
    for (const time of [at, ...events.map((logged) => logged.at)]) {
      const then = await pastPicture({ store: source.store, networkKey: NETWORK, self: undefined }, time)
      const shown = await content.at(time, moment)
      expect(byId(shown.peers)).toEqual(byId(then.peers))
      expect(shown.seq).toBe(then.seq)
    }
  })

  it('shows of the events of its millisecond those that its sender saw', async () => {
    using data = new DataFolder()
    const source = await watched(data)
    const at = START + 10_000
    const { seq } = await pastPicture({ store: source.store, networkKey: NETWORK, self: undefined }, at)
    const then = await sourceAt(source, at)
    // Another one in the same millisecond, after the moment was looked at.
    source.store.append(NETWORK, at, { kind: 'NeighborDown', peerId: idOf('p3') })
    const request = { what: 'catalog', format: 'snapshot', filter: '', from: null, to: null } as const
    const played = playedAround(at, 3000, source.now)
    const file: Uint8Array[] = []
    for await (const { data: part } of exportParts(then, { ...request, played }, signer))
      file.push(typeof part === 'string' ? Buffer.from(part) : part)
    const { verdict, content } = await opened(Buffer.concat(file))
    const moment = { asOf: at, from: at, to: at, ...verdict.moment }
    expect([moment.seq, (await content.at(at, moment)).seq]).toEqual([seq, seq])
    const shown = async (to: number) => (await content.page({ limit: 1, filter: '', to }, moment)).events[0]?.seq
    expect(await shown(at)).toBe(seq)
    expect(await shown(at + 500)).toBeGreaterThan(seq)
    // One of an earlier version says no number: then all of the millisecond had happened.
    expect((await content.at(at, { ...moment, seq: undefined })).seq).toBeGreaterThan(seq)
  })

  it('begins where the past of the network does', async () => {
    using data = new DataFolder()
    const source = await watched(data)
    const { verdict, content } = await opened(await fileAt(source, START + 3500, 10_000))
    const moment = { asOf: START + 3500, from: 0, to: 0, ...verdict.moment }
    const at = START - 2000
    const live = await pastPicture({ store: source.store, networkKey: NETWORK, self: undefined }, at)
    expect(live.nearest).toEqual({ before: null, after: START })
    // So its span begins there, however much more was asked for.
    expect([moment.from, moment.to]).toEqual([live.nearest?.after, START + 13_500])
    expect((await content.at(moment.from, moment)).nearest).toBeNull()
  })

  it('begins and ends with a moment at which something was shown, also where the network was left meanwhile', async () => {
    using data = new DataFolder()
    const store = data.open()
    const { clock } = data
    const view = new View(clock, store.status())
    view.putRow(rowOf('us', { self: true }))
    const run = async (): Promise<void> => {
      const journal = new Journal({ store, networkKey: NETWORK, view, clock })
      store.append(NETWORK, clock.now(), {
        kind: 'NetworkJoined',
        networkId: NETWORK_ID,
        peerId: idOf('us'),
        addresses: [],
      })
      journal.start()
      await data.scheduler.run(5000)
      journal.end()
      await journal.settled
      store.append(NETWORK, clock.now(), { kind: 'NetworkLeft', networkId: NETWORK_ID })
      await data.scheduler.run(60_000)
    }
    await run()
    await run()
    const network = { kind: 'peerscope', id: NETWORK_ID, name: 'left twice' } as const
    const source = { network, store, live: new Map(), links: null, loss: null, now: clock.now() }
    const began = START + 65_000
    const { verdict, content } = await opened(await fileAt(source, began + 1000, 40_000))
    expect(verdict.moment).toMatchObject({ asOf: began + 1000, from: began, to: began + 4999 })
    const moment = { asOf: 0, from: 0, to: 0, ...verdict.moment }
    for (const at of [moment.from, moment.to]) expect((await content.at(at, moment)).nearest).toBeNull()
  })

  it('knows of each gap when it began and ended', async () => {
    const content = new PlayedFile()
    const none = { kind: 'change', rows: [], gone: [], edges: [], edgesGone: [] } as const
    const [one, two] = [rowOf('one'), rowOf('two')]
    content.take({ ...none, at: 100, rows: [one] })
    // One change in two lines: somebody is there all the time.
    content.take({ ...none, at: 150, gone: [one.peerId] })
    content.take({ ...none, at: 150, rows: [two] })
    content.take({ ...none, at: 200, gone: [two.peerId] })
    content.take({ ...none, at: 300, rows: [one] })
    content.take({ ...none, at: 400, gone: [one.peerId] })
    content.end()
    const near = async (at: number) => (await content.at(at, { asOf: 250, from: 0, to: 500 })).nearest
    expect([await near(0), await near(99)]).toEqual([
      { before: null, after: 100 },
      { before: null, after: 100 },
    ])
    expect([await near(100), await near(150), await near(199)]).toEqual([null, null, null])
    expect([await near(200), await near(299)]).toEqual([
      { before: 199, after: 300 },
      { before: 199, after: 300 },
    ])
    expect(await near(450)).toEqual({ before: 399, after: null })
  })

  it('says that its sender had lost the network from when that began, though it was told later', async () => {
    const content = new PlayedFile()
    content.take({ kind: 'shown', rows: [rowOf('one')], edges: [] })
    const lost = { kind: 'NetworkLost', heardAt: 90, since: 100, judgedAt: 60, purgeAfterMs: 60_000 } as const
    const back = { kind: 'NetworkBack', since: 200 } as const
    content.take({
      kind: 'events',
      events: [
        { seq: 1, at: 105, event: lost },
        { seq: 2, at: 205, event: back },
      ],
    })
    content.end()
    const loss = async (at: number) => (await content.at(at, { asOf: 50, from: 0, to: 500 })).loss
    const told = { at: 100, judgedAt: 60, heardAt: 90, purgeAfterMs: 60_000 }
    expect([await loss(99), await loss(100), await loss(199), await loss(200)]).toEqual([null, told, told, null])
  })

  it('tells of a loss that began before its span, or is told after it, and lists neither', async () => {
    using data = new DataFolder()
    const source = await watched(data)
    const { store } = source
    const lost = { kind: 'NetworkLost', heardAt: null, judgedAt: START, purgeAfterMs: 60_000 } as const
    store.append(NETWORK, START + 3000, { ...lost, since: START + 2000 })
    store.append(NETWORK, START + 18_000, { kind: 'NetworkBack', since: START + 13_000 })
    const { verdict, content } = await opened(await fileAt(source, AT, 4000))
    const moment = { asOf: 0, from: 0, to: 0, ...verdict.moment }
    expect([moment.from, moment.to]).toEqual([AT - 4000, AT + 4000])
    for (const at of [moment.from, AT, START + 12_999, START + 13_000, moment.to]) {
      const then = await pastPicture({ store, networkKey: NETWORK, self: undefined }, at)
      expect((await content.at(at, moment)).loss).toEqual(then.loss)
    }
    const { events } = await content.page({ limit: 1000, filter: '' }, moment)
    expect(verdict.moment?.events).toBe(events.length)
    for (const { at } of events) expect(at >= moment.from && at <= moment.to).toBe(true)
  })

  it('tells of a stall of its sender that lasted at a moment, though it ended after its span', async () => {
    using data = new DataFolder()
    const source = await watched(data)
    source.store.append(NETWORK, AT - 1000, { kind: 'Stalled', ms: 1000 })
    source.store.append(NETWORK, AT + 9000, { kind: 'Stalled', ms: 6000 })
    const { verdict, content } = await opened(await fileAt(source, AT, 4000))
    const moment = { asOf: 0, from: 0, to: 0, ...verdict.moment }
    const parts = { store: source.store, networkKey: NETWORK, self: undefined }
    const [first, last] = [
      { from: AT - 2000, to: AT - 1000 },
      { from: AT + 3000, to: AT + 9000 },
    ]
    for (const [after, stall] of [[-2001], [-2000, first], [-1001, first], [-1000], [2999], [3000, last]] as const) {
      expect((await content.at(AT + after, moment)).stall).toEqual(stall ?? null)
      expect((await pastPicture(parts, AT + after)).stall).toEqual(stall ?? null)
    }
  })

  it('tells of a split whose other island was taken for gone, in its span or before it', async () => {
    using data = new DataFolder()
    const source = await watched(data)
    const parts = { store: source.store, networkKey: NETWORK, self: undefined }
    const islands = { kind: 'Islands', sizes: [2, 2] } as const
    source.store.append(NETWORK, AT - 6000, { ...islands, count: 2, since: AT - 7000, apart: [idOf('p1')] })
    source.store.append(NETWORK, AT - 1000, { ...islands, count: 1, gone: 2, missing: [idOf('p8'), idOf('p9')] })
    const parted = { splitAt: AT - 7000, goneAt: AT - 1000, gone: 2, unlinked: 0, ended: false }
    for (const span of [9000, 3000, 500]) {
      const { verdict, content } = await opened(await fileAt(source, AT, span))
      const moment = { asOf: 0, from: 0, to: 0, ...verdict.moment }
      expect((await content.at(AT, moment)).parted).toEqual(parted)
    }
    const { verdict, content } = await opened(await fileAt(source, AT, 3000))
    const moment = { asOf: 0, from: 0, to: 0, ...verdict.moment }
    // Who was apart was here still.
    expect((await content.at(AT - 1001, moment)).parted).toBeNull()
    expect((await pastPicture(parts, AT)).parted).toEqual(parted)
    expect((await pastPicture(parts, AT - 1001)).parted).toBeNull()
  })

  it('counts who went silent once it was told that others are gone, and is dated by that', async () => {
    using data = new DataFolder()
    const source = await watched(data, 'purged')
    const islands = { kind: 'Islands', sizes: [2, 2] } as const
    const [then, split, store] = [START + 15_000, START + 13_000, source.store]
    source.store.append(NETWORK, split, { ...islands, count: 2, since: split, apart: [idOf('p1'), idOf('p9')] })
    source.store.append(NETWORK, split + 100, { ...islands, count: 1, gone: 1, missing: [idOf('p9')] })
    const purged = { kind: 'PeerDeparted', reason: 'purged', version: { startedAt: 0, updatedAt: 0 } } as const
    source.store.append(NETWORK, split + 900, { ...purged, peerId: idOf('p1') })
    const parted = { splitAt: split, goneAt: split + 900, gone: 2, unlinked: 0, ended: false }
    const { verdict, content } = await opened(await fileAt(source, then, 8000))
    const moment = { asOf: 0, from: 0, to: 0, ...verdict.moment }
    expect((await content.at(then, moment)).parted).toEqual(parted)
    expect((await pastPicture({ store, networkKey: NETWORK, self: undefined }, then)).parted).toEqual(parted)
  })

  it('tells of no split that its sender had not seen yet when it was shared', async () => {
    using data = new DataFolder()
    const source = await watched(data)
    const islands = { kind: 'Islands', sizes: [2, 2] } as const
    source.store.append(NETWORK, AT - 6000, { ...islands, count: 2, since: AT - 7000, apart: [idOf('p8')] })
    source.store.append(NETWORK, AT, { ...islands, count: 1, gone: 2, missing: [idOf('p8'), idOf('p9')] })
    const { verdict, content } = await opened(await fileAt(source, AT, 3000))
    const moment = { asOf: AT, from: 0, to: 0, ...verdict.moment }
    const gone = async (seq: number) => (await content.at(AT, { ...moment, asOf: AT, seq })).parted?.gone
    const seq = content.told.at(-1)?.seq ?? 0
    expect(content.told.at(-1)).toMatchObject({ at: AT, event: { kind: 'Islands', count: 1 } })
    expect([await gone(seq), await gone(seq - 1)]).toEqual([2, 1])
  })

  it('tells of a split of which a part was taken for gone before its span, and the last one in it', async () => {
    using data = new DataFolder()
    const source = await watched(data)
    const [apart, held] = [[idOf('p8'), idOf('p9')], [idOf('p7')]]
    const islands = { kind: 'Islands', sizes: [2, 2] } as const
    source.store.append(NETWORK, AT - 8000, { ...islands, count: 3, since: AT - 9000, apart, held })
    source.store.append(NETWORK, AT - 6000, { ...islands, count: 2, gone: 1, missing: apart.slice(0, 1) })
    source.store.append(NETWORK, AT - 1000, { ...islands, count: 1, gone: 1, missing: apart.slice(1) })
    const { verdict, content } = await opened(await fileAt(source, AT, 3000))
    const moment = { asOf: 0, from: 0, to: 0, ...verdict.moment }
    expect((await content.at(AT, moment)).parted).toEqual({
      splitAt: AT - 9000,
      goneAt: AT - 1000,
      gone: 2,
      unlinked: 0,
      ended: false,
    })
  })

  it('tells of a loss that was over before its span, since which some may not be known', async () => {
    using data = new DataFolder()
    const source = await watched(data)
    const lost = { kind: 'NetworkLost', heardAt: null, judgedAt: START, purgeAfterMs: 60_000 } as const
    source.store.append(NETWORK, START + 1000, { ...lost, since: START + 500 })
    source.store.append(NETWORK, START + 3000, { kind: 'NetworkBack', since: START + 2500 })
    const { verdict, content } = await opened(await fileAt(source, AT, 4000))
    const moment = { asOf: 0, from: 0, to: 0, ...verdict.moment }
    const { lastLoss } = await healthSeries(playedSeries(content, moment, NETWORK, { among: null }), {
      ...moment,
      points: 4,
    })
    expect(lastLoss).toMatchObject({ at: START + 500 })
    expect((await content.at(moment.from, moment)).loss).toBeNull()
  })

  it('without a span is that moment, and compares as what was shown then', async () => {
    using data = new DataFolder()
    const source = await watched(data)
    const path = join(data.folder, 'moment.peerscope')
    await writeFile(path, await fileAt(source, AT, null))
    const { signal } = new AbortController()
    const { report, peers } = await snapshotSide(path, { signatures, signal })
    expect(report.moment).toEqual({ asOf: AT, from: AT, to: AT, seq: 12, events: 0 })
    expect(new Set(peers.map(({ peerId }) => peerId))).toEqual(new Set(['p0', 'p1', 'p2', 'p3', 'p4'].map(idOf)))
    expect(peers.find(({ peerId }) => peerId === idOf('p0'))).toMatchObject({ state: 'online', tags: ['second:10'] })
  })

  it('of a lost network compares who went with us as they were when that began, from a file and from the store', async () => {
    using data = new DataFolder()
    const source = await watched(data)
    const gone = { state: 'purged', version: { startedAt: 1, updatedAt: START + 20_000 } } as const
    const view = new View(data.clock, source.store.status())
    const journal = new Journal({ store: source.store, networkKey: NETWORK, view, clock: data.clock })
    const event = { kind: 'NetworkLost', heardAt: START, since: START + 30_000, purgeAfterMs: 20_000 } as const
    journal.start()
    await data.scheduler.run(15_000)
    source.store.append(NETWORK, START + 35_000, event)
    for (const row of [rowOf('p0', gone), rowOf('p1', { ...gone, version: peerOf('p1').version })]) view.putRow(row)
    journal.flush()
    const then = { ...source, now: START + 35_000 }
    const path = join(data.folder, 'lost.peerscope')
    await writeFile(path, await fileAt(then, then.now, 10_000))
    const { peers, lost } = await snapshotSide(path, { signatures, signal: new AbortController().signal })
    const { rows = [], loss = null } = (await sourceAt(then, then.now)).moment ?? {}
    expect(lost).toBe(true)
    for (const side of [peers, comparedRows(rows, loss)])
      expect(side.map(({ state }) => state)).toEqual(['online', 'purged'])
  })

  it('and exports of it know nothing of what happened again later', async () => {
    using data = new DataFolder()
    const source = await watched(data)
    const event = { kind: 'Stalled', ms: 2000 } as const
    const { seq } = source.store.append(NETWORK, START + 20_000, event)
    const earlier = [{ times: 2, lastAt: START + 25_000, event: { ...event, ms: 1500 } }]
    source.store.appendAgain(NETWORK, { seq, at: START + 20_000, event, times: 4, lastAt: START + 60_000, earlier })
    const told = async (at: number) => {
      const all = [...selectEvents(await sourceAt(source, START + at), { filter: '', from: null, to: null })].flat()
      return all.find((logged) => logged.seq === seq)
    }
    expect(await told(30_000)).toMatchObject({ times: 2, lastAt: START + 25_000, event: { ms: 1500 } })
    expect(await told(60_000)).toMatchObject({ times: 4, lastAt: START + 60_000 })
  })

  it('of a time when nothing was watched is refused', async () => {
    using data = new DataFolder()
    const source = await watched(data)
    await expect(sourceAt(source, START - 1)).rejects.toThrow(/^nothing is known of .*: the recording begins at /)
    expect(() => playedAround(AT, 25 * 3_600_000, AT)).toThrow('at most a day')
  })

  it('that was changed does not verify, and names the line', async () => {
    using data = new DataFolder()
    const source = await watched(data)
    const file = Buffer.from(await fileAt(source, AT, 6000))
    const lines = gunzipSync(file.subarray(0, file.lastIndexOf('\npeerscope-sha256:')))
      .toString()
      .split('\n')
    const at = lines.findIndex((line) => line.startsWith('{"change":'))
    lines[at] = (lines[at] ?? '').replace('"second:', '"second-')
    const { verdict } = await opened(gzipSync(lines.join('\n')))
    expect(verdict.ok).toBe(false)
    expect(verdict.faults).toContainEqual({ line: at + 1, peerId: null, what: expect.stringContaining('was changed') })
  })
})
