/** A mosaik network in the whole app, on real endpoints of iroh over loopback. */
import { afterEach, expect, it } from 'vitest'
import { openNode } from '../../src/main/monitor/open-node.ts'
import type { OpenNode } from '../../src/main/monitor/open-node.ts'
import { bytes32From, uniqueIdFrom } from '../../src/shared/ids.ts'
import { ABILITIES, networkKeyOf } from '../../src/shared/network-kind.ts'
import { endpointIdOf } from '../../src/shared/peer-form.ts'
import { pino } from 'pino'
import { createRouterClient } from '@orpc/server'
import { testMonitor } from '../support/monitor.ts'
import { networkRef } from '../../src/main/monitor/network-ref.ts'

const NETWORK = 'a mosaik network'
const POLL = { timeout: 20_000, interval: 20 }
const LISTEN = ['/ip4/127.0.0.1/udp/0/quic-v1']

let opened: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  await Promise.all(opened.map((one) => one.close()))
  opened = []
})

async function member(secret: string, tags: readonly string[]): Promise<OpenNode> {
  const node = await openNode(
    {
      network: NETWORK,
      kind: 'mosaik',
      secret: bytes32From(secret),
      listen: LISTEN,
      bootstrap: [],
      tags,
      config: {},
      dht: false,
      mdns: false,
      logger: pino({ enabled: false }),
    },
    AbortSignal.timeout(20_000),
  )
  opened.push({ close: () => node.stop() })
  return node
}

function app() {
  const { monitor, router } = testMonitor()
  opened.push({ close: () => monitor.close() })
  return { monitor, client: createRouterClient(router) }
}

it('is joined, shown by what it can do, and remembered; its ids are named by words', async () => {
  const seed = await member('seed', ['role:seed'])
  const { monitor, client } = app()
  const input = { network: NETWORK, kind: 'mosaik', tags: ['role:watcher'], bootstrap: [...seed.addresses()] } as const
  const status = await client.network.join({ ...input, bootstrap: [...input.bootstrap], tags: [...input.tags] })
  expect(status).toMatchObject({
    network: { kind: 'mosaik', name: NETWORK },
    abilities: ABILITIES.mosaik,
    relay: 'off',
    addresses: [expect.stringMatching(/^[0-9a-f]{64}@127\.0\.0\.1:\d+$/), expect.anything()],
  })
  await expect.poll(() => monitor.view.row(seed.peerId)?.state, POLL).toBe('online')

  expect(monitor.view.row(seed.peerId)?.tags).toEqual([uniqueIdFrom('role:seed')])
  expect((await client.names.list()).map(({ word }) => word)).toEqual(['role:watcher'])
  await client.events.page({ filter: 'tag:role:seed tag:role:nobody' })
  expect(await client.names.list()).toMatchObject([{ word: 'role:seed' }, { word: 'role:watcher' }])
  const verdict = await client.peers.verify({ peerId: seed.peerId })
  expect(verdict).toMatchObject({ holds: true })
  expect((await client.peers.ping({ peerId: seed.peerId })).rttMs).toBeGreaterThan(0)
  expect(await client.self.addTags({ tags: ['later'] })).toBe(true)
  const self = 'self' in status ? status.self : seed.peerId
  await expect.poll(() => monitor.view.row(self)?.tags, POLL).toContain(uniqueIdFrom('later'))
  await expect(
    (async () => {
      for await (const _ of await client.topology.crawl()) break
    })(),
  ).rejects.toMatchObject({ code: 'Unavailable' })

  const file: string[] = []
  for await (const { text = '' } of await client.exports.file({
    format: 'ndjson',
    filter: `id:${endpointIdOf(seed.peerId)}`,
  }))
    file.push(text)
  expect(JSON.parse(file.join(''))).toMatchObject({
    peerId: seed.peerId,
    endpointId: endpointIdOf(seed.peerId),
    names: { [uniqueIdFrom('role:seed')]: 'role:seed' },
  })

  await client.network.leave()
  const key = networkKeyOf(networkRef(NETWORK, 'mosaik'))
  expect(monitor.store.peer(key, seed.peerId)).not.toBeNull()
  expect(await client.network.recent()).toMatchObject([
    { kind: 'mosaik', name: NETWORK, relay: 'off', entryVersion: null, tags: ['role:watcher'] },
  ])
  await client.network.forget({ network: NETWORK })
  expect(await client.network.recent()).toHaveLength(1)
  await client.network.forget({ network: NETWORK, kind: 'mosaik' })
  expect(await client.network.recent()).toEqual([])
})

it('says before anything is started what cannot be joined so', async () => {
  const { client } = app()
  const join = (more: object) => client.network.join({ network: NETWORK, kind: 'mosaik', ...more })
  await expect(join({ bootstrap: ['/ip4/127.0.0.1/tcp/1'] })).rejects.toMatchObject({ code: 'InvalidArgument' })
  await expect(join({ relay: 'nonsense' })).rejects.toMatchObject({ code: 'InvalidArgument' })
  await expect(join({ entryVersion: '9.0.0' })).rejects.toMatchObject({ code: 'InvalidArgument' })
  const { kinds } = await client.app.info()
  expect(kinds.map(({ kind, unavailable }) => [kind, unavailable])).toEqual([
    ['peerscope', null],
    ['mosaik', null],
  ])
})
