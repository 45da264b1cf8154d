/** Many gossip machines in virtual time: links with latency that open, break and end as QUIC connections do. */
import type { GossipConfig } from '../../src/main/network/iroh/gossip/config.ts'
import { IROH_GOSSIP } from '../../src/main/network/iroh/gossip/config.ts'
import type { Input, Output } from '../../src/main/network/iroh/gossip/io.ts'
import { GossipMachine } from '../../src/main/network/iroh/gossip/machine.ts'
import type { Message } from '../../src/main/network/iroh/gossip/wire.ts'
import { decodeMessage, encodeMessage } from '../../src/main/network/iroh/gossip/wire.ts'
import type { PeerId } from '../../src/shared/ids.ts'
import { idOf } from '../support/discovery/entries.ts'
import { SeededRandom } from './random.ts'
import { Scheduler } from './scheduler.ts'

/** How long it takes to notice that a peer or a path is gone, milliseconds. */
const IDLE_MS = 3000
/** When a node without neighbors is told of members once more: discovery dials then (rule AN7). */
const REJOIN_MS = 1000

/** Invariants are checked after every so many steps, for time's sake. */
const CHECK_EVERY = 8

/** A connection, or the attempt at one. */
interface Link {
  /** How long a message takes one way, milliseconds; now and then a little longer. */
  readonly delayMs: number
  up: boolean
  broken: boolean
  /** Sent before it was up. */
  queue: Message[]
  /** When the last message to each end arrives: streams keep the order. */
  readonly arrivals: Map<PeerId, number>
}

/** One member. */
export class Member {
  readonly id: PeerId
  machine: GossipMachine
  alive = true
  readonly links = new Map<PeerId, Link>()
  /** Contents that were put out, by their text, and how often. */
  readonly heard = new Map<string, number>()
  readonly data = new Map<PeerId, Uint8Array>()
  /** Contents that came, the first time or again. */
  payloads = 0
  timerAt: number | null = null

  constructor(id: PeerId, machine: GossipMachine) {
    this.id = id
    this.machine = machine
  }
}

export interface MeshOptions {
  readonly seed: number
  readonly config?: GossipConfig
  /** Of one way, least and most, milliseconds. */
  readonly latency?: readonly [number, number]
}

/** A mesh. Everything in it comes from the seed. */
export class Mesh {
  readonly scheduler = new Scheduler()
  readonly members = new Map<PeerId, Member>()
  /** Messages sent, by type. */
  readonly sent = new Map<string, number>()
  /** What `check` found. */
  readonly faults: string[] = []
  readonly #random: SeededRandom
  readonly #config: GossipConfig
  readonly #latency: readonly [number, number]
  #sideOf: (peer: PeerId) => number = () => 0
  #steps = 0

  constructor({ seed, config = IROH_GOSSIP, latency = [5, 60] }: MeshOptions) {
    this.#random = new SeededRandom(seed)
    this.#config = config
    this.#latency = latency
  }

  get alive(): Member[] {
    return [...this.members.values()].filter(({ alive }) => alive)
  }

  get now(): number {
    return this.scheduler.now
  }

