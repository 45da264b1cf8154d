import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import Database from 'better-sqlite3'
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Contract } from '../../src/shared/contract.ts'
import { peerOf } from '../../src/shared/events.ts'
import type { LoggedEvent } from '../../src/shared/events.ts'
import { networkIdFrom } from '../../src/shared/ids.ts'
import { TOKEN_PROTOCOL, WEB_PROTOCOL, WEB_SOCKET_PATH } from '../../src/shared/web-binding.ts'
import { databasePath } from '../../src/main/store/data-dir.ts'
import { openStore } from '../../src/main/store/store.ts'
import { SeededRandom } from '../sim/random.ts'
import { startCli } from '../support/cli-process.ts'
import type { CliProcess } from '../support/cli-process.ts'
import { keyOf } from '../support/networks.ts'

const ROOT = new URL('../..', import.meta.url).pathname
const QUIET = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-dht', '--no-mdns']
const PROMISED_MS = 250
const KILLS = 4
const SEED = 11

/** The contract as the window has it, from the address that `serve` prints. */
function connect(url: string): { client: ContractRouterClient<Contract>; close: () => void } {
  const page = new URL(url)
  const token = new URLSearchParams(page.hash.slice(1)).get('token') ?? ''
  const socket = new WebSocket(`ws://${page.host}${WEB_SOCKET_PATH}`, [WEB_PROTOCOL, TOKEN_PROTOCOL + token], {
    origin: page.origin,
  })
  socket.on('error', () => undefined)
  // The same to oRPC; only the declared types of listener options differ from those of browsers.
  const websocket = socket as unknown as globalThis.WebSocket
  return { client: createORPCClient(new RPCLink({ websocket })), close: () => socket.terminate() }
}

/**
 * Watches a window's events until `spanMs` after the first one about the peer beside, and gives them, one list for each
 * message. Our own tags and those of the peer change all the time, so that there is something to record.
 */
async function watch(url: string, peer: CliProcess, peerId: unknown, spanMs: number): Promise<LoggedEvent[][]> {
  const { client, close } = connect(url)
  const batches: LoggedEvent[][] = []
  const leave = new AbortController()
  let from: number | null = null
  try {
    for await (const message of await client.view.subscribe(undefined, { signal: leave.signal })) {
      const fresh = message.type === 'snapshot' ? message.events.toReversed() : (message.events ?? [])
      // A snapshot also has events of earlier runs.
      if (message.type === 'batch') from ??= fresh.find(({ event }) => peerOf(event) === peerId)?.at ?? null
      batches.push([...fresh])
      const last = fresh.at(-1)
      if (from !== null && last !== undefined && lastOf(last) - from >= spanMs) return batches
      const tag = `n:${batches.length}`
      peer.say(`tag add ${tag}`)
      peer.say(`tag remove ${tag}`)
      await client.self.addTags({ tags: [tag] }).catch(notJoinedYet)
      await client.self.removeTags({ tags: [tag] }).catch(notJoinedYet)
    }
    throw new Error('the window was cut off')
  } finally {
    leave.abort()
    close()
  }
}

/** When it happened last: what happens again and again is one row that changes. */
function lastOf({ at, lastAt = at }: LoggedEvent): number {
  return lastAt
}

function severalTimes(times: number): Pick<LoggedEvent, 'times'> {
  return times > 1 ? { times } : {}
}

function notJoinedYet(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'NotJoined')) throw error
}

function integrityOf(path: string): unknown {
  const db = new Database(path)
  try {
    return db.pragma('integrity_check', { simple: true })
  } finally {
    db.close()
  }
}

beforeAll(() => {
  // `serve` wants a built window, which a fresh checkout does not have.
  if (existsSync(join(ROOT, 'out', 'renderer', 'index.html'))) return
  const built = spawnSync('npx', ['electron-vite', 'build', '--logLevel', 'warn'], { cwd: ROOT, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`the window could not be built: ${built.stderr}`)
})

describe('peerscope serve', () => {
  it(`killed ${KILLS} times keeps its identity, its peers and every event older than ${PROMISED_MS} ms`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'peerscope-kill-'))
    const path = databasePath(folder, process.platform)
    const random = new SeededRandom(SEED)
    const network = `k-${randomUUID()}`
    const secrets = new Set<string>()
    let before = 0
    try {
      await using peer = startCli(['node', '--network', network, ...QUIET])
      const online = await peer.waitFor('online')
      const [bootstrap = ''] = online['addresses'] as string[]
      for (let kill = 0; kill < KILLS; kill++) {
        const args = ['serve', '--data', folder, '--network', network, '--bootstrap', bootstrap, ...QUIET]
        await using serve = startCli(args)
        const { url } = await serve.waitFor('serving')
        const batches = await watch(String(url), peer, online['peerId'], 400 + random.below(500))
        await serve.stop('SIGKILL')

        expect(integrityOf(path)).toBe('ok')
        const store = openStore({ path, now: () => Date.now() })
        try {
          expect(store.status()).toEqual({ state: 'ok', reason: '', path })
          secrets.add(Buffer.from(store.loadSecret() ?? []).toString('hex'))
          const stored = store
            .eventsPage({ networkKey: keyOf(networkIdFrom(network)), limit: 1000 })
            .events.toReversed()
          // What came with the last message may be younger than the store's last timer.
          const ranUntil = Math.max(0, ...batches.slice(0, -1).flat().map(lastOf))
          const old = new Map<number, LoggedEvent>()
          for (const event of batches.flat())
            if (event.seq > before && lastOf(event) <= ranUntil - PROMISED_MS) old.set(event.seq, event)
          expect(old.size).toBeGreaterThan(0)
          for (const { seq, at, event, times = 1 } of old.values()) {
            const row = stored.find((one) => one.seq === seq)
            // What happened again since then is in the same row.
            const again = (row?.times ?? 1) > times
            expect(row).toMatchObject(
              again ? { at, event: { kind: event.kind } } : { at, event, ...severalTimes(times) },
            )
          }
          expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1))
          expect(store.peers(keyOf(networkIdFrom(network))).map(({ peerId }) => peerId)).toContain(online['peerId'])
          expect(store.recentNetworks().map(({ name }) => name)).toEqual([network])
          before = stored.length
        } finally {
          store.close()
        }
      }
      expect(secrets.size).toBe(1)
      expect([...secrets][0]).toHaveLength(64)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
