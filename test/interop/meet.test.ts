/** They find each other, and hear what the other says of itself. */
import { describe, expect, it } from 'vitest'
import { peerIdOf, tagId } from './support/ids.ts'
import { MosaikHost } from './support/mosaik.ts'
import { OurNode, tell, until } from './support/ours.ts'
import { versions } from './support/versions.ts'

/** On a busy machine things take longer than they should. Milliseconds. */
const LIMIT = 30_000

describe.each(versions())('mosaik %s', (version) => {
  it('and our node find each other, started from the mosaik node', async () => {
    await using host = await MosaikHost.start(version)
    const theirs = await host.spawn('a', { network: 'interop-meet', tags: ['role:miner'] })
    await using ours = await OurNode.start({
      network: 'interop-meet',
      bootstrap: [theirs.bootstrap],
      tags: ['role:watcher'],
    })
    const [here, there] = await Promise.all([
      ours.event('PeerDiscovered', theirs.endpointId, LIMIT),
      host.event('a', 'PeerDiscovered', ours.endpointId, LIMIT),
    ])
    tell(version, 'our node discovers theirs, after it was online', Number(here['at']) - ours.onlineAt)
    tell(version, 'theirs discovers ours, after ours was online', Number(there['at']) - ours.onlineAt)
    tell(
      version,
      'both ways, after our process was started',
      Math.max(Number(here['at']), Number(there['at'])) - ours.startedAt,
    )

    const [them] = (await ours.peers()).filter(({ self }) => !self)
    expect(them).toMatchObject({
      peerId: peerIdOf(theirs.endpointId),
      endpointId: theirs.endpointId,
      tags: [tagId('role:miner')],
    })
    const [self, us] = await until(
      () => host.catalog('a'),
      (all) => all.length === 2,
      LIMIT,
    )
    expect(us).toMatchObject({ endpointId: ours.endpointId, protocol: version, tags: [tagId('role:watcher')] })
    expect(us?.addresses).toEqual(expect.arrayContaining([...ours.addresses]))
    const ip4 = self?.addresses.filter((address) => !address.startsWith('[')) ?? []
    const texts = ip4.map((address) => address.replace(/^(.*):(\d+)$/, '/ip4/$1/udp/$2/quic-v1'))
    expect(them?.addresses).toEqual(expect.arrayContaining(texts))
  })

  it('and our node find each other, started from our node', async () => {
    await using host = await MosaikHost.start(version)
    await using ours = await OurNode.start({ network: 'interop-reverse' })
    const theirs = await host.spawn('a', { network: 'interop-reverse', bootstrap: [ours] })
    const [here, there] = await Promise.all([
      ours.event('PeerDiscovered', theirs.endpointId, LIMIT),
      host.event('a', 'PeerDiscovered', ours.endpointId, LIMIT),
    ])
    tell(version, 'our node discovers theirs, which started from us', Number(here['at']) - theirs.onlineAt)
    tell(version, 'theirs, which started from us, discovers us', Number(there['at']) - theirs.onlineAt)
    expect(await host.catalog('a')).toHaveLength(2)
    expect(await ours.peers()).toHaveLength(2)
  })

  it('sees a tag of ours added and removed, and we see theirs', async () => {
    await using host = await MosaikHost.start(version)
    const theirs = await host.spawn('a', { network: 'interop-tags' })
    await using ours = await OurNode.start({ network: 'interop-tags', bootstrap: [theirs.bootstrap] })
    await ours.event('PeerDiscovered', theirs.endpointId, LIMIT)
    await host.event('a', 'PeerDiscovered', ours.endpointId, LIMIT)
    const has = (tags: unknown, tag: string): boolean => (tags as string[]).includes(tagId(tag))

    let said = Date.now()
    await host.ask('tag add', { node: 'a', tag: 'role:late' })
    let seen = await ours.event('PeerUpdated', theirs.endpointId, LIMIT, (line) => has(line['tags'], 'role:late'))
    tell(version, 'a tag added there is seen by us', Number(seen['at']) - said)
    said = Date.now()
    await host.ask('tag remove', { node: 'a', tag: 'role:late' })
    seen = await ours.event(
      'PeerUpdated',
      theirs.endpointId,
      LIMIT,
      (line) => Number(line['at']) >= said && !has(line['tags'], 'role:late'),
    )
    tell(version, 'a tag removed there is seen by us', Number(seen['at']) - said)

    said = Date.now()
    expect(await ours.ask('tag add role:here')).toMatchObject({ ok: true, changed: true })
    seen = await host.event('a', 'PeerUpdated', ours.endpointId, LIMIT, ({ tags }) => has(tags, 'role:here'))
    tell(version, 'a tag of ours is seen there', Number(seen['at']) - said)
    expect(await ours.ask('tag remove role:here')).toMatchObject({ ok: true, changed: true })
    await until(
      () => host.catalog('a'),
      (all) => all.some(({ endpointId, tags }) => endpointId === ours.endpointId && tags.length === 0),
      LIMIT,
    )
  })

  it('answers our ping and our sync', async () => {
    await using host = await MosaikHost.start(version)
    const theirs = await host.spawn('a', { network: 'interop-ask' })
    await using ours = await OurNode.start({ network: 'interop-ask', bootstrap: [theirs.bootstrap] })
    await ours.event('PeerDiscovered', theirs.endpointId, LIMIT)
    const pinged = await ours.ask(`ping ${peerIdOf(theirs.endpointId)}`)
    expect(pinged).toMatchObject({ ok: true })
    tell(version, 'round trip of a ping', `${Number(pinged['rttMs']).toFixed(1)} ms`)
    const synced = await ours.ask(`sync ${theirs.endpointId}`)
    expect(synced).toMatchObject({ ok: true })
    tell(version, 'a sync of two entries', `${Number(synced['durationMs']).toFixed(1)} ms`)
    // And ours answers theirs.
    const back = await host.ask('sync', { node: 'a', peer: { endpointId: ours.endpointId, addresses: ours.addresses } })
    tell(version, 'a sync that mosaik asks of us', Number(back['tookMs']))
  })

  it('does not see us in another network, nor we its peers', async () => {
    await using host = await MosaikHost.start(version)
    const theirs = await host.spawn('a', { network: 'interop-other' })
    await using ours = await OurNode.start({ network: 'interop-mine', bootstrap: [theirs.bootstrap] })
    const witness = await host.spawn('b', { network: 'interop-mine', bootstrap: [ours] })
    await ours.event('PeerDiscovered', witness.endpointId, LIMIT)
    await ours.ask(`sync ${theirs.endpointId}`)
    expect((await ours.peers()).map(({ endpointId }) => endpointId).toSorted()).toEqual(
      [ours.endpointId, witness.endpointId].toSorted(),
    )
    expect(await host.catalog('a')).toHaveLength(1)
  })
})
