import { describe, expect, it, vi } from 'vitest'
import { momentLines } from '../../../src/main/monitor/exports/moment-file.ts'
import { momentLineFrom } from '../../../src/main/monitor/exports/moment-lines.ts'
import { PlayedFile } from '../../../src/main/monitor/exports/played-file.ts'
import { Journal } from '../../../src/main/monitor/journal/journal.ts'
import { LinesOfLoss, LinesThen } from '../../../src/main/monitor/journal/lines-of-loss.ts'
import { shownChanges } from '../../../src/main/monitor/journal/span.ts'
import { drawnPicture, pastPicture } from '../../../src/main/monitor/past.ts'
import { StoredNetworks } from '../../../src/main/monitor/stored.ts'
import { View } from '../../../src/main/monitor/view.ts'
import { createPeerStore } from '../../../src/renderer/src/stores/peer-store.ts'
import { LostLines } from '../../../src/shared/lost-lines.ts'
import type { Edge, PeerRow } from '../../../src/shared/peer.ts'
import { edgeKey } from '../../../src/shared/peer.ts'
import { fakeSnapshot, fakeStatus, peerIdAt, peerRow } from '../../support/renderer/fake-network.ts'
import type { NetworkKey } from '../../../src/shared/network-kind.ts'
import { DataFolder, NETWORK, NETWORK_ID, OTHER, START } from '../store/data-folder.ts'

const SECOND = 1000
const keysOf = (edges: Iterable<Edge>): readonly string[] => [...edges].map(edgeKey).toSorted()

