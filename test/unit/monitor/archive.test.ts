import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { snapshotFile, snapshotText } from '../../../src/main/monitor/exports/snapshot.ts'
import { createSignatures } from '../../../src/main/network/signatures.ts'
import { peerIdOf } from '../../../src/shared/ids.ts'
import { NETWORK, secretOf } from '../../support/discovery/entries.ts'
import { testMonitor } from '../../support/monitor.ts'
import { peerRecord } from './exports/records.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerscope-archive-'))
})
afterEach(async () => await rm(folder, { recursive: true, force: true }))

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
