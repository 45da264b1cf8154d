/** Ctrl-C ends every command over a file or a data folder before its end, however much there is. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { peerIdOf } from '../../../src/shared/ids.ts'
import type { Io } from '../../../src/main/cli/io.ts'
import { EXIT, run } from '../../../src/main/cli/run.ts'
import { snapshotFile, snapshotText } from '../../../src/main/monitor/exports/snapshot.ts'
import { importOffline } from '../../../src/main/monitor/offline.ts'
import { createSignatures } from '../../../src/main/network/signatures.ts'
import { databasePath } from '../../../src/main/store/data-dir.ts'
import { openStore } from '../../../src/main/store/store.ts'
import { NETWORK, secretOf } from '../../support/discovery/entries.ts'
import { peerRecord } from '../monitor/exports/records.ts'
import { keyOf } from '../../support/networks.ts'

/** More than is printed, read or taken in at once. */
const COUNT = 3000
const signatures = createSignatures()
const one = peerRecord('one').stored
let folder: string
let data: string
let snapshot: string
let signed: string

async function snapshotOf(name: string, records: Parameters<typeof snapshotText>[1]): Promise<string> {
  const path = join(folder, name)
  const maker = {
    network: { kind: 'peerscope' as const, id: NETWORK, name: 'n' },
    secret: secretOf('me'),
    signatures,
    now: 5000,
    filter: '',
  }
  await writeFile(path, snapshotFile(snapshotText(maker, records)))
  return path
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerscope-cancel-'))
  data = join(folder, 'data')
  const peerIds = Array.from({ length: COUNT }, (_, index) =>
    peerIdOf(Buffer.from(index.toString(16).padStart(64, '0'), 'hex')),
  )
  const store = openStore({ path: databasePath(data, process.platform), now: () => Date.now() })
  store.saveSecret(secretOf('me'))
  store.networkJoined({ kind: 'peerscope' as const, id: NETWORK, name: 'n', bootstrap: [], tags: [], at: Date.now() })
  for (const peerId of peerIds) {
    store.putPeer(keyOf(NETWORK), { ...one, peerId })
    store.append(keyOf(NETWORK), Date.now(), { kind: 'NeighborUp', peerId })
  }
  store.close()
  const unsigned = peerRecord('one', { signed: null })
  snapshot = await snapshotOf(
    'a.peerscope',
    peerIds.map((peerId) => ({ ...unsigned, row: { ...unsigned.row, peerId } })),
  )
  signed = await snapshotOf(
    'signed.peerscope',
    Array.from({ length: 600 }, (_, index) => peerRecord(`peer ${index}`)),
  )
})
afterAll(async () => await rm(folder, { recursive: true, force: true }))

/** Runs a command that is stopped when it first says something, or after so many turns of the event loop. */
async function stopped(argv: readonly string[], turns: number | null): Promise<{ code: number; lines: number }> {
  const stop = new AbortController()
  let out = ''
  const say = (text: string): void => {
    out += text
    if (turns === null) stop.abort()
  }
  const io: Io = {
    out: say,
    err: () => undefined,
    lines: () => null,
    endInput: () => undefined,
    env: {},
    interactive: false,
    stop: stop.signal,
  }
  let left = turns
  const count = (): void => {
    if (left === null) return
    left -= 1
    if (left <= 0) stop.abort()
    else setImmediate(count)
  }
  count()
  return { code: await run(argv, io), lines: out.split('\n').length - 1 }
}

describe('a command that is stopped', () => {
  it.each<[string, () => string[]]>([
    ['peers', () => ['peers', '--data', data, '--json']],
    ['events', () => ['events', '--data', data, '--limit', String(COUNT), '--json']],
    ['diff', () => ['diff', snapshot, '--data', data, '--json']],
    ['export', () => ['export', '--data', data, '--format', 'ndjson']],
  ])('prints no more: %s', async (_name, argv) => {
    const { code, lines } = await stopped(argv(), null)
    expect(code).toBe(EXIT.stopped)
    expect(lines).toBeLessThanOrEqual(500)
  })

  it.each<[string, () => string[]]>([
    ['verify', () => ['verify', snapshot]],
    ['diff', () => ['diff', snapshot, snapshot]],
    ['import', () => ['import', snapshot, '--data', join(folder, 'other')]],
    ['peers', () => ['peers', '--data', data]],
    ['export', () => ['export', '--data', data, '--format', 'json', '--out', join(folder, 'out.json')]],
  ])('reads no further: %s', async (_name, argv) => {
    expect(await stopped(argv(), 3)).toEqual({ code: EXIT.stopped, lines: 0 })
    expect(existsSync(join(folder, 'out.json'))).toBe(false)
  })

  it('keeps what an import took in before, and says how much it looked at', async () => {
    const stop = new AbortController()
    const steps: string[] = []
    const dataDir = join(folder, 'third')
    const importing = importOffline(signed, { dataDir, env: {} }, stop.signal, ({ step, done }) => {
      if (step !== 'offer') return
      steps.push(`${done}`)
      stop.abort()
    })
    await expect(importing).rejects.toMatchObject({
      code: 'Cancelled',
      message: expect.stringContaining('199 entries'),
    })
    expect(steps).toEqual(['199'])
    const store = openStore({ path: databasePath(dataDir, process.platform), now: () => Date.now() })
    expect(store.stats(null).rows.peers).toBe(199)
    store.close()
  })
})
