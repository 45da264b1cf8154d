import { randomUUID } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CrawlMessage } from '../../src/shared/contract.ts'
import type { Edge } from '../../src/shared/peer.ts'
import type { CliProcess } from '../support/cli-process.ts'
import { startCli } from '../support/cli-process.ts'
import { testMonitor } from '../support/monitor.ts'

const QUIET = ['--no-dht', '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0']
const network = `crawl-${randomUUID()}`
let silent: CliProcess
let swarm: CliProcess
let bootstrap = ''
let swarmIds: string[] = []
let silentId = ''

beforeAll(async () => {
  silent = startCli(['node', '--network', network, ...QUIET, '--answer-neighbors', 'false'])
  const online = await silent.waitFor('online')
  silentId = String(online['peerId'])
  bootstrap = (online['addresses'] as string[])[0] ?? ''
  swarm = startCli(['swarm', '--network', network, '--nodes', '5', '--seed', '5', '--bootstrap', bootstrap])
  const started = await swarm.waitFor('swarm')
  swarmIds = (started['addresses'] as string[]).map((address) => address.split('/p2p/')[1] ?? '')
  await silent.waitFor(
    () => new Set(silent.lines.flatMap((line) => (line.event === 'PeerDiscovered' ? [line['peerId']] : []))).size === 5,
  )
})
afterAll(async () => {
  await Promise.all([silent, swarm].map((process) => process.stop('SIGKILL')))
})

describe('[TP1] a crawl over libp2p', () => {
  it('by command: tells of each peer what it said, counts those that do not answer, and leaves', async () => {
    await using crawl = startCli(['crawl', '--network', network, '--bootstrap', bootstrap, ...QUIET])
    const sum = await crawl.waitFor('crawl')
    expect(await crawl.exited()).toBe(0)
    expect(sum).toMatchObject({ whole: true, asked: 6, answered: 5, refused: 1, failed: 0, waiting: 0 })
    // To others it says what it is, and goodbye.
    const met = await silent.waitFor(
      ({ event, tags }) => event === 'PeerDiscovered' && Array.isArray(tags) && tags.includes('peerscope-crawl'),
    )
    expect(
      await silent.waitFor(({ event, peerId }) => event === 'PeerDeparted' && peerId === met['peerId']),
    ).toMatchObject({
      reason: 'graceful',
    })
    const peers = crawl.lines.filter(({ event }) => event === 'peer')
    expect(new Set(peers.map((line) => line['peerId']))).toEqual(new Set([...swarmIds, silentId]))
    for (const line of peers) {
      const connected = line['connected'] as string[]
      const answers = line['peerId'] !== silentId
      expect(line['outcome']).toBe(answers ? 'answered' : 'refused')
      expect(connected.length > 0).toBe(answers)
      expect(connected).not.toContain(line['peerId'])
    }
  })

  // Where there is no other interface all networks are of this machine (rule AD2).
  const interfaces = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  it.skipIf(interfaces.every(({ internal }) => internal))(
    'by command, of peers of this machine by a node that listens beyond it: says who was not asked, and why',
    async () => {
      const listen = ['--listen', '/ip4/0.0.0.0/tcp/0']
      await using crawl = startCli([
        'crawl',
        '--network',
        network,
        '--bootstrap',
        bootstrap,
        '--no-dht',
        '--no-mdns',
        ...listen,
      ])
      const sum = await crawl.waitFor('crawl')
      const peers = crawl.lines.filter(({ event }) => event === 'peer')
      const notAsked = peers.filter((line) => line['outcome'] === 'notAsked' && line['why'] === 'ownMachine')
      // A node that missed the goodbye of the crawl before this one may still tell of it.
      expect(notAsked.map((line) => line['peerId'])).toEqual(expect.arrayContaining(swarmIds))
      expect(sum).toMatchObject({ asked: 1, refused: 1, failed: 0, notAsked: { ownMachine: notAsked.length } })
    },
  )

  it('by command, of a network where nobody is: says so', async () => {
    await using crawl = startCli(['crawl', '--network', `n-${randomUUID()}`, '--wait', '300ms', ...QUIET])
    expect(await crawl.waitFor('error')).toMatchObject({ code: 'Unavailable' })
    expect(await crawl.exited()).toBe(1)
  })

  it('[TP2] by the contract: the links come into the view with their evidence, and are stored', async () => {
    const { monitor, router } = testMonitor()
    try {
      const client = createRouterClient(router)
      await expect(client.topology.crawl()).rejects.toMatchObject({ code: 'NotJoined' })
      await expect(client.topology.list({})).rejects.toMatchObject({ code: 'NotJoined' })
      await client.network.join({ network, bootstrap: [bootstrap] })
      const online = (): number =>
        [...monitor.view.rows()].filter(({ self, state }) => !self && state === 'online').length
      await expect.poll(online, { timeout: 10_000 }).toBe(6)
      const messages: CrawlMessage[] = []
      for await (const message of await client.topology.crawl()) messages.push(message)
      const done = messages.at(-1)
      if (done?.kind !== 'done') throw new Error('the crawl told no result')
      expect(done.progress).toMatchObject({ asked: 6, answered: 5, refused: 1 })
      const { topologies, more } = await client.topology.list({})
      expect([topologies[0], more]).toEqual([done.topology, false])
      const parts = []
      for await (const part of await client.topology.get({ id: done.topology.id })) parts.push(part)
      expect(parts.at(-1)).toMatchObject({ topology: done.topology })
      const edges = parts.flatMap((part): readonly Edge[] => (part.kind === 'edges' ? part.edges : []))
      expect(edges).toHaveLength(done.topology.edgeCount)
      const saidBy = new Set<string>(edges.flatMap((edge) => (edge.kind === 'holds' ? [] : edge.saidBy)))
      for (const peerId of swarmIds) expect(saidBy).toContain(peerId)
      expect(saidBy).not.toContain(silentId)
      const { id } = done.topology
      expect(await client.topology.compare({ before: id, after: id })).toMatchObject({ cameCount: 0, wentCount: 0 })
      const { value: missing } = await (await client.topology.get({ id: id + 1 })).next()
      expect(missing).toEqual({ kind: 'done', topology: null })
      await expect(client.topology.compare({ before: id + 1, after: null })).rejects.toMatchObject({
        code: 'InvalidArgument',
      })
    } finally {
      await monitor.close()
    }
  })
})