it('a past moment in a loss has the lines that the window kept then, and so has a shared one', async () => {
  using data = new DataFolder()
  const store = data.open()
  const { clock } = data
  const view = new View(clock, store.status())
  const journal = new Journal({ store, networkKey: NETWORK, view, clock, failed: () => undefined })
  const row = (index: number, changes: Partial<PeerRow> = {}): PeerRow => ({
    ...peerRow(index),
    self: index === 0,
    firstSeen: START,
    lastSeen: START,
    rtt: null,
    ...changes,
  })
  const edge = (a: number, b: number): Edge => {
    const saidBy = peerIdAt(a)
    return { a: saidBy, b: peerIdAt(b), kind: 'connection', saidBy, at: clock.now() }
  }
  const rows = [0, 1, 2, 3].map((index) => row(index))
  const [ours, theirs, old] = [edge(0, 1), edge(1, 2), edge(2, 3)]
  for (const one of rows) view.putRow(one)
  for (const one of [ours, theirs, old]) view.putEdge(one)
  journal.start()
  // The window, which sees the same.
  const live = createPeerStore(new LostLines(() => clock.monotonic()))
  const online = fakeStatus(3, START)
  live.apply({ ...fakeSnapshot(4, START), status: online, peers: rows, edges: [ours, theirs, old] })
  let seq = live.getState().seq ?? 0
  const tell = (message: object): void => void live.apply({ type: 'batch', seq: (seq += 1), ...message })
  const put = (one: Edge): void => {
    view.putEdge(one)
    tell({ edgesAdded: [one] })
  }
  const remove = (one: Edge): void => {
    view.removeEdge(one)
    tell({ edgesRemoved: [one] })
  }
  const drawn: { readonly at: number; readonly keys: readonly string[] }[] = []
  const look = (): void => void drawn.push({ at: clock.now(), keys: keysOf(live.getState().edges.values()) })
  const pass = async (seconds: number): Promise<void> => {
    await data.scheduler.run(seconds * SECOND - 1)
    look()
    await data.scheduler.run(1)
  }

  await pass(10)
  // So long before the loss that it says something of theirs.
  remove(old)
  await pass(290)
  remove(ours)
  await pass(60)
  const lostAt = clock.now()
  store.append(NETWORK, lostAt, { kind: 'NetworkLost', heardAt: START, since: lostAt, purgeAfterMs: 60_000 })
  tell({ status: { ...online, state: 'lost', neighbors: 0 } })
  look()
  await pass(10)
  remove(theirs)
  await pass(10)
  put(ours)
  await pass(10)
  remove(ours)
  await pass(1200)
  const [first, last] = [drawn[0]?.at ?? 0, clock.now()]
  expect(drawn.map(({ keys }) => keys.length)).toEqual([3, 2, 1, 2, 2, 2, 2, 2])

  journal.flush()
  const parts = { store, networkKey: NETWORK, self: undefined }
  const begin = await pastPicture(parts, first)
  const file = new PlayedFile()
  file.take({ kind: 'shown', rows: begin.peers, edges: begin.edges })
  const span = { from: first, to: last, stepMs: 0 }
  for await (const change of shownChanges(store, NETWORK, span, begin)) file.take({ kind: 'change', ...change })
  file.take({ kind: 'events', events: store.eventsPage({ networkKey: NETWORK, limit: 10 }).events })
  file.end()
  const moment = { asOf: first, from: first, to: last, events: 1 }
  const then = new LinesThen(data.scheduler)
  for (const { at, keys } of drawn) {
    expect([at - START, keysOf((await drawnPicture(parts, then, at)).edges)]).toEqual([at - START, keys])
    expect([at - START, keysOf((await file.drawnAt(at, moment)).edges)]).toEqual([at - START, keys])
  }
  // One that nobody waits for goes no further, and the next one is right.
  const called = AbortSignal.abort(new Error('called off'))
  await expect(file.drawnAt(lostAt, moment, called)).rejects.toThrow('called off')
  expect(keysOf((await file.drawnAt(last, moment)).edges)).toEqual(drawn.at(-1)?.keys)
  // One whose span begins in the loss, too.
  const from = lostAt + 15 * SECOND
  const shared = new PlayedFile()
  const within = { asOf: from, from, to: last }
  const network = { kind: 'peerscope', id: NETWORK_ID, name: null } as const
  const source = { network, store, live: new Map<string, PeerRow>(), links: null, loss: null, now: last }
  for await (const text of momentLines(source, within)) {
    const line = momentLineFrom(JSON.parse(text))
    if (line !== null) shared.take(line)
  }
  shared.end(within)
  await expect(momentLines(source, within, called).next()).rejects.toThrow('called off')
  const later = drawn.filter(({ at }) => at >= from)
  expect(later.map(({ keys }) => keys.length)).toEqual([2, 2, 2])
  for (const { at, keys } of later)
    expect([at - START, keysOf((await shared.drawnAt(at, within)).edges)]).toEqual([at - START, keys])
  expect(keysOf((await shared.at(from, within)).edges)).toEqual([])
  // What is counted and exported is what was told, also of a network that is not joined.
  store.networkJoined({ kind: 'peerscope', id: NETWORK_ID, name: 'a', bootstrap: [], tags: [], at: START })
  const [stored, which] = [new StoredNetworks(store, then), { network: 'a', kind: 'peerscope' } as const]
  expect(keysOf((await stored.at({ ...which, at: last })).edges)).toEqual(drawn.at(-1)?.keys)
  expect((await stored.exported(which, last, last)).links?.edges).toEqual([])
  // A slider that goes back over the loss reads no more of the journal than the pictures themselves do.
  const read = store.journalPart.bind(store)
  const part = vi.spyOn(store, 'journalPart')
  const inLoss = drawn.filter(({ at }) => at >= lostAt).toReversed()
  for (const { at } of inLoss) await pastPicture(parts, at)
  const ofPictures = part.mock.calls.length
  part.mockClear()
  for (const { at, keys } of inLoss) expect(keysOf((await drawnPicture(parts, then, at)).edges)).toEqual(keys)
  expect(part).toHaveBeenCalledTimes(ofPictures)
  // One that nobody waits for is not drawn: the picture of the moment is there by then, its lines are not.
  const readBy = async (work: () => Promise<unknown>): Promise<number> => {
    part.mockClear()
    await work()
    return part.mock.calls.length
  }
  const ofPicture = await readBy(() => pastPicture(parts, last))
  const whole = await readBy(() => drawnPicture(parts, new LinesThen(data.scheduler), last))
  const [stop, again] = [new AbortController(), new LinesThen(data.scheduler)]
  part.mockImplementation((...which) => {
    if (part.mock.calls.length > ofPicture) stop.abort(new Error('enough'))
    return read(...which)
  })
  const calledOff = await readBy(() => expect(drawnPicture(parts, again, last, stop.signal)).rejects.toThrow('enough'))
  expect(calledOff).toBeLessThan(whole)
  // The next one goes on from there.
  const rest = await readBy(async () =>
    expect(keysOf((await drawnPicture(parts, again, last)).edges)).toEqual(drawn.at(-1)?.keys),
  )
  expect(calledOff + rest).toBe(whole + ofPicture)
  part.mockRestore()
  // What was written since is in it.
  await pass(1)
  put(ours)
  await pass(10)
  journal.flush()
  expect(keysOf((await drawnPicture(parts, again, last)).edges)).toEqual(drawn[drawn.length - 3]?.keys)
  expect(keysOf((await drawnPicture(parts, again, clock.now())).edges)).toEqual(drawn.at(-1)?.keys)
  // What is counted is what was told, as it is for the present.
  expect(keysOf((await pastPicture(parts, last)).edges)).toEqual([])
})