  /** A new member, which joins by so many others that are alive. */
  add(name: string, contacts = 1): Member {
    const others = this.alive
    const member = new Member(idOf(name), this.#machine(idOf(name)))
    this.members.set(member.id, member)
    this.step(member, { kind: 'data', data: Uint8Array.from(Buffer.from(`at ${name}`)) })
    const peers = Array.from({ length: Math.min(contacts, others.length) }, () => this.#random.pick(others).id)
    this.step(member, { kind: 'join', peers })
    return member
  }

  /** The member vanishes without a word. */
  kill(member: Member): void {
    member.alive = false
    for (const [peer, link] of member.links) this.#lose(member.id, peer, link)
    member.links.clear()
  }

  /** The member says goodbye. */
  quit(member: Member): void {
    this.step(member, { kind: 'quit' })
    this.scheduler.post(1000, () => this.kill(member), true)
  }

  /** The connection of two members breaks. */
  break(a: PeerId, b: PeerId): void {
    const link = this.members.get(a)?.links.get(b)
    if (link !== undefined) this.#lose(a, b, link)
  }

  /** Members reach only those of their own side. */
  split(sideOf: (peer: PeerId) => number): void {
    this.#sideOf = sideOf
    for (const member of this.alive)
      for (const [peer, link] of member.links) if (!this.#reaches(member.id, peer)) this.#lose(member.id, peer, link)
  }

  heal(): void {
    this.#sideOf = () => 0
  }

  any(): Member {
    return this.#random.pick(this.alive)
  }

  broadcast(member: Member, text: string): void {
    member.heard.set(text, 1)
    this.step(member, { kind: 'broadcast', content: Uint8Array.from(Buffer.from(text)), reach: 'Swarm' })
  }

  /** Lets time pass. */
  async run(ms: number): Promise<void> {
    await this.scheduler.run(ms)
  }

  /** Gives a member an input and does what it says. */
  step(member: Member, input: Input): void {
    if (!member.alive) return
    const outputs = member.machine.step(input, this.now)
    this.#steps += 1
    if (this.#steps % CHECK_EVERY === 0) this.faults.push(...member.machine.check())
    for (const output of outputs) this.#do(member, output)
  }

  /** What does not hold in any member. */
  check(): string[] {
    return [...this.faults, ...this.alive.flatMap(({ machine }) => machine.check())]
  }

  /** Links that only one end takes for one. */
  oneSided(): string[] {
    return this.alive.flatMap((member) =>
      member.machine
        .neighbors()
        .filter((peer) => {
          const other = this.members.get(peer)
          return other === undefined || !other.alive || !other.machine.neighbors().includes(member.id)
        })
        .map((peer) => `${member.id} to ${peer}`),
    )
  }

  /** How many members one reaches over active views, itself counted. */
  reached(from: Member): number {
    const seen = new Set([from.id])
    for (const id of seen)
      for (const peer of this.members.get(id)?.machine.neighbors() ?? [])
        if (this.members.get(peer)?.alive === true) seen.add(peer)
    return seen.size
  }

  #machine(id: PeerId): GossipMachine {
    return new GossipMachine(id, this.#random.fork(), this.#config)
  }

  #do(member: Member, output: Output): void {
    switch (output.kind) {
      case 'send':
        this.sent.set(output.message.type, (this.sent.get(output.message.type) ?? 0) + 1)
        this.#send(member, output.peer, output.message)
        return
      case 'disconnect':
        this.#disconnect(member, output.peer)
        return
      case 'received': {
        const text = Buffer.from(output.content).toString()
        member.heard.set(text, (member.heard.get(text) ?? 0) + 1)
        this.step(member, { kind: 'judged', id: output.id, passOn: true })
        return
      }
      case 'timer':
        this.#setTimer(member, output.at)
        return
      case 'neighborDown':
        if (member.machine.neighbors().length === 0) this.#rejoinLater(member)
        return
      case 'peerData':
        member.data.set(output.peer, output.data)
        return
      case 'neighborUp':
        return
      default:
        output satisfies never
    }
  }

  #setTimer(member: Member, at: number | null): void {
    member.timerAt = at
    if (at === null) return
    const { machine } = member
    const delayMs = at - this.now
    this.scheduler.post(
      // The runtime's timers leave out what is less than a millisecond.
      delayMs > 1 ? delayMs - 0.5 : delayMs,
      () => {
        if (member.timerAt !== at || member.machine !== machine) return
        this.step(member, { kind: 'time' })
      },
      true,
    )
  }

  #rejoinLater(member: Member): void {
    this.scheduler.post(
      REJOIN_MS,
      () => {
        if (!member.alive || member.machine.neighbors().length > 0) return
        const others = this.alive.filter(({ id }) => id !== member.id && this.#reaches(member.id, id))
        if (others.length > 0) this.step(member, { kind: 'join', peers: [this.#random.pick(others).id] })
        this.#rejoinLater(member)
      },
      true,
    )
  }

  #send(member: Member, peer: PeerId, message: Message): void {
    const link = member.links.get(peer)
    if (link === undefined) this.#dial(member, peer, message)
    else if (link.up) this.#carry(link, member.id, peer, message)
    else link.queue.push(message)
  }

  #dial(member: Member, peer: PeerId, first: Message): void {
    const link: Link = { delayMs: this.#delay(), up: false, broken: false, queue: [first], arrivals: new Map() }
    member.links.set(peer, link)
    const fails = !this.#reaches(member.id, peer)
    this.scheduler.post(fails ? IDLE_MS : 2 * link.delayMs, () => this.#dialed(member, peer, link), true)
  }

  #dialed(member: Member, peer: PeerId, link: Link): void {
    const other = this.members.get(peer)
    if (link.broken || !member.alive) return
    if (other === undefined || !this.#reaches(member.id, peer)) {
      if (member.links.get(peer) !== link) return
      member.links.delete(peer)
      this.step(member, { kind: 'disconnected', peer, reached: false })
      return
    }
    link.up = true
    const own = other.links.get(member.id)
    other.links.set(member.id, link)
    const queue = link.queue.splice(0)
    for (const message of queue) this.#carry(link, member.id, peer, message)
    // Both dialed at once: one connection is enough.
    for (const message of own?.queue.splice(0) ?? []) this.#carry(link, peer, member.id, message)
    if (own !== undefined && own !== link) own.broken = true
  }

  #carry(link: Link, from: PeerId, to: PeerId, message: Message): void {
    const at = Math.max(link.arrivals.get(to) ?? 0, this.now + link.delayMs * (1 + this.#random.number() / 10))
    link.arrivals.set(to, at)
    const bytes = encodeMessage(message)
    if (bytes.length >= this.#config.maxMessageBytes) this.faults.push(`a ${message.type} of ${bytes.length} bytes`)
    this.scheduler.post(
      at - this.now,
      () => {
        const member = this.members.get(to)
        if (member === undefined || link.broken || !this.#reaches(from, to)) return
        if (message.type === 'Gossip') member.payloads += 1
        this.step(member, { kind: 'message', from, message: decodeMessage(bytes) })
      },
      true,
    )
  }

  /** This end is done with the link. The other one learns of it when all is there that was sent. */
  #disconnect(member: Member, peer: PeerId): void {
    const link = member.links.get(peer)
    if (link === undefined) return
    member.links.delete(peer)
    if (!link.up) {
      // What waits is sent, and then it ends.
      const queue = link.queue.splice(0)
      if (queue.length === 0) link.broken = true
      else
        this.scheduler.post(
          3 * this.#latency[1],
          () => {
            for (const message of queue) this.#carry(link, member.id, peer, message)
            this.#ended(link, member.id, peer)
          },
          true,
        )
      return
    }
    this.#ended(link, member.id, peer)
  }

  #ended(link: Link, by: PeerId, at: PeerId): void {
    this.scheduler.post(
      Math.max((link.arrivals.get(at) ?? 0) - this.now, 0) + link.delayMs,
      () => {
        const other = this.members.get(at)
        if (other?.links.get(by) !== link) return
        other.links.delete(by)
        this.step(other, { kind: 'disconnected', peer: by, reached: true })
      },
      true,
    )
  }

  #lose(a: PeerId, b: PeerId, link: Link): void {
    link.broken = true
    for (const [at, peer] of [
      [a, b],
      [b, a],
    ] as const)
      this.scheduler.post(
        IDLE_MS * (0.5 + this.#random.number()),
        () => {
          const member = this.members.get(at)
          if (member?.links.get(peer) !== link) return
          member.links.delete(peer)
          this.step(member, { kind: 'disconnected', peer, reached: link.up })
        },
        true,
      )
  }

  #reaches(a: PeerId, b: PeerId): boolean {
    return this.members.get(b)?.alive === true && this.#sideOf(a) === this.#sideOf(b)
  }

  #delay(): number {
    const [least, most] = this.#latency
    return least + this.#random.number() * (most - least)
  }
}
