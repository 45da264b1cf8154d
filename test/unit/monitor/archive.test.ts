import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Archive } from '../../../src/main/monitor/archive.ts'
import { momentLineText } from '../../../src/main/monitor/exports/moment-lines.ts'
import { momentText, snapshotFile, snapshotText } from '../../../src/main/monitor/exports/snapshot.ts'
import { View } from '../../../src/main/monitor/view.ts'
import { createSignatures } from '../../../src/main/network/signatures.ts'
import { peerIdOf } from '../../../src/shared/ids.ts'
import type { PeerRow } from '../../../src/shared/peer.ts'
import { stored } from '../../support/cli-archive.ts'
import { idOf, NETWORK, secretOf } from '../../support/discovery/entries.ts'
import { testMonitor } from '../../support/monitor.ts'
import { fakeStatus, peerRow } from '../../support/renderer/fake-network.ts'
import { DataFolder, NETWORK as DATA_NETWORK, NETWORK_ID, START } from '../store/data-folder.ts'
import { peerRecord } from './exports/records.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerscope-archive-'))
})
afterEach(async () => await rm(folder, { recursive: true, force: true }))

const us = { ...peerRow(0), peerId: peerIdOf(secretOf('us')), self: true }
const [ann, ben] = [1, 2].map((index) => peerRow(index, { self: false, state: 'online', tags: ['role:seed'] }))
const row = (index: number, tags: readonly string[]) => peerRow(index, { self: false, state: 'departed', tags })
const maker = {
  network: { kind: 'peerscope', id: NETWORK, name: 'shared' },
  secret: secretOf('me'),
  signatures: createSignatures(),
  now: 5000,
  filter: '',
} as const

/** The path of a moment with ann, and with ben from 3000 on. @param gone others, that said goodbye in it */
async function sharedMoment(name: string, gone: readonly PeerRow[] = []): Promise<string> {
  const none = { gone: [], edges: [], edgesGone: [] } as const
  const lines = async function* (): AsyncGenerator<string> {
    yield momentLineText({ kind: 'shown', rows: [us, ann ?? us], edges: [] })
    yield momentLineText({ kind: 'change', at: 3000, rows: [ben ?? us], ...none })
    for (const one of gone) yield momentLineText({ kind: 'change', at: 3500, rows: [one], ...none })
    const events = gone.map(({ peerId, version }, index) => ({
      seq: 1 + index,
      at: 3600,
      event: { kind: 'PeerDeparted', peerId, reason: 'graceful', version } as const,
    }))
    yield momentLineText({ kind: 'events', events })
  }
  const path = join(folder, `${name}.peerscope`)
  const moment = { asOf: 2000, from: 1000, to: 5000 }
  await writeFile(path, snapshotFile(momentText(maker, [], { moment, lines: lines() })))
  return path
}

it('a shared moment has charts, and peers by value at each of its times', async () => {
  const path = await sharedMoment('moment', [row(3, []), row(4, ['peerscope-crawl'])])
  const { monitor } = testMonitor()
  try {
    const { archive } = monitor
    const file = await archive.takeFile(path)
    await archive.look(file, new AbortController().signal)
    const series = await archive.playedSeries(file, { from: 1000, to: 5000, points: 4 })
    expect([series.here, series.left]).toEqual([[1, 1, 2, 2], null])
    const { left } = await archive.playedSeries(file, { from: 1000, to: 5000, points: 1, left: true })
    expect(left).toMatchObject({ goodbye: 1, crawls: 1 })
    const seeds = async (at?: number) => (await archive.playedBreakdown(file, { by: 'tag:role', at })).slices
    expect(await seeds()).toMatchObject([{ value: 'seed', count: 1 }])
    expect(await seeds(4000)).toMatchObject([{ value: 'seed', count: 2 }])
  } finally {
    await monitor.close()
  }
})

it('shared moments are played side by side, each for as long as its file is held', async () => {
  const { monitor } = testMonitor()
  try {
    const { archive } = monitor
    const files = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => await archive.takeFile(await sharedMoment(name))),
    )
    const here = async (file = ''): Promise<number> => (await archive.playedAt(file, 4000)).peers.length
    const { signal } = new AbortController()
    for (const file of files) {
      await archive.look(file, signal)
      expect([await here(file), await here(files[0])]).toEqual([3, 3])
    }
    // One whose place others took is read again, once for all who ask.
    const counts = { from: 1000, to: 5000, bins: 1 }
    const [asked] = await Promise.all([here(files[1]), archive.playedCounts(files[1] ?? '', counts)])
    expect(asked).toBe(3)
    // One that nobody waits for is not made.
    const called = AbortSignal.abort(new Error('called off'))
    await expect(archive.playedAt(files[1] ?? '', 4000, called)).rejects.toThrow('called off')
    archive.drop(files[1] ?? '')
    await expect(here(files[1])).rejects.toMatchObject({ code: 'UnknownFile' })
    const path = join(folder, 'snapshot.peerscope')
    await writeFile(path, snapshotFile(snapshotText(maker, [])))
    await expect(here(await archive.takeFile(path))).rejects.toMatchObject({ code: 'InvalidArgument' })
  } finally {
    await monitor.close()
  }
})

