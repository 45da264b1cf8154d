/** Nodes of mosaik 0.3 and 0.4 in one network do not read each other's entries; we read both. */
import { expect, it } from 'vitest'
import { MosaikHost } from './support/mosaik.ts'
import { OurNode, tell, until } from './support/ours.ts'
import { versions } from './support/versions.ts'

const LIMIT = 30_000

it.runIf(versions().length === 2)('sees nodes of both versions in one network', async () => {
  const [newer = '', older = ''] = versions()
  await using first = await MosaikHost.start(newer)
  await using second = await MosaikHost.start(older)
  const network = 'interop-mixed'
  const theirs = [await first.spawn('a', { network }), await second.spawn('b', { network })]
  await using ours = await OurNode.start({ network, bootstrap: theirs.map(({ bootstrap }) => bootstrap) })
  const wanted = [ours, ...theirs].map(({ endpointId }) => endpointId).toSorted()
  const peers = await until(
    () => ours.peers(),
    (all) => all.length === 3,
    LIMIT,
  )
  expect(peers.map(({ endpointId }) => endpointId).toSorted()).toEqual(wanted)
  await new Promise((resolve) => setTimeout(resolve, 3000))
  for (const { host, name } of theirs) {
    const known = (await host.catalog(name)).map(({ endpointId, protocol }) => `${endpointId.slice(0, 8)} ${protocol}`)
    tell(host.version, `catalog of ${name} in a network of both versions`, known.join(', '))
  }
  expect(ours.process.lines.filter(({ event }) => event === 'PeerDeparted')).toEqual([])
})
