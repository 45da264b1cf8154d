import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { momentLineText } from '../../../src/main/monitor/exports/moment-lines.ts'
import { momentText, snapshotFile, snapshotText } from '../../../src/main/monitor/exports/snapshot.ts'
import { createSignatures } from '../../../src/main/network/signatures.ts'
import { peerIdOf } from '../../../src/shared/ids.ts'
import { NETWORK, secretOf } from '../../support/discovery/entries.ts'
import { testMonitor } from '../../support/monitor.ts'
import { peerRow } from '../../support/renderer/fake-network.ts'
import { peerRecord } from './exports/records.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerscope-archive-'))
})
afterEach(async () => await rm(folder, { recursive: true, force: true }))

it('a shared moment that is looked at has charts, and peers by value at each of its times', async () => {
  const us = { ...peerRow(0), peerId: peerIdOf(secretOf('us')), self: true }
  const [ann, ben] = [1, 2].map((index) => peerRow(index, { self: false, state: 'online', tags: ['role:seed'] }))
  const none = { gone: [], edges: [], edgesGone: [] } as const
  const lines = async function* (): AsyncGenerator<string> {
    yield momentLineText({ kind: 'shown', rows: [us, ann ?? us], edges: [] })
    yield momentLineText({ kind: 'change', at: 3000, rows: [ben ?? us], ...none })
  }
  const network = { kind: 'peerscope', id: NETWORK, name: 'shared' } as const
  const maker = { network, secret: secretOf('me'), signatures: createSignatures(), now: 5000, filter: '' }
  const path = join(folder, 'moment.peerscope')
  const moment = { asOf: 2000, from: 1000, to: 5000 }
  await writeFile(path, snapshotFile(momentText(maker, [], { moment, lines: lines() })))
  const { monitor } = testMonitor()
  try {
    const { archive } = monitor
    const file = await archive.takeFile(path)
    await expect(archive.playedSeries(file, { from: 1000, to: 5000 })).rejects.toThrow('look at it again')
    await archive.look(file, new AbortController().signal)
    expect((await archive.playedSeries(file, { from: 1000, to: 5000, points: 4 })).here).toEqual([1, 1, 2, 2])
    const seeds = async (at?: number) => (await archive.playedBreakdown(file, { by: 'tag:role', at })).slices
    expect(await seeds()).toMatchObject([{ value: 'seed', count: 1 }])
    expect(await seeds(4000)).toMatchObject([{ value: 'seed', count: 2 }])
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
  const network = { kind: 'peerscope', id: NETWORK, name: 'large' } as const
  const maker = { network, secret: secretOf('me'), signatures: createSignatures(), now: 5000, filter: '' }
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
