/** Data folders for tests of the commands that read them, and the command line to do so. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { Io } from '../../src/main/cli/io.ts'
import { run } from '../../src/main/cli/run.ts'
import { peerscope } from '../../src/main/discovery/dialects/peerscope/peerscope.ts'
import { signEntry } from '../../src/main/discovery/entry.ts'
import { createSignatures } from '../../src/main/network/signatures.ts'
import { databasePath } from '../../src/main/store/data-dir.ts'
import { acquireLock } from '../../src/main/store/lock.ts'
import { openStore } from '../../src/main/store/store.ts'
import type { Store, StoredPeer } from '../../src/main/store/types.ts'
import { entryOf, NETWORK, secretOf } from './discovery/entries.ts'
import { keyOf } from './networks.ts'

const signatures = createSignatures()
/** When all tests of the file began. */
export const NOW = Date.now()

/** The folder of each test, empty at its begin. */
export let folder: string

/** Makes a folder before each test of the file and removes it afterwards. */
export function folderForEachTest(): void {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerscope-cli-'))
  })
  afterEach(async () => await rm(folder, { recursive: true, force: true }))
}

/** What a run came to. */
export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs the command line. */
export async function cli(...argv: string[]): Promise<Ran> {
  return await stoppable(new AbortController().signal, ...argv)
}

/** The same, with a signal that stops it. */
export async function stoppable(stop: AbortSignal, ...argv: string[]): Promise<Ran> {
  let out = ''
  let err = ''
  const io: Io = {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    lines: () => null,
    endInput: () => undefined,
    env: {},
    interactive: false,
    stop,
  }
  return { code: await run(argv, io), out, err }
}

/** Holds a data folder as a Peerscope does that runs on it, until it is disposed of. */
export function holding(dataDir: string): Disposable {
  const lock = acquireLock(databasePath(dataDir, process.platform))
  return { [Symbol.dispose]: () => lock.release() }
}

/** Lines of JSON, parsed. */
export const jsonLines = (out: string): Record<string, unknown>[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

/** A stored peer of that name, its entry signed. */
export function stored(name: string, updatedAt: number, changes: Partial<StoredPeer> = {}): StoredPeer {
  const version = { startedAt: NOW - 3_600_000, updatedAt }
  const entry = entryOf(name, { version, tags: changes.tags ?? [`name:${name}`] })
  const { bytes, signature } = signEntry(entry, secretOf(name), signatures, peerscope)
  const { peerId, protocolVersion, addresses, tags, streams, functions, groups } = entry
  return {
    peerId,
    protocolVersion,
    addresses,
    tags,
    streams,
    functions,
    groups,
    version,
    state: 'online',
    departureReason: null,
    ticketCount: 0,
    source: 'gossip',
    firstSeen: NOW - 60_000,
    lastSeen: updatedAt,
    rtt: null,
    signed: { entry: bytes, signature },
    ...changes,
  }
}

/** A data folder with these peers, an identity and a few events. */
export function fill(
  dir: string,
  peers: readonly StoredPeer[],
  more: (store: Store) => void = () => undefined,
): string {
  const path = join(folder, dir)
  const store = openStore({ path: databasePath(path, process.platform), now: () => NOW })
  store.saveSecret(secretOf(`owner of ${dir}`))
  store.networkJoined({ kind: 'peerscope', id: NETWORK, name: 'test-network', bootstrap: [], tags: [], at: NOW })
  for (const peer of peers) store.putPeer(keyOf(NETWORK), peer)
  more(store)
  store.close()
  return path
}

/** Peers that are online, purged, and named with a character that turns text. */
export const three = (): StoredPeer[] => [
  stored('ann', NOW - 1000, { rtt: { srtt: 250, rttvar: 1, last: 250, at: NOW } }),
  stored('ben', NOW - 2000, { state: 'purged', departureReason: 'purged' }),
  stored('cat', NOW - 3000, { tags: ['a\u202Eb'] }),
]
