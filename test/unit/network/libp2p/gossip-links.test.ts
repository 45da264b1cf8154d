/** Second connections of one peer id, as gossipsub is told of them (rule ID5). */
import type { GossipSub } from '@libp2p/gossipsub'
import type { Connection, PeerId, Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { describe, expect, it } from 'vitest'
import { separateConnections } from '../../../../src/main/network/libp2p/gossip-links.ts'
import { systemRandom } from '../../../../src/main/network/random.ts'
import { idOf } from '../../../support/discovery/entries.ts'

const ann = peerIdFromString(idOf('ann'))
const bob = peerIdFromString(idOf('bob'))

/** A connection as gossipsub sees it. */
class Wire extends EventTarget {
  status = 'open'
  readonly remoteAddr = { toString: () => '/ip4/127.0.0.1/tcp/1' }
  readonly id: string
  readonly remotePeer: PeerId

  constructor(id: string, remotePeer: PeerId) {
    super()
    this.id = id
    this.remotePeer = remotePeer
  }

  end(): void {
    this.status = 'closed'
    this.dispatchEvent(new Event('close'))
  }
}

function setup() {
  const said: string[] = []
  const names = new Map([
    [ann.toString(), 'ann'],
    [bob.toString(), 'bob'],
  ])
  /** Ids that are nobody's are numbered as they come. */
  const nameOf = (peerId: PeerId): string => {
    const id = peerId.toString()
    const name = names.get(id) ?? `alias ${names.size - 1}`
    names.set(id, name)
    return name
  }
  const service = {
    onIncomingStream: (_stream: Stream, connection: Connection) =>
      said.push(`in ${nameOf(connection.remotePeer)} ${connection.remoteAddr.toString()}`),
    onPeerConnected: (peerId: PeerId) => said.push(`up ${nameOf(peerId)}`),
    onPeerDisconnected: (peerId: PeerId) => said.push(`down ${nameOf(peerId)}`),
  }
  const realId = separateConnections(service as unknown as GossipSub, systemRandom)
  const told = (act: () => void): string[] => {
    act()
    return said.splice(0)
  }
  return {
    told,
    up: (wire: Wire) => told(() => service.onPeerConnected(wire.remotePeer, ...([wire] as unknown as []))),
    incoming: (wire: Wire) =>
      told(() => service.onIncomingStream({} as unknown as Stream, wire as unknown as Connection)),
    realNames: () => [...names].map(([id, name]) => [name, names.get(realId(id))]),
  }
}

describe('several connections of one peer id', () => {
  it('[ID5] are two peers for gossipsub, and one for us', () => {
    const { up, incoming, realNames } = setup()
    const [first, second] = [new Wire('1', ann), new Wire('2', ann)]
    expect(up(first)).toEqual(['up ann'])
    expect(incoming(second)).toEqual(['in alias 1 /ip4/127.0.0.1/tcp/1'])
    expect(up(second)).toEqual(['up alias 1'])
    expect(incoming(first)).toEqual(['in ann /ip4/127.0.0.1/tcp/1'])
    expect(up(new Wire('3', bob))).toEqual(['up bob'])
    expect(realNames()).toContainEqual(['alias 1', 'ann'])
  })

  it('[ID5] end one by one, and the one that is left goes on', () => {
    const { told, up, incoming } = setup()
    const [first, second, third] = [new Wire('1', ann), new Wire('2', ann), new Wire('3', ann)]
    up(first)
    up(second)
    expect(told(() => first.end())).toEqual(['down ann'])
    expect(incoming(second)).toEqual(['in alias 1 /ip4/127.0.0.1/tcp/1'])
    // One that comes now has the peer's own id again.
    expect(up(third)).toEqual(['up ann'])
    expect(told(() => second.end())).toEqual(['down alias 1'])
    expect(told(() => third.end())).toEqual(['down ann'])
    expect(up(new Wire('4', ann))).toEqual(['up ann'])
  })

  it('[ID5] are four at most: a peer cannot take our mesh by many connections', () => {
    const { up } = setup()
    const told = Array.from({ length: 8 }, (_, index) => up(new Wire(String(index), ann)))
    expect(new Set(told.flat())).toEqual(new Set(['up ann', 'up alias 1', 'up alias 2', 'up alias 3']))
  })

  it('[ID5] are as many as there are nodes with its key: a third one ends neither of the two', () => {
    const { told, up, incoming } = setup()
    const [first, second, third] = [new Wire('1', ann), new Wire('2', ann), new Wire('3', ann)]
    up(first)
    up(second)
    expect(up(third)).toEqual(['up alias 2'])
    expect(incoming(third)).toEqual(['in alias 2 /ip4/127.0.0.1/tcp/1'])
    expect(told(() => second.end())).toEqual(['down alias 1'])
    expect(incoming(third)).toEqual(['in alias 2 /ip4/127.0.0.1/tcp/1'])
    expect(told(() => third.end())).toEqual(['down alias 2'])
    expect(incoming(first)).toEqual(['in ann /ip4/127.0.0.1/tcp/1'])
  })

  it('one that closed before gossipsub hears of it is nothing', () => {
    const { up, incoming } = setup()
    const wire = new Wire('1', ann)
    wire.end()
    expect([...up(wire), ...incoming(wire)]).toEqual([])
  })
})