it('what ended with an earlier run is no line of a loss', () => {
  const loss = { at: 100, judgedAt: 100, heardAt: 90, purgeAfterMs: 60_000 }
  const rows = [peerRow(0), peerRow(1)]
  const edge: Edge = { a: peerIdAt(0), b: peerIdAt(1), kind: 'connection', saidBy: peerIdAt(0), at: 1 }
  const lines = new LinesOfLoss(loss, rows)
  const gone = rows.map(({ peerId }) => peerId)
  lines.take({ at: 50, rows: [], gone, edges: [], edgesGone: [edge] })
  lines.take({ at: 60, rows, gone: [], edges: [], edgesGone: [] })
  expect(lines.at(120)).toEqual([])
  lines.take({ at: 130, rows: [], gone: [], edges: [], edgesGone: [edge] })
  expect(lines.at(140)).toEqual([edge])
})

it('of very many changes of a loss the older ones are let go of, what came of them is not', () => {
  const loss = { at: 100, judgedAt: 100, heardAt: 90, purgeAfterMs: 60_000 }
  const lines = new LinesOfLoss(loss, [peerRow(0)])
  const saidBy = peerIdAt(0)
  const [flapping, other] = [1, 2].map((b): Edge => ({ a: saidBy, b: peerIdAt(b), kind: 'connection', saidBy, at: 1 }))
  if (flapping === undefined || other === undefined) throw new Error('no edges')
  const change = { rows: [], gone: [], edges: [], edgesGone: [] }
  lines.take({ ...change, at: 100, edgesGone: [other] })
  for (let at = 101; at <= 100_201; at += 2) {
    lines.take({ ...change, at, edgesGone: [flapping] })
    lines.take({ ...change, at: at + 1, edges: [flapping] })
  }
  expect(lines.from).toBe(100)
  expect(lines.at(101)).toEqual([other, flapping])
  lines.fold()
  expect(lines.from).toBeGreaterThan(50_000)
  expect(lines.at(100_202)).toEqual([other])
  expect(lines.at(100_201)).toEqual([other, flapping])
})

