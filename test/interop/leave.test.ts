/** How peers go: with a goodbye, without one, and back again. */
import { describe, expect, it } from 'vitest'
import type { MosaikNode } from './support/mosaik.ts'
import { MosaikHost } from './support/mosaik.ts'
import { OurNode, tell, until } from './support/ours.ts'
import { versions } from './support/versions.ts'

const LIMIT = 30_000
/** Short, so that the silent are purged within the test. Both sides. */
const THEIR_PACE = { announceIntervalMs: 1500, purgeAfterMs: 6000 } as const
const OUR_PACE = ['--announce-interval', '1500ms', '--purge-after', '6s'] as const

/** Both know each other. */
async function met(ours: OurNode, theirs: MosaikNode): Promise<void> {
  await ours.event('PeerDiscovered', theirs.endpointId, LIMIT)
  await theirs.host.event(theirs.name, 'PeerDiscovered', ours.endpointId, LIMIT)
}

describe.each(versions())('mosaik %s', (version) => {
  it('leaves, and its departure is graceful with us', async () => {
    await using host = await MosaikHost.start(version)
    const theirs = await host.spawn('a', { network: 'interop-goodbye' })
    await using ours = await OurNode.start({ network: 'interop-goodbye', bootstrap: [theirs.bootstrap] })
    await met(ours, theirs)
    // Its answer to a ping states a newer version than its goodbye will.
    expect(await ours.ask(`ping ${theirs.endpointId}`)).toMatchObject({ ok: true })
    const said = Date.now()
    await host.ask('leave', { node: 'a' })
    const departed = await ours.event('PeerDeparted', theirs.endpointId, LIMIT)
    tell(version, 'their goodbye is heard by us', Number(departed['at']) - said)
    expect(departed).toMatchObject({ reason: 'graceful' })
    expect((await ours.peers()).filter(({ self }) => !self)).toEqual([])
  })

  it('removes us from its catalog when we leave', async () => {
    await using host = await MosaikHost.start(version)
    const theirs = await host.spawn('a', { network: 'interop-bye' })
    // Who is no neighbor of ours hears it too.
    await host.spawn('b', { network: 'interop-bye', bootstrap: [theirs] })
    await using ours = await OurNode.start({ network: 'interop-bye', bootstrap: [theirs.bootstrap] })
    await met(ours, theirs)
    await host.event('b', 'PeerDiscovered', ours.endpointId, LIMIT)
    // mosaik keeps no memory of who left: a sync that still runs brings a peer back.
    await new Promise((resolve) => setTimeout(resolve, 3000))
    const said = Date.now()
    expect(await ours.process.stop('SIGTERM')).toBe(0)
    tell(version, 'our process ends after SIGTERM', Date.now() - said)
    for (const node of ['a', 'b']) {
      const departed = await host.event(node, 'PeerDeparted', ours.endpointId, LIMIT)
      tell(version, `our goodbye is heard by ${node}`, Number(departed['at']) - said)
      expect((await host.catalog(node)).map(({ endpointId }) => endpointId)).not.toContain(ours.endpointId)
    }
  })

  it('is cut off, and is purged by us; its neighbor stays', async () => {
    await using host = await MosaikHost.start(version)
    const stays = await host.spawn('stays', { network: 'interop-kill', ...THEIR_PACE })
    const cut = await host.spawn('cut', { network: 'interop-kill', bootstrap: [stays], ...THEIR_PACE })
    await using ours = await OurNode.start({ network: 'interop-kill', bootstrap: [stays.bootstrap], more: OUR_PACE })
    await met(ours, stays)
    await met(ours, cut)
    // A node that is cut off during an exchange holds up the worker of the other one, also among mosaik's own: it announces
    // nothing until QUIC's idle timeout, and would be purged too.
    await new Promise((resolve) => setTimeout(resolve, 3000))
    const at = Date.now()
    await host.ask('kill', { node: 'cut' })
    const departed = await ours.event('PeerDeparted', cut.endpointId, LIMIT)
    tell(version, 'one that was cut off is purged by us (limit 6 s)', Number(departed['at']) - at)
    expect(departed).toMatchObject({ reason: 'purged' })
    await host.event('stays', 'PeerDeparted', cut.endpointId, LIMIT)
    // Nobody brings it back, and the other is still there.
    await new Promise((resolve) => setTimeout(resolve, 4000))
    const purged = ours.process.lines.filter(({ event }) => event === 'PeerDeparted')
    expect(purged.map((line) => line['endpointId'])).toEqual([cut.endpointId])
    const others = (await ours.peers()).filter(({ self }) => !self)
    expect(others.map(({ endpointId }) => endpointId)).toEqual([stays.endpointId])
  })

  it('purges us when we are killed, and takes us back when we come again', async () => {
    await using host = await MosaikHost.start(version)
    const theirs = await host.spawn('a', { network: 'interop-again', ...THEIR_PACE })
    const start = (): Promise<OurNode> =>
      OurNode.start({
        network: 'interop-again',
        bootstrap: [theirs.bootstrap],
        secret: 'interop-again',
        more: OUR_PACE,
      })
    await using first = await start()
    await met(first, theirs)
    const [, before] = await host.catalog('a')
    const at = Date.now()
    await first.process.stop('SIGKILL')
    const departed = await host.event('a', 'PeerDeparted', first.endpointId, LIMIT)
    tell(version, 'we are killed, and purged there (limit 6 s)', Number(departed['at']) - at)
    expect(await host.catalog('a')).toHaveLength(1)

    await using second = await start()
    expect(second.endpointId).toBe(first.endpointId)
    const [, after] = await until(
      () => host.catalog('a'),
      (all) => all.length === 2,
      LIMIT,
    )
    expect(after?.version.startedAt).toBeGreaterThan(before?.version.startedAt ?? Infinity)
  })

  it('stays while both announce, and neither purges the other', async () => {
    await using host = await MosaikHost.start(version)
    const theirs = await host.spawn('a', { network: 'interop-stay', ...THEIR_PACE })
    await using ours = await OurNode.start({ network: 'interop-stay', bootstrap: [theirs.bootstrap], more: OUR_PACE })
    await met(ours, theirs)
    await new Promise((resolve) => setTimeout(resolve, 15_000))
    expect(ours.process.lines.filter(({ event }) => event === 'PeerDeparted')).toEqual([])
    expect(host.process.lines.filter(({ event }) => event === 'PeerDeparted')).toEqual([])
  })
})
