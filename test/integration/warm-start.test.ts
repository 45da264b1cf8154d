/** The way back into a network with nothing but the data folder: over libp2p, on loopback. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { storedInvitation } from '../../src/main/monitor/invite.ts'
import type { CliProcess } from '../support/cli-process.ts'
import { startCli } from '../support/cli-process.ts'
import { testMonitor } from '../support/monitor.ts'
import { Nodes } from '../support/reach/nodes.ts'

const ALONE = ['--no-dht', '--no-mdns', '--no-upnp', '--no-relays', '--listen', '/ip4/127.0.0.1/tcp/0']

const byText = (a: string, b: string): number => (a < b ? -1 : 1)

async function withFolder(run: (dataDir: string) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'peerscope-warm-'))
  try {
    await run(dataDir)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

const discovers = (process: CliProcess, peerId: unknown): Promise<unknown> =>
  process.waitFor((line) => line.event === 'PeerDiscovered' && line['peerId'] === peerId)

describe('restarted without any bootstrap address or DHT', () => {
  it('[BS1, BS2] the app is back in the network through the store alone', async () => {
    await using nodes = new Nodes()
    const one = await nodes.open([])
    const two = await nodes.open([one])
    const { network } = nodes
    const all: readonly string[] = [one.peerId, two.peerId].toSorted(byText)
    await withFolder(async (dataDir) => {
      const first = testMonitor({ dataDir }).monitor
      await first.join({ network, bootstrap: [...one.addresses()] })
      const online = (monitor: typeof first): string[] =>
        [...monitor.view.rows()].filter(({ state, self }) => state === 'online' && !self).map(({ peerId }) => peerId)
      await expect.poll(() => online(first).toSorted(byText)).toEqual(all)
      expect((await first.detail(one.peerId)).learnedBy).toMatchObject({ path: 'given', from: null })
      await first.close()

      const again = testMonitor({ dataDir }).monitor
      try {
        await again.join({ network })
        await expect.poll(() => online(again).toSorted(byText), { timeout: 10_000 }).toEqual(all)
        const { attempts, given, learned, warm } = again.bootstrap()
        expect({ given, places: warm.places }).toEqual({ given: [], places: 2 })
        expect(learned.store).toBeGreaterThan(0)
        expect(learned.given).toBe(0)
        expect(attempts).toContainEqual(expect.objectContaining({ path: 'store', state: 'connected', tries: 1 }))
        expect(again.slots().state).toBe('off')
      } finally {
        await again.close()
      }
    })
  })

  it('[BS1, BS2] a headless node that was killed is back by its data folder, and knows who it was', async () => {
    const network = `warm-${randomUUID()}`
    await using other = startCli(['node', '--network', network, ...ALONE])
    const { peerId, addresses } = await other.waitFor('online')
    const [bootstrap = ''] = addresses as string[]
    await withFolder(async (dataDir) => {
      const args = ['node', '--network', network, '--data', dataDir, ...ALONE]
      await using first = startCli([...args, '--bootstrap', bootstrap])
      const online = await first.waitFor('online')
      await discovers(first, peerId)
      // What it knows is written soon after it was learned; nothing is written by a process that is killed.
      await expect.poll(() => inviteFrom(dataDir).includes(bootstrap), { timeout: 10_000 }).toBe(true)
      await first.stop('SIGKILL')

      await using again = startCli(args)
      expect((await again.waitFor('online'))['peerId']).toBe(online['peerId'])
      await discovers(again, peerId)
    })
  })
})

describe('an invitation', () => {
  it('that a running node makes brings another one in by the link alone', async () => {
    const network = `invited ${randomUUID()}`
    await using host = startCli(['node', '--network', network, ...ALONE])
    const { peerId } = await host.waitFor('online')
    host.say('invite')
    const { link } = await host.waitFor('reply')
    await using guest = startCli(['node', '--invite', String(link), ...ALONE])
    expect(await discovers(guest, peerId)).toMatchObject({ peerId })
  })
})

/** The addresses that an invitation made from the folder names. */
function inviteFrom(dataDir: string): readonly string[] {
  return storedInvitation({ dataDir, network: null, env: {} }, Date.now()).bootstrap
}