describe('the lines of a loss that lasts', () => {
  const keys = [edgeKey(edgeOf(0, 1)), edgeKey(edgeOf(1, 2)), edgeKey(edgeOf(2, 3))].toSorted()

  function edgeOf(a: number, b: number): Edge {
    return { a: peerIdAt(a), b: peerIdAt(b), kind: 'connection', saidBy: peerIdAt(a), at: START }
  }

  /** Four peers in a row, a part of the journal each second, and the network lost after ten. */
  async function lost(data: DataFolder, store = data.open(), networkKey: NetworkKey = NETWORK) {
    const { clock } = data
    const view = new View(clock, store.status())
    for (const index of [0, 1, 2, 3]) view.putRow(peerRow(index, { self: index === 0, lastSeen: START, rtt: null }))
    for (const index of [0, 1, 2]) view.putEdge(edgeOf(index, index + 1))
    const journal = new Journal({ store, networkKey, view, clock })
    journal.start()
    await journal.settled
    const parts = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index += 1) {
        await data.scheduler.run(SECOND)
        view.putRow(peerRow(3, { self: false, ticketCount: Math.floor(clock.now() / SECOND), rtt: null }))
        journal.flush()
      }
    }
    await parts(10)
    const since = clock.now()
    store.append(networkKey, since, { kind: 'NetworkLost', heardAt: START, since, purgeAfterMs: 60_000 })
    const journalOf = { store, networkKey, self: undefined }
    const draw = async (lines: LinesThen, at: number, signal?: AbortSignal): Promise<readonly string[]> =>
      keysOf((await drawnPicture(journalOf, lines, at, signal)).edges)
    const momentAt = async (at: number) => {
      const { loss, edges } = await pastPicture(journalOf, at)
      if (loss === null) throw new Error('nothing is lost')
      return { at, edges, loss }
    }
    /** The lines alone, of so many questions at once, and how often the journal was read for them. */
    const ask = async (lines: LinesThen, at = clock.now(), times = 1) => {
      const moment = await momentAt(at)
      const part = vi.spyOn(store, 'journalPart')
      const [kept = []] = await Promise.all(Array.from({ length: times }, () => lines.at(journalOf, moment)))
      const reads = part.mock.calls.length
      part.mockRestore()
      return { reads, kept: keysOf(kept) }
    }
    return { store, view, journal, parts, draw, ask, journalOf, momentAt, now: () => clock.now() }
  }

  it('are read once for all who ask at once', async () => {
    using data = new DataFolder()
    const { ask, now } = await lost(data)
    const alone = await ask(new LinesThen(data.scheduler))
    expect(alone.reads).toBeGreaterThan(10)
    expect(await ask(new LinesThen(data.scheduler), now(), 3)).toEqual(alone)
  })

  it('do not begin again because those of another loss are asked for meanwhile', async () => {
    using data = new DataFolder()
    const one = await lost(data)
    const other = await lost(data, one.store, OTHER)
    const lines = new LinesThen(data.scheduler)
    const moments = await Promise.all([one, other].map(async (of) => await of.momentAt(of.now())))
    const read = one.store.journalPart.bind(one.store)
    const stop = new AbortController()
    const part = vi.spyOn(one.store, 'journalPart').mockImplementation((...which) => {
      if (part.mock.calls.length > 200) stop.abort(new Error('they begin again and again'))
      return read(...which)
    })
    const ask = async (): Promise<unknown> =>
      await Promise.all(
        [one, other].map(async ({ journalOf }, index) => {
          const moment = moments[index]
          if (moment !== undefined) await lines.at(journalOf, moment, stop.signal)
        }),
      )
    await ask()
    const { length } = part.mock.calls
    await ask()
    expect(part.mock.calls).toHaveLength(length)
    part.mockRestore()
  })

  it('go on with what was written since, also of a moment that was asked for before', async () => {
    using data = new DataFolder()
    const { view, journal, parts, draw, ask, now, store } = await lost(data)
    const lines = new LinesThen(data.scheduler)
    await data.scheduler.run(SECOND)
    view.removeEdge(edgeOf(1, 2))
    await data.scheduler.run(SECOND)
    const at = now()
    // It is not written yet that it ended.
    expect(await draw(lines, at)).toEqual(keys)
    journal.flush()
    expect(await draw(lines, at)).toEqual(keys)
    await parts(5)
    store.append(NETWORK, now(), { kind: 'NetworkLost', heardAt: START, since: now(), purgeAfterMs: 60_000 })
    expect(await draw(lines, at)).toEqual(keys)
    // Each part is read once, and then its successor asked for.
    await ask(lines)
    await parts(1)
    expect(await ask(lines)).toMatchObject({ reads: 2, kept: [edgeKey(edgeOf(1, 2))] })
    expect(await ask(lines)).toMatchObject({ reads: 0 })
  })

  it('have those of a peer that only the event log knows to be gone', async () => {
    using data = new DataFolder()
    const { draw, now, store } = await lost(data)
    await data.scheduler.run(SECOND)
    const { peerId, version } = peerRow(3)
    store.append(NETWORK, now(), { kind: 'PeerDeparted', peerId, version, reason: 'lost' })
    const lines = new LinesThen(data.scheduler)
    const picture = await pastPicture({ store, networkKey: NETWORK, self: undefined }, now())
    expect(keysOf(picture.edges)).toEqual([edgeOf(0, 1), edgeOf(1, 2)].map(edgeKey).toSorted())
    expect(await draw(lines, now())).toEqual(keys)
  })

  it('are let go of a minute after the last question', async () => {
    using data = new DataFolder()
    const { ask, now } = await lost(data)
    const [lines, at] = [new LinesThen(data.scheduler), now()]
    const { reads } = await ask(lines, at)
    await data.scheduler.run(59_999)
    expect(await ask(lines, at)).toMatchObject({ reads: 0 })
    await data.scheduler.run(59_999)
    expect(await ask(lines, at)).toMatchObject({ reads: 0 })
    await data.scheduler.run(60_000)
    expect(await ask(lines, at)).toMatchObject({ reads })
  })
})
