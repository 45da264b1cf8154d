import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { Discovery } from '../../src/main/api.ts'
import type { DiscoveryEvent, JoinOptions } from '../../src/main/api.ts'
import { startCli } from '../support/cli-process.ts'

const join = (network: string, options: Partial<JoinOptions> = {}): Promise<Discovery> =>
  Discovery.join({ network, listen: ['/ip4/127.0.0.1/tcp/0'], ...options })

it('[WK4, SY7, HD1] dial, get, syncWith, ping and askNeighbors take addresses, and peers by their ids', async () => {
  const network = `api-${randomUUID()}`
  await using hub = await join(network, { tags: ['hub'] })
  await using one = await join(network, { tags: ['one'] })
  await using two = await join(network)
  await using stranger = await join(`other-${randomUUID()}`)
  const [address = ''] = hub.addresses()
  const bare = address.replace(/\/p2p\/.*/, '')

  expect(two.get(hub.peerId)).toBeNull()
  const wrong = `${bare}/p2p/${one.peerId}`
  expect(await two.dial([bare, wrong, '127.0.0.1:4001'])).toEqual([
    { address: bare, peerId: hub.peerId, error: null },
    { address: wrong, peerId: null, error: expect.objectContaining({ code: 'DialFailed' }) },
    { address: '127.0.0.1:4001', peerId: null, error: expect.objectContaining({ code: 'InvalidArgument' }) },
  ])
  expect(await two.syncWith(hub.peerId)).toMatchObject({ peerId: hub.peerId })
  expect(two.get(hub.peerId)?.entry.tags).toEqual(['hub'])

  // Nobody told one of the hub: the address is all that it has, with and without the id.
  await expect(one.syncWith(hub.peerId)).rejects.toMatchObject({ code: 'UnknownPeer' })
  const synced = await one.syncWith(bare)
  expect(synced.peerId).toBe(hub.peerId)
  expect(synced.durationMs).toBeGreaterThan(0)
  expect(one.get(two.peerId)?.entry.peerId).toBe(two.peerId)
  expect(await one.ping(address)).toMatchObject({ peerId: hub.peerId, entry: { tags: ['hub'] } })
  const { connected } = await one.askNeighbors(address)
  expect(connected).toContain(one.peerId)

  await expect(one.syncWith('nobody')).rejects.toMatchObject({ code: 'InvalidArgument' })
  await expect(one.syncWith(wrong)).rejects.toMatchObject({ code: 'DialFailed' })
  const [elsewhere = ''] = stranger.addresses()
  await expect(one.syncWith(elsewhere)).rejects.toMatchObject({
    code: 'StreamFailed',
    message: expect.stringContaining('it is not in this network'),
  })
  await expect(one.ping(address, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'Cancelled' })

  await one.leave()
  await expect(one.dial([address])).rejects.toMatchObject({ code: 'Cancelled' })
  await expect(one.syncWith(address)).rejects.toMatchObject({ code: 'Cancelled' })
})

it('[EV4] listeners that throw, or whose promises are rejected, end nothing', async () => {
  const network = `api-${randomUUID()}`
  const failures: unknown[] = []
  await using hub = await join(network)
  await using one = await join(network, { onListenerError: (error) => failures.push(error) })
  const [thrown, rejected] = [new Error('of an event'), new Error('of a change')]
  const kinds = new Set<DiscoveryEvent['kind']>()
  one.onEvent(() => {
    throw thrown
  })
  one.onEvent(({ kind }) => kinds.add(kind))
  one.onChange(() => Promise.reject(rejected))
  const events = one.events()
  await one.dial(hub.addresses())
  for await (const { kind } of events) if (kind === 'SyncCompleted') break
  await one.addTags('still-here')
  await expect.poll(() => hub.get(one.peerId)?.entry.tags).toEqual(['still-here'])
  expect([...kinds]).toEqual(expect.arrayContaining(['PeerDiscovered', 'SyncCompleted', 'LocalEntryUpdated']))
  expect(failures).toEqual(expect.arrayContaining([thrown, rejected]))
  await one.leave()
  await one.ended
})

it('[HD1] leaves nothing behind that keeps the process alive', async () => {
  const program = new URL('leave-program.ts', import.meta.url).pathname
  const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 120_000 })
  expect(JSON.parse(stdout)).toEqual({ known: [2, 2], left: [] })
})

it('[HD1] a network can be joined again while it is being left, with the same identity', async () => {
  const options = { secret: 'the same', config: { gracefulDepartureWindow: 200 } }
  const network = `api-${randomUUID()}`
  await using hub = await join(network)
  const first = await join(network, { ...options, bootstrap: hub.addresses() })
  await expect.poll(() => hub.get(first.peerId)).not.toBeNull()
  const leaving = first.leave()
  await using again = await join(network, { ...options, bootstrap: hub.addresses() })
  await leaving
  expect(again.peerId).toBe(first.peerId)
  expect(again.health().state).not.toBe('stopped')
  await expect.poll(() => hub.get(again.peerId)?.entry.version.startedAt).toBe(again.me().entry.version.startedAt)
})

const EXAMPLE = new URL('../../examples/watch.ts', import.meta.url).pathname

it('[HD1] the example joins with the library, sees a peer come and go, is seen with its tag, and says goodbye', async () => {
  const network = `api-${randomUUID()}`
  await using peer = startCli(['node', '--network', network, '--listen', '/ip4/127.0.0.1/tcp/0', '--tag', 'role:seed'])
  const online = await peer.waitFor('online')
  const [address = ''] = online['addresses'] as string[]
  const child = spawn(process.execPath, ['--conditions=peerscope-source', EXAMPLE, network, address], { stdio: 'pipe' })
  const ended = once(child, 'close')
  try {
    const seen = new Set<string>()
    let printed: () => void = () => undefined
    createInterface({ input: child.stdout }).on('line', (line) => {
      seen.add(line)
      printed()
    })
    const line = async (wanted: string): Promise<void> => {
      while (!seen.has(wanted)) {
        await new Promise<void>((resolve) => {
          printed = resolve
        })
      }
    }
    const watcher = await peer.waitFor('PeerDiscovered')
    expect(watcher['tags']).toEqual(['role:watcher'])
    await line(`+ ${String(online['peerId'])} role:seed`)
    child.kill('SIGTERM')
    await ended
    const departed = await peer.waitFor('PeerDeparted')
    expect([departed['peerId'], departed['reason']]).toEqual([watcher['peerId'], 'graceful'])
    expect(child.exitCode).toBe(0)
  } finally {
    child.kill('SIGKILL')
    await ended
  }
})
