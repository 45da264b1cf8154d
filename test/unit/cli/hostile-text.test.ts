/** One hostile peer, network name, file and error through every command that prints text of others. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import { endOnException } from '../../../src/main/cli/crash.ts'
import type { Io } from '../../../src/main/cli/io.ts'
import { runNodeCommand } from '../../../src/main/cli/node-commands.ts'
import { createPrinter, printDiscoveryEvent } from '../../../src/main/cli/output.ts'
import { run } from '../../../src/main/cli/run.ts'
import { snapshotFile, snapshotText } from '../../../src/main/monitor/exports/snapshot.ts'
import { LastLines } from '../../../src/main/monitor/last-lines.ts'
import { createLogger } from '../../../src/main/monitor/log.ts'
import { statusWords } from '../../../src/main/monitor/status-words.ts'
import type { OpenNode } from '../../../src/main/monitor/open-node.ts'
import { createSignatures } from '../../../src/main/network/signatures.ts'
import { databasePath } from '../../../src/main/store/data-dir.ts'
import { openStore } from '../../../src/main/store/store.ts'
import { NETWORK, idOf, secretOf, signedOf } from '../../support/discovery/entries.ts'
import { ALL_HOSTILE, IN_TAGS, unseenIn } from '../../support/hostile-text.ts'
import { fakeStatus } from '../../support/renderer/fake-network.ts'
import { peerRecord } from '../monitor/exports/records.ts'
import { keyOf } from '../../support/networks.ts'
import { PLAIN_WORDS } from '../../../src/main/cli/kind-words.ts'
import { NOWHERE } from '../../../src/main/monitor/contacts.ts'
import { NameBook } from '../../../src/main/monitor/names/name-book.ts'
import { networkIdFrom } from '../../../src/shared/ids.ts'

const TAGS = IN_TAGS.map((text, at) => `${at}:${text}x`).toSorted()
const NAME = `net\n2026-01-01 00:00:00  forged line ${ALL_HOSTILE}`
const EVENTS: readonly DiscoveryEvent[] = [
  {
    kind: 'PeerDiscovered',
    peerId: idOf('bad'),
    source: 'gossip',
    tags: TAGS,
    addresses: [ALL_HOSTILE],
    version: { startedAt: 1, updatedAt: 1 },
  },
  { kind: 'DialFailed', target: ALL_HOSTILE, reason: NAME },
  { kind: 'SyncFailed', peerId: idOf('bad'), reason: NAME, retryInMs: null },
  { kind: 'DhtFailed', reason: NAME },
  { kind: 'EntryRejected', peerId: null, reason: 'BadSignature', source: 'gossip', detail: NAME },
]

let folder: string
let data: string
let snapshot: string
let said: string
const io: Io = {
  out: (text) => void (said += text),
  err: (text) => void (said += text),
  lines: () => null,
  endInput: () => undefined,
  env: {},
  interactive: false,
  stop: new AbortController().signal,
}

beforeEach(async () => {
  said = ''
  folder = await mkdtemp(join(tmpdir(), 'peerscope-hostile-'))
  data = join(folder, 'data')
  snapshot = join(folder, 'a.peerscope')
  const store = openStore({ path: databasePath(data, process.platform), now: () => Date.now() })
  store.saveSecret(secretOf('me'))
  store.networkJoined({ kind: 'peerscope' as const, id: NETWORK, name: NAME, bootstrap: [], tags: [], at: Date.now() })
  store.putPeer(keyOf(NETWORK), peerRecord('bad', { tags: TAGS, state: ALL_HOSTILE as 'online' }).stored)
  for (const event of EVENTS) store.append(keyOf(NETWORK), Date.now(), event)
  store.close()
  const bad = signedOf('bad', { tags: TAGS })
  const stored = { signed: { entry: bad.bytes, signature: bad.signature }, tags: TAGS }
  const maker = {
    network: { kind: 'peerscope' as const, id: NETWORK, name: NAME },
    secret: secretOf('me'),
    now: 5000,
    filter: NAME,
  }
  const text = snapshotText({ ...maker, signatures: createSignatures() }, [peerRecord('bad', stored)])
  await writeFile(snapshot, snapshotFile(text))
})
afterEach(async () => await rm(folder, { recursive: true, force: true }))

const odd = (): string => join(folder, `no\u202Efile\nforged`)

describe('a hostile peer steers no terminal and hides nothing', () => {
  it.each<[string, () => string[]]>([
    ['peers', () => ['peers', '--data', data]],
    ['events', () => ['events', '--data', data]],
    ['stats', () => ['stats', '--data', data]],
    ['stats of a network that is not there', () => ['stats', '--data', data, '--network', 'other']],
    ['verify', () => ['verify', snapshot]],
    ['diff', () => ['diff', snapshot, '--data', data]],
    ['verify of a file that is not there', () => ['verify', odd()]],
    ['diff of a file that is not there', () => ['diff', odd()]],
    ['a folder that is not there', () => ['peers', '--data', odd()]],
    ['a wrong filter', () => ['peers', '--data', data, '--filter', `rtt>${ALL_HOSTILE}`]],
    ['an unknown option', () => [`--${ALL_HOSTILE}`]],
    ['an unknown command', () => [ALL_HOSTILE]],
    [
      'a wrong invitation',
      () => ['node', '--invite', `peerscope://join?network=${encodeURIComponent(IN_TAGS.join('x'))}`],
    ],
    ['diagnostics', () => ['diagnostics', '--data', data]],
  ])('by %s', async (_name, argv) => {
    for (const args of [argv(), [...argv(), '--json']]) {
      said = ''
      await run(args, io)
      expect(said).not.toBe('')
      expect(unseenIn(said)).toEqual([])
      expect(said.split('\n').filter((line) => /^(?:2026-01-01|forged)/.test(line))).toEqual([])
    }
  })

  it('and programs read what it said as it was', async () => {
    await run(['peers', '--data', data, '--json'], io)
    expect(JSON.parse(said)).toMatchObject({ tags: TAGS })
  })

  it('by what `node` and `serve` print as it happens', () => {
    for (const json of [false, true]) {
      const printer = createPrinter(io, json)
      for (const event of EVENTS) printDiscoveryEvent(printer, event, 5)
      printer.event('error', { message: NAME }, `cannot join: ${NAME}`)
      printer.event('online', { addresses: [NAME] }, ['online', `  ${NAME}`])
    }
    expect(unseenIn(said)).toEqual([])
    expect(said.split('\n').filter((line) => line.startsWith('2026-01-01'))).toEqual([])
  })

  it('by what a node answers to "peers" and to nonsense', async () => {
    const peers = new Map([
      [idOf('bad'), { entry: signedOf('bad', { tags: TAGS }).entry, self: false, tags: TAGS, rtt: null }],
    ])
    const node = { discovery: { catalog: () => ({ peers }) } } as unknown as OpenNode
    const names = new NameBook(NOWHERE, keyOf(networkIdFrom('n')))
    const running = { node, names, words: PLAIN_WORDS }
    for (const json of [false, true]) {
      await runNodeCommand({ ...running, network: NAME }, 'peers', createPrinter(io, json))
      await runNodeCommand({ ...running, network: NAME }, ALL_HOSTILE, createPrinter(io, json))
    }
    expect(said).toContain('<U+202E>')
    expect(unseenIn(said)).toEqual([])
  })

  it('by the log, which programs read as it was', () => {
    const lines: string[] = []
    const logger = createLogger(
      'trace',
      (line) => lines.push(line),
      (line) => lines.push(line),
    )
    logger.warn({ err: new Error(ALL_HOSTILE), target: ALL_HOSTILE, tags: TAGS }, ALL_HOSTILE)
    expect(lines).toHaveLength(2)
    for (const line of lines) {
      expect(unseenIn(line)).toEqual([])
      expect(JSON.parse(line)).toMatchObject({ tags: TAGS, err: { message: expect.stringContaining('\u202E') } })
    }
  })

  it('by an error that nobody caught', () => {
    let caught: (error: unknown) => void = () => undefined
    const events = { on: (_name: string, listener: (error: unknown) => void) => void (caught = listener) }
    endOnException({ events, ...io, json: false, stop: () => undefined, exit: () => undefined })
    caught(new Error(ALL_HOSTILE))
    expect(said).toContain('<U+202E>')
    expect(unseenIn(said)).toEqual([])
  })

  it('by the last words of a process, and where the tray says how things are', () => {
    const last = new LastLines()
    last.add(`${ALL_HOSTILE.replaceAll('\r', '')}\n`)
    expect(unseenIn(last.summary())).toEqual([])
    const status = { ...fakeStatus(2, 1), network: { kind: 'peerscope' as const, id: NETWORK, name: NAME } }
    expect(unseenIn(statusWords(status))).toEqual([])
    expect(statusWords(status)).not.toContain('\n')
  })
})
