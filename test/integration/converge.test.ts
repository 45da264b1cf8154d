import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startCli } from '../support/cli-process.ts'

const QUIET = ['--no-dht', '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0']

describe('a swarm', () => {
  it('[SY1, WK3] of eight with one bootstrap address: all know all others, with varied tags; it ends well', async () => {
    const network = `swarm-${randomUUID()}`
    await using watcher = startCli(['node', '--network', network, ...QUIET])
    const [address = ''] = (await watcher.waitFor('online'))['addresses'] as string[]
    await using swarm = startCli([
      'swarm',
      '--network',
      network,
      '--nodes',
      '8',
      '--seed',
      '3',
      '--bootstrap',
      address,
      '--announce-interval',
      '1s',
    ])
    const { addresses } = (await swarm.waitFor('swarm')) as unknown as { addresses: string[] }
    expect(addresses).toHaveLength(8)
    const known = (): Set<unknown> =>
      new Set(watcher.lines.filter((line) => line.event === 'PeerDiscovered').map((line) => line['peerId']))
    await watcher.waitFor(() => known().size === 8)
    expect(known()).toEqual(new Set(addresses.map((one) => one.split('/p2p/')[1])))
    const tags = new Set(
      watcher.lines.flatMap((line) => (line.event === 'PeerDiscovered' ? (line['tags'] as string[]) : [])),
    )
    expect(tags.size).toBeGreaterThan(5)
    // A goodbye goes by gossip: each must have been heard there once.
    const heard = (): Set<unknown> =>
      new Set(watcher.lines.filter((line) => line['source'] === 'gossip').map((line) => line['peerId']))
    await watcher.waitFor(() => heard().size === 8)
    expect(await swarm.stop('SIGINT')).toBe(0)
    const gone = (): number => watcher.lines.filter((line) => line.event === 'PeerDeparted').length
    await watcher.waitFor(() => gone() === 8)
    expect(watcher.lines.filter((line) => line['reason'] === 'graceful')).toHaveLength(8)
  })
})

describe('an export', () => {
  it('holds the stored catalog, also while the app runs; a wrong folder or network is told', async () => {
    const network = `export-${randomUUID()}`
    const dataDir = await mkdtemp(join(tmpdir(), 'peerscope-export-'))
    const out = `${dataDir}.json`
    try {
      await using peer = startCli(['node', '--network', network, '--tag', 'role:seed', ...QUIET])
      const online = await peer.waitFor('online')
      const [address = ''] = online['addresses'] as string[]
      await using app = startCli(['serve', '--data', dataDir, '--network', network, '--bootstrap', address, ...QUIET])
      await app.waitFor('serving')
      await peer.waitFor('PeerDiscovered')
      const read = async (): Promise<{
        peers: { peerId: string; state: string; tags: string[]; signed: unknown }[]
      }> => {
        await using run = startCli(['export', '--data', dataDir, '--format', 'json', '--out', out, '--force'])
        await run.waitFor('exported')
        return JSON.parse(await readFile(out, 'utf8')) as Awaited<ReturnType<typeof read>>
      }
      let file = await read()
      for (let tries = 0; file.peers.length === 0 && tries < 50; tries += 1) file = await read()
      expect(file.peers).toMatchObject([{ peerId: online['peerId'], state: 'online', tags: ['role:seed'] }])
      await app.stop('SIGTERM')
      expect((await read()).peers).toHaveLength(1)

      await using none = startCli(['export', '--data', join(dataDir, 'none'), '--format', 'json'])
      expect(await none.waitFor('error')).toMatchObject({
        code: 'StoreFailed',
        message: expect.stringContaining('name another folder with --data'),
      })
      expect(await none.exited()).toBe(1)
      await using other = startCli(['export', '--data', dataDir, '--format', 'json', '--network', 'another'])
      expect(await other.waitFor('error')).toMatchObject({ message: expect.stringContaining(network) })
    } finally {
      await rm(dataDir, { recursive: true, force: true })
      await rm(out, { force: true })
    }
  })
})
