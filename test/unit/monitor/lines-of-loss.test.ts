import { expect, it, vi } from 'vitest'
import { momentLines } from '../../../src/main/monitor/exports/moment-file.ts'
import { momentLineFrom } from '../../../src/main/monitor/exports/moment-lines.ts'
import { PlayedFile } from '../../../src/main/monitor/exports/played-file.ts'
import { Journal } from '../../../src/main/monitor/journal/journal.ts'
import { LinesOfLoss, LinesThen } from '../../../src/main/monitor/journal/lines-of-loss.ts'
import { shownChanges } from '../../../src/main/monitor/journal/span.ts'
import { drawnPicture, pastPicture } from '../../../src/main/monitor/past.ts'
import { StoredNetworks } from '../../../src/main/monitor/stored.ts'
import { View } from '../../../src/main/monitor/view.ts'
import { createPeerStore, edgeKey } from '../../../src/renderer/src/stores/peer-store.ts'
import { LostLines } from '../../../src/shared/lost-lines.ts'
import type { Edge, PeerRow } from '../../../src/shared/peer.ts'
import { fakeSnapshot, fakeStatus, peerIdAt, peerRow } from '../../support/renderer/fake-network.ts'
import { DataFolder, NETWORK, NETWORK_ID, START } from '../store/data-folder.ts'

const SECOND = 1000
const keysOf = (edges: Iterable<Edge>): readonly string[] => [...edges].map(edgeKey).toSorted()

it('a past moment in a loss has the lines that the window kept then, and so has a shared one', async () => {
  using data = new DataFolder()
  const store = data.open()
  const clock = {
    now: () => START + data.scheduler.now,
    monotonic: () => data.scheduler.now,
    schedule: (delayMs: number, fn: () => void) => data.scheduler.schedule(delayMs, fn),
  }
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
  const then = new LinesThen()
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
  const later = drawn.filter(({ at }) => at >= from)
  expect(later.map(({ keys }) => keys.length)).toEqual([2, 2, 2])
  for (const { at, keys } of later)
    expect([at - START, keysOf((await shared.drawnAt(at, within)).edges)]).toEqual([at - START, keys])
  expect(keysOf((await shared.at(from, within)).edges)).toEqual([])
  // What is counted and exported is what was told, also of a network that is not joined.
  store.networkJoined({ kind: 'peerscope', id: NETWORK_ID, name: 'a', bootstrap: [], tags: [], at: START })
  const [stored, which] = [new StoredNetworks(store), { network: 'a', kind: 'peerscope' } as const]
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
  const whole = await readBy(() => drawnPicture(parts, new LinesThen(), last))
  const [stop, again] = [new AbortController(), new LinesThen()]
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
