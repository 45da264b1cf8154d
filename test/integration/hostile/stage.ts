import { connect } from 'node:net'
import type { PeerId } from '../../../src/shared/ids.ts'
import { Attacker, secretBelow } from './attacker.ts'
import type { HonestNetwork } from './honest-network.ts'
import { until } from './honest-network.ts'

/** One thing that an attacker does, and what must become of it. */
export interface Attack {
  /** Begins with the rules that say what happens. */
  readonly name: string
  /** Does it, and fails unless the rules' verdict comes. @returns the verdict in words */
  readonly run: (stage: Stage) => Promise<string>
  /** It is a matter of waiting: those that are run at the same time. */
  readonly slow?: true
}

/** Tag of entries that are valid and good for nothing: they may enter, and go as entries go. */
export const USELESS = 'useless'

/** What attacks have to do with: honest nodes, and attackers that are stopped when the attack is over. */
export class Stage {
  readonly network: HonestNetwork
  readonly #attackers: Attacker[] = []
  #before: Readonly<Record<string, number>> = {}

  constructor(network: HonestNetwork) {
    this.network = network
  }

  /** Counts refusals from here on. */
  async begin(): Promise<void> {
    this.#before = await this.network.refused()
  }

  /** One more attacker, connected to the victim. */
  async attacker(key: Uint8Array = secretBelow(this.network.victim.peerId)): Promise<Attacker> {
    const attacker = await Attacker.meet(this.network.name, this.network.victim.address, key)
    this.#attackers.push(attacker)
    return attacker
  }

  /** Sends bytes on a connection of plain TCP, and waits until the other side closes it. */
  async sendBare(bytes: Uint8Array): Promise<void> {
    const [, , host, , port] = this.network.victim.address.split('/')
    const socket = connect(Number(port), host)
    const closed = new Promise((resolve) => socket.on('close', resolve))
    socket.on('error', () => undefined)
    socket.end(bytes)
    await closed
  }

  /** How often the victim refused something for a reason since the attack began. */
  async refused(reason: string): Promise<number> {
    return ((await this.network.refused())[reason] ?? 0) - (this.#before[reason] ?? 0)
  }

  /** Waits until the victim refused so much for these reasons. @returns that in words */
  async expectRefused(wanted: Readonly<Record<string, number>>): Promise<string> {
    let now: Readonly<Record<string, number>> = {}
    const grown = (reason: string): number => (now[reason] ?? 0) - (this.#before[reason] ?? 0)
    const what = Object.entries(wanted)
      .map(([reason, count]) => `${reason} is counted ${count} times`)
      .join(' and ')
    await until(what, async () => {
      now = await this.network.refused()
      return Object.entries(wanted).every(([reason, count]) => grown(reason) >= count)
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}; counted: ${JSON.stringify(now)}; before: ${JSON.stringify(this.#before)}`)
    })
    return Object.keys(wanted)
      .map((reason) => `${reason} ×${grown(reason)}`)
      .join(', ')
  }

  /** Whether the victim knows the peer. */
  async knows(peerId: PeerId): Promise<boolean> {
    return (await this.network.look()).peers.some((peer) => peer.peerId === peerId)
  }

  /** What nodes hold beside honest entries and such as may be there. */
  async strangers(): Promise<readonly unknown[]> {
    const honest = new Set(this.network.nodes.map(({ peerId }) => peerId))
    const looks = await Promise.all(this.network.nodes.map((node) => this.network.look(node)))
    return looks.flatMap(({ peers }) =>
      peers.filter(({ peerId, tags }) => !honest.has(peerId) && !tags.includes(USELESS)),
    )
  }

  /** The honest nodes answer each other, and all is in time. */
  async serve(turn: number): Promise<void> {
    const { victim } = this.network
    const other = this.network.other(turn)
    await this.network.call('ping', other.index, victim.peerId)
    await this.network.call('ping', victim.index, other.peerId)
    await this.network.call('sync', other.index, victim.peerId)
  }

  async end(): Promise<void> {
    await Promise.all(this.#attackers.splice(0).map((attacker) => attacker.stop()))
  }
}
