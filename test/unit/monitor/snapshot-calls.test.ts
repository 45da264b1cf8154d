import fs from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { createRouterClient } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Contract, SnapshotReport, WorkMessage } from '../../../src/shared/contract.ts'
import { peerIdOf } from '../../../src/shared/ids.ts'
import type { Discovery } from '../../../src/main/discovery/handle.ts'
import { snapshotFile, snapshotText } from '../../../src/main/monitor/exports/snapshot.ts'
import { importSnapshot } from '../../../src/main/monitor/exports/snapshots.ts'
import type { Monitor } from '../../../src/main/monitor/monitor.ts'
import type { MonitorRouter } from '../../../src/main/monitor/router.ts'
import { createSignatures } from '../../../src/main/network/signatures.ts'
import { NETWORK, secretOf } from '../../support/discovery/entries.ts'
import { testMonitor } from '../../support/monitor.ts'
import { countTurns } from '../../support/turns.ts'
import { peerRecord } from './exports/records.ts'

const signatures = createSignatures()
const network = { kind: 'peerscope', id: NETWORK, name: 'some' } as const
const MAKER = { network, secret: secretOf('me'), signatures, now: 5000, filter: '' }
let folder: string
let monitor: Monitor
let router: MonitorRouter
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerscope-snapshot-calls-'))
  ;({ monitor, router } = testMonitor())
})
afterEach(async () => {
  vi.restoreAllMocks()
  await monitor.close()
  await rm(folder, { recursive: true, force: true })
})

/** A snapshot of so many peers, which nobody signed. @returns its path */
async function snapshotOf(count: number): Promise<string> {
  const one = peerRecord('one', { signed: null })
  const peers = Array.from({ length: count }, (_, index) => {
    const peerId = peerIdOf(Buffer.from(index.toString(16).padStart(64, '0'), 'hex'))
    return { ...one, row: { ...one.row, peerId } }
  })
  const path = join(folder, 'a.peerscope')
  await writeFile(path, snapshotFile(snapshotText(MAKER, peers)))
  return path
}

describe('from the other end of a port', () => {
  let ports: MessageChannel
  let client: ContractRouterClient<Contract>
  beforeEach(() => {
    ports = new MessageChannel()
    new RPCHandler(router).upgrade(ports.port1)
    client = createORPCClient(new RPCLink({ port: ports.port2 }))
  })
  afterEach(() => ports.port1.close())

  it('work on a snapshot tells how far it is, and last what came of it', async () => {
    const file = await monitor.archive.takeFile(await snapshotOf(1000))
    const messages: WorkMessage<SnapshotReport>[] = []
    for await (const message of await client.snapshots.verify({ file })) messages.push(message)
    expect(messages[0]).toEqual({ kind: 'progress', step: { step: 'check', done: 64, total: 1000 } })
    expect(messages.at(-1)).toMatchObject({ kind: 'done', result: { ok: true, peers: 1000 } })
    const steps = messages.flatMap((message) => (message.kind === 'done' ? [] : message.step.done))
    expect(steps).toHaveLength(messages.length - 1)
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
  })

  it('a stream that fails says with its code and its words why', async () => {
    const path = join(folder, 'b.peerscope')
    await writeFile(path, 'no snapshot')
    const file = await monitor.archive.takeFile(path)
    const work = await client.snapshots.verify({ file })
    await expect(work.next()).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining('this is no snapshot of Peerscope'),
    })
    const exported = await client.exports.file({ format: 'json' })
    await expect(exported.next()).rejects.toMatchObject({ code: 'NotJoined' })
  })

  it.each(['verify', 'import', 'look'] as const)('%s ends when its call is called off', async (call) => {
    const begun = Promise.withResolvers<AbortSignal>()
    vi.spyOn(monitor.archive, call).mockImplementation(async (_file: string, signal: AbortSignal): Promise<never> => {
      begun.resolve(signal)
      return await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    })
    const stop = new AbortController()
    const messages = await client.snapshots[call]({ file: 'file' }, { signal: stop.signal })
    const next = messages.next()
    const signal = await begun.promise
    const ended = new Promise((resolve) => {
      signal.addEventListener('abort', resolve)
    })
    stop.abort()
    await expect(next).rejects.toMatchObject({ name: 'AbortError' })
    await ended
  })
})

describe('a snapshot of many peers', () => {
  /** Resolves when a file is closed. */
  function closed(): Promise<void> {
    const { close } = fs
    return new Promise((resolve) => {
      vi.spyOn(fs, 'close').mockImplementation((fd, done) => {
        close(fd, done)
        resolve()
      })
    })
  }

  it('is read no further once the call is called off', async () => {
    const path = await snapshotOf(20_000)
    const file = await monitor.archive.takeFile(path)
    const read = vi.spyOn(fs, 'read')
    const close = closed()
    const stop = new AbortController()
    const client = createRouterClient(router)
    const check = async (): Promise<void> => {
      for await (const message of await client.snapshots.verify({ file }, { signal: stop.signal })) {
        expect(message).toMatchObject({ kind: 'progress' })
        stop.abort()
      }
    }
    await expect(check()).rejects.toMatchObject({ code: 'Cancelled' })
    await close
    const { size } = await stat(path)
    expect(read.mock.calls.length * 64 * 1024).toBeLessThan(size / 2)
  })

  it('is looked at in parts, and others have a turn between them', async () => {
    const file = await monitor.archive.takeFile(await snapshotOf(1200))
    const turns = countTurns()
    const parts: number[] = []
    const at: number[] = []
    for await (const message of await createRouterClient(router).snapshots.look({ file })) {
      if (message.kind !== 'rows') continue
      parts.push(message.peers.length)
      at.push(turns.count)
    }
    turns.stop()
    expect(parts).toEqual([500, 500, 200])
    expect(new Set(at).size).toBe(3)
  })

  it('is read no further once nobody listens', async () => {
    const file = await monitor.archive.takeFile(await snapshotOf(20_000))
    const close = closed()
    for await (const message of await createRouterClient(router).snapshots.look({ file })) {
      expect(message).toMatchObject({ kind: 'progress', step: { step: 'check' } })
      break
    }
    await close
  })
})

it('a snapshot is offered to the catalog no further once that is called off', async () => {
  const path = join(folder, 'a.peerscope')
  const peers = ['a', 'b', 'c', 'd', 'e'].map((name) => peerRecord(name))
  await writeFile(path, snapshotFile(snapshotText(MAKER, peers)))
  const stop = new AbortController()
  const offered: string[] = []
  const feed: Discovery['feed'] = async ({ entry }) => {
    offered.push(entry.peerId)
    if (offered.length === 3) stop.abort()
    return 'New'
  }
  const importing = importSnapshot(path, 'peerscope', { feed }, { signatures, signal: stop.signal })
  await expect(importing).rejects.toMatchObject({ code: 'Cancelled' })
  expect(offered).toEqual(peers.slice(0, 3).map(({ row }) => row.peerId))
})

it('entries of a network of another kind are counted, and offered to nobody', async () => {
  const path = join(folder, 'a.peerscope')
  await writeFile(
    path,
    snapshotFile(
      snapshotText(
        MAKER,
        ['a', 'b'].map((name) => peerRecord(name)),
      ),
    ),
  )
  const feed: Discovery['feed'] = () => Promise.reject(new Error('offered'))
  const reading = { signatures, signal: AbortSignal.timeout(10_000) }
  expect(await importSnapshot(path, 'mosaik', { feed }, reading)).toEqual({ outcomes: { DifferentNetwork: 2 } })
})
