/** What the sweep takes out of gossipsub (rules BD9, ID5). */
import type { GossipSub } from '@libp2p/gossipsub'
import type { Connection, PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Libp2p } from 'libp2p'
import { expect, it } from 'vitest'
import { separateConnections } from '../../../../src/main/network/libp2p/gossip-links.ts'
import { sweepLeftovers } from '../../../../src/main/network/libp2p/leftovers.ts'
import { PeerRecords } from '../../../../src/main/network/libp2p/peer-records.ts'
import { systemRandom } from '../../../../src/main/network/random.ts'
import { idOf } from '../../../support/discovery/entries.ts'

const [self, ann, bob] = ['self', 'ann', 'bob'].map((name) => peerIdFromString(idOf(name))) as [PeerId, PeerId, PeerId]

/** A connection as gossipsub and the sweep see it. */
class Wire extends EventTarget {
  readonly status = 'open'
  readonly id: string
  readonly remotePeer: PeerId

  constructor(id: string, remotePeer: PeerId) {
    super()
    this.id = id
    this.remotePeer = remotePeer
  }
}

/** The parts of gossipsub that know peers. */
class Routes {
  readonly peers = new Map<string, PeerId>()
  readonly topics = new Map([['t', new Set<string>()]])
  readonly mesh = new Map([['t', new Set<string>()]])

  onIncomingStream = (): void => undefined
  onPeerConnected = (peerId: PeerId): void => this.add(peerId)
  onPeerDisconnected = (peerId: PeerId): void => this.removePeer(peerId)

  add(peerId: PeerId): void {
    this.peers.set(peerId.toString(), peerId)
    this.hear(peerId)
  }

  /** A subscription and a graft, which it takes from anybody. */
  hear(peerId: PeerId): void {
    for (const names of [this.topics.get('t'), this.mesh.get('t')]) names?.add(peerId.toString())
  }

  removePeer(peerId: PeerId): void {
    const name = peerId.toString()
    if (!this.peers.delete(name)) return
    for (const names of [this.topics.get('t'), this.mesh.get('t')]) names?.delete(name)
  }

  get known(): unknown {
    return [this.peers.keys(), this.topics.get('t') ?? [], this.mesh.get('t') ?? []].map((names) => new Set(names))
  }
}

function setup(open: readonly Wire[]) {
  const routes = new Routes()
  const pubsub = routes as unknown as GossipSub
  separateConnections(pubsub, systemRandom)
  const libp2p = Object.assign(new EventTarget(), { peerId: self, getConnections: () => open }) as unknown as Libp2p
  let sweep = (): void => expect.fail('no sweep is due')
  const schedule = (_delayMs: number, fn: () => void) => {
    sweep = fn
    return () => undefined
  }
  sweepLeftovers(libp2p, pubsub, new PeerRecords(), { schedule })
  for (const wire of open)
    routes.onPeerConnected(wire.remotePeer, ...([wire as unknown as Connection] as unknown as []))
  return { routes, sweep: () => sweep() }
}

it('[ID5] the second of two nodes with one key is no leftover', () => {
  const { routes, sweep } = setup([new Wire('1', ann), new Wire('2', ann)])
  expect(routes.peers.size).toBe(2)
  const before = routes.known
  sweep()
  sweep()
  expect(routes.known).toEqual(before)
})

it('[BD9] whom a last message brings back into the mesh after its end goes at the next sweep', () => {
  const { routes, sweep } = setup([new Wire('1', ann)])
  const before = routes.known
  routes.add(bob)
  routes.removePeer(bob)
  routes.hear(bob)
  sweep()
  expect(routes.known).toEqual(before)
})
