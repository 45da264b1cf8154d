/** A catalog of 5,000 peers, both ways. */
import { describe, expect, it } from 'vitest'
import { MosaikHost } from './support/mosaik.ts'
import { OurNode, tell, until } from './support/ours.ts'
import { versions } from './support/versions.ts'

const PEERS = 5000
const LIMIT = 120_000

describe.each(versions())('mosaik %s', (version) => {
  it(`gives us its catalog of ${PEERS} peers, and takes it from us`, async () => {
    await using host = await MosaikHost.start(version)
    const theirs = await host.spawn('full', { network: 'interop-large', quiet: true })
    const fed = await host.ask('feed', { node: 'full', count: PEERS }, LIMIT)
    expect(fed).toMatchObject({ taken: PEERS })
    await using ours = await OurNode.start({ network: 'interop-large', bootstrap: [theirs.bootstrap] })
    // We, the one that is full, and those it made up.
    const peers = await until(
      () => ours.peers(),
      (all) => all.length >= PEERS + 2,
      LIMIT,
    )
    tell(version, `we know ${PEERS} peers, after we were online`, Date.now() - ours.onlineAt)
    expect(peers).toHaveLength(PEERS + 2)

    const empty = await host.spawn('empty', { network: 'interop-large', bootstrap: [ours], quiet: true })
    const filled = await host.ask('wait catalog', { node: 'empty', count: PEERS + 2, timeoutMs: LIMIT }, LIMIT)
    tell(
      version,
      `a mosaik node that knows only us knows ${PEERS} peers, after it was online`,
      Number(filled['reachedAt']) - empty.onlineAt,
    )
    const synced = await ours.ask(`sync ${theirs.endpointId}`, LIMIT)
    expect(synced).toMatchObject({ ok: true })
    tell(version, `another sync of ${PEERS} entries each way`, Number(synced['durationMs']))
  })
})