it('shared moments that are being read are not read once more, however many there are', async () => {
  const { monitor } = testMonitor()
  try {
    const { archive } = monitor
    const files = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => await archive.takeFile(await sharedMoment(name))),
    )
    const here = async (file = ''): Promise<number> => (await archive.playedAt(file, 4000)).peers.length
    // The first two take longer to read than the last.
    const slow = Promise.withResolvers<undefined>()
    const pathOf = archive.uploads.path.bind(archive.uploads)
    const path = vi.spyOn(archive.uploads, 'path')
    path.mockImplementation(async (file) => {
      if (file !== files.at(-1)) await slow.promise
      return await pathOf(file)
    })
    const asked = [...files, ...files].map(here)
    await here(files.at(-1))
    slow.resolve(undefined)
    expect(await Promise.all(asked)).toEqual([3, 3, 3, 3, 3, 3])
    expect(path).toHaveBeenCalledTimes(3)
    // The two that were used last are kept, in whatever order they were read.
    for (const file of files.slice(1)) await here(file)
    expect(path).toHaveBeenCalledTimes(3)
    // One that is looked at again while reading it fails stays too.
    const [first = ''] = files
    const { promise, reject } = Promise.withResolvers<string>()
    path.mockReturnValueOnce(promise)
    const failed = here(first)
    await archive.look(first, new AbortController().signal)
    reject(new Error('no such file'))
    await expect(failed).rejects.toThrow('no such file')
    path.mockClear()
    expect(await here(first)).toBe(3)
    expect(path).not.toHaveBeenCalled()
  } finally {
    await monitor.close()
  }
})

it('a snapshot of more peers than a window shows is refused with the limit, not cut', async () => {
  const one = peerRecord('one', { signed: null })
  const peers = Array.from({ length: 50_001 }, (_, index) => {
    const peerId = peerIdOf(Buffer.from(index.toString(16).padStart(64, '0'), 'hex'))
    return { ...one, row: { ...one.row, peerId } }
  })
  const path = join(folder, 'large.peerscope')
  await writeFile(path, snapshotFile(snapshotText(maker, peers)))
  const { monitor } = testMonitor()
  try {
    const { archive } = monitor
    const file = await archive.takeFile(path)
    const { signal } = new AbortController()
    expect(await archive.verify(file, signal)).toMatchObject({ ok: true, peers: 50_001 })
    await expect(archive.look(file, signal)).rejects.toMatchObject({ code: 'LimitExceeded', allowed: 50_000 })
  } finally {
    await monitor.close()
  }
})

it('a file that is written while we have lost the network has the links of those that were here', async () => {
  using data = new DataFolder()
  const store = data.open()
  const at = START + data.scheduler.now
  const clock = { now: () => at, monotonic: () => 0, schedule: () => () => undefined }
  const view = new View(clock, store.status())
  const [a, b] = [idOf('a'), idOf('b')]
  for (const name of ['a', 'b']) store.putPeer(DATA_NETWORK, stored(name, at))
  const row = { ...peerRow(1), peerId: a, version: { startedAt: 1, updatedAt: at } }
  view.putRow(row)
  view.putRow({ ...row, peerId: b, state: 'lost' })
  view.putEdge({ a, b, kind: 'neighbor', saidBy: a, at })
  const never = (): never => {
    throw new Error('not asked for')
  }
  const network = () => ({ kind: 'peerscope', id: NETWORK_ID, name: null }) as const
  const signatures = createSignatures()
  const archive = new Archive({ store, view, clock, network, signatures, discovery: never, flush: () => undefined })
  const wish = { what: 'catalog', format: 'dot', filter: '', from: null, to: null } as const
  const links = async (): Promise<number> => {
    let text = ''
    for await (const chunk of archive.file(wish)) text += chunk.text ?? ''
    return text.split(' -- ').length - 1
  }
  expect(await links()).toBe(0)
  view.setStatus(fakeStatus(2, at, 'lost'))
  expect(await links()).toBe(1)
})
