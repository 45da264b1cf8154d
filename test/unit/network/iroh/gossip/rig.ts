/** One gossip machine and what is told to it. */
import { IROH_GOSSIP } from '../../../../../src/main/network/iroh/gossip/config.ts'
import type { GossipConfig } from '../../../../../src/main/network/iroh/gossip/config.ts'
import type { Input, Output } from '../../../../../src/main/network/iroh/gossip/io.ts'
import { GossipMachine } from '../../../../../src/main/network/iroh/gossip/machine.ts'
import { idOf as contentId } from '../../../../../src/main/network/iroh/gossip/plumtree.ts'
import type { Message, MessageId } from '../../../../../src/main/network/iroh/gossip/wire.ts'
import type { PeerId } from '../../../../../src/shared/ids.ts'
import { SeededRandom } from '../../../../sim/random.ts'
import { idOf } from '../../../../support/discovery/entries.ts'

export { idOf } from '../../../../support/discovery/entries.ts'

export const ME = idOf('me')
export const [A, B, C, D, E, F] = ['a', 'b', 'c', 'd', 'e', 'f'].map(idOf) as [
  PeerId,
  PeerId,
  PeerId,
  PeerId,
  PeerId,
  PeerId,
]

/** A content and its id. */
export function contentOf(text: string): { readonly content: Uint8Array; readonly id: MessageId } {
  const content = Uint8Array.from(Buffer.from(text))
  return { content, id: contentId(content) }
}

/** A content on its way to all. */
export function gossipOf(text: string, round = 0): Message & { type: 'Gossip' } {
  return { type: 'Gossip', ...contentOf(text), scope: { kind: 'Swarm', round } }
}

export const JOIN: Message = { type: 'Join', data: null }
export const HIGH: Message = { type: 'Neighbor', priority: 'High', data: null }
export const LOW: Message = { type: 'Neighbor', priority: 'Low', data: null }

/** A machine whose invariants are checked after every step. */
export class Rig {
  now = 1000
  readonly machine: GossipMachine
  timerAt: number | null = null

  constructor(config: GossipConfig = IROH_GOSSIP, seed = 1) {
    this.machine = new GossipMachine(ME, new SeededRandom(seed), config)
  }

  /** @throws Error where an invariant does not hold afterwards */
  step(input: Input): Output[] {
    const outputs = this.machine.step(input, this.now)
    const faults = this.machine.check()
    if (faults.length > 0) throw new Error(faults.join('; '))
    for (const output of outputs) if (output.kind === 'timer') this.timerAt = output.at
    return outputs.filter(({ kind }) => kind !== 'timer')
  }

  from(peer: PeerId, message: Message): Output[] {
    return this.step({ kind: 'message', from: peer, message })
  }

  /** Lets time pass, and tells the machine at each time that it asked for. */
  pass(ms: number): Output[] {
    const outputs: Output[] = []
    const until = this.now + ms
    for (let steps = 0; this.timerAt !== null && this.timerAt <= until; steps += 1) {
      if (steps > 100_000) throw new Error('timers without end')
      this.now = Math.max(this.now, this.timerAt)
      outputs.push(...this.step({ kind: 'time' }))
    }
    this.now = until
    return outputs
  }

  /** Makes these peers our neighbors, one by one, by their Joins. */
  meet(...peers: readonly PeerId[]): this {
    for (const peer of peers) {
      this.from(peer, JOIN)
      this.from(peer, HIGH)
    }
    return this
  }

  /** Receives a content of a neighbor and judges it. */
  hear(peer: PeerId, message: Message & { type: 'Gossip' }, passOn = true): Output[] {
    return [...this.from(peer, message), ...this.step({ kind: 'judged', id: message.id, passOn })]
  }
}

/** What is sent, by type and to whom. */
export function sent(outputs: readonly Output[], type?: Message['type']): [PeerId, Message][] {
  return outputs.flatMap((output): [PeerId, Message][] =>
    output.kind === 'send' && (type === undefined || output.message.type === type)
      ? [[output.peer, output.message]]
      : [],
  )
}

/** To whom a message of the type is sent, sorted. */
export function sentTo(outputs: readonly Output[], type: Message['type']): PeerId[] {
  return sent(outputs, type)
    .map(([peer]) => peer)
    .sort()
}

/** The peers of outputs of a kind. */
export function told(outputs: readonly Output[], kind: 'neighborUp' | 'neighborDown' | 'disconnect'): PeerId[] {
  return outputs.flatMap((output) => (output.kind === kind ? [output.peer] : []))
}
