import { peerscope } from '../../../../src/main/discovery/dialects/peerscope/peerscope.ts'
import { protocolIds } from '../../../../src/main/discovery/dialects/peerscope/protocols.ts'
import type { SignedPeerEntry } from '../../../../src/main/discovery/entry/entry.ts'
import { signEntry } from '../../../../src/main/discovery/entry/entry.ts'
import type { Verdict } from '../../../../src/main/discovery/ports.ts'
import { GossipMessage } from '../../../../src/main/discovery/dialects/peerscope/wire/generated/discovery.js'
import type { PeerId } from '../../../../src/shared/ids.ts'
import type { PeerEntry, Version } from '../../../../src/shared/peer.ts'
import { entryOf } from '../../../support/discovery/entries.ts'
import type { SimNetwork, SimNode } from '../../../sim/network.ts'
import { EPOCH } from '../../../sim/world.ts'
import type { Host } from '../../../sim/world.ts'

const FAR = 100_000

/** A host without a worker: it says what it is told to, and notes what it hears. */
export class Stranger {
  readonly host: Host
  readonly ids: ReturnType<typeof protocolIds>
  readonly heard: GossipMessage[] = []
  /** What it does with messages of others. */
  verdict: Verdict = 'ignore'
  readonly #network: SimNetwork

  private constructor(network: SimNetwork, secret?: Uint8Array) {
    this.#network = network
    this.host = network.world.addHost(secret)
    this.ids = protocolIds(network.networkId)
  }

  /** Starts one and connects it, as a neighbor in the mesh. */
  static async meet(network: SimNetwork, ...nodes: SimNode[]): Promise<Stranger> {
    const stranger = new Stranger(network)
    await stranger.host.start(new AbortController().signal)
    await stranger.host.gossip.join(stranger.ids.topic, FAR, (message) => {
      stranger.heard.push(GossipMessage.decode(message))
      return stranger.verdict
    })
    for (const node of nodes) {
      const target = { peerId: node.peerId, addresses: [node.host.address] }
      const connected = stranger.host.connect(target, new AbortController().signal)
      await network.run(200)
      await connected
    }
    if (nodes.length > 0) await network.run(3000)
    return stranger
  }

  get peerId(): PeerId {
    return this.host.peerId
  }

  /** Its own entry, signed; `changes` may make it anything. */
  entry(changes: Partial<PeerEntry> = {}): SignedPeerEntry {
    return this.entryBy(this.host.secret, { peerId: this.peerId, ...changes })
  }

  /** An entry of the network, signed by any secret. */
  entryBy(secret: Uint8Array, changes: Partial<PeerEntry>): SignedPeerEntry {
    const base = entryOf('stranger', {
      networkId: this.#network.networkId,
      version: this.version(),
      addresses: [this.host.address],
    })
    return signEntry({ ...base, ...changes }, secret, this.host.ports.signatures, peerscope)
  }

  /** A version as of now, moved by so many milliseconds. */
  version(offsetMs = 0): Version {
    const now = EPOCH + Math.floor(this.#network.world.scheduler.now)
    return { startedAt: EPOCH, updatedAt: now + offsetMs }
  }

  /** Publishes an entry, with the signature replaced if one is given, and lets it arrive. */
  async announce(signed: SignedPeerEntry, signature: Uint8Array = signed.signature): Promise<void> {
    await this.publish(
      GossipMessage.encode({
        entry: { entry: Uint8Array.from(signed.bytes), signature: Uint8Array.from(signature) },
        repeat: 0,
      }),
    )
  }

  async publish(message: Uint8Array): Promise<void> {
    await this.host.gossip.publish(message)
    await this.#network.run(300)
  }
}
