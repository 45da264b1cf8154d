/** What the story does to one peer of the demo, on its ports: discovery above them notices nothing. */
import type { PeerId } from '../../../shared/ids.ts'
import { sleep } from '../../discovery/base/deadline.ts'
import type { NodePorts } from '../kinds/kind.ts'

/** Answers vary by up to this part around the delay. */
const VARIES = 0.2
/** How long a dial of the story may take, milliseconds. */
const DIAL_MS = 5000

/** One peer's ports in the hands of the story. */
export class PeerShape {
  /** How late it answers, milliseconds. */
  delayMs = 0
  /** Whether it says nothing to the network any longer, as a process that has died. */
  muted = false
  readonly #random: () => number
  #ports: NodePorts | null = null
  readonly #ended = new AbortController()

  constructor(random: () => number) {
    this.#random = random
  }

  /** The ports that discovery is given. */
  wrap(ports: NodePorts): NodePorts {
    this.#ports = ports
    const { gossip, streams } = ports
    return {
      ...ports,
      gossip: {
        join: (topic, maxMessageBytes, validate) => gossip.join(topic, maxMessageBytes, validate),
        leave: () => gossip.leave(),
        neighbors: () => gossip.neighbors(),
        subscribe: (listener) => gossip.subscribe(listener),
        publish: async (message) => {
          if (!this.muted) await gossip.publish(message)
        },
      },
      streams: {
        open: (peerId, protocol, limits, signal) => streams.open(peerId, protocol, limits, signal),
        handle: (protocol, limits, handler) =>
          streams.handle(protocol, limits, async (link) => {
            await this.#late()
            await handler(link)
          }),
      },
    }
  }

  /** Who it is connected to. */
  connected(): readonly PeerId[] {
    return (this.#ports?.node.connections() ?? []).map(({ peerId }) => peerId)
  }

  /** Closes its connections to these peers. */
  async part(peerIds: readonly PeerId[]): Promise<void> {
    const node = this.#ports?.node
    if (node !== undefined) await Promise.all(peerIds.map((peerId) => node.disconnect(peerId)))
  }

  /** Connects to a peer; that nobody answers is fine. */
  async meet(peerId: PeerId, addresses: readonly string[]): Promise<void> {
    await this.#ports?.node.connect({ peerId, addresses }, AbortSignal.timeout(DIAL_MS)).catch(() => undefined)
  }

  /** Answers that wait are given up. */
  end(): void {
    this.#ended.abort()
  }

  async #late(): Promise<void> {
    const { clock } = this.#ports ?? {}
    if (this.delayMs === 0 || clock === undefined) return
    const factor = 1 - VARIES + 2 * VARIES * this.#random()
    await sleep(clock, this.delayMs * factor, this.#ended.signal)
  }
}
