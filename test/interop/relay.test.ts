/** Peers that know each other's relay and no address of each other. */
import { describe, expect, it } from 'vitest'
import { MosaikHost } from './support/mosaik.ts'
import { OurNode, tell, until } from './support/ours.ts'
import { versions } from './support/versions.ts'

const NETWORK = 'interop-relay'

describe.each(versions())('mosaik %s', (version) => {
  it('[MO34] is reached through its relay alone, and told of ours', { timeout: 120_000 }, async () => {
    await using host = await MosaikHost.start(version)
    const theirs = await host.spawn('theirs', { network: NETWORK })
    const [relay = ''] = theirs.relays ?? []
    expect(relay).toMatch(/^http:/)
    await using ours = await OurNode.start({
      network: NETWORK,
      bootstrap: [`${theirs.endpointId}@${relay}`],
      more: ['--relay', relay],
    })
    const found = await ours.event('PeerDiscovered', theirs.endpointId, 30_000)
    tell(version, 'we discover a mosaik node through its relay', Number(found['at']) - ours.onlineAt)
    const known = await until(
      async () => (await host.catalog('theirs')).find(({ endpointId }) => endpointId === ours.endpointId)?.relays ?? [],
      (relays) => relays.length > 0,
      30_000,
    )
    tell(version, 'a mosaik node has our relay in its catalog', Date.now() - ours.onlineAt)
    expect(known.map((url) => new URL(url).port)).toEqual([new URL(relay).port])
  })
})
