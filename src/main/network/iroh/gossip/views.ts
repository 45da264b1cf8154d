/** The peers that HyParView knows: neighbors, spares, and those that were asked. All that is kept of peers is kept here. */
import type { PeerId } from '../../../../shared/ids.ts'
import { KEY_BYTES } from '../../../../shared/ids.ts'
import type { OfNeighbor } from './allowances.ts'
import type { Chance } from './choice.ts'
import { pick, sample } from './choice.ts'
import type { GossipConfig, MembershipConfig } from './config.ts'
import { BOUNDS } from './config.ts'
import type { Counters } from './io.ts'
import { isKey } from './keys.ts'
import type { PeerInfo } from './wire.ts'

/** How a peer is reached, and whether it said so itself. */
export interface Known {
  data: Uint8Array | null
  firstHand: boolean
}

/** A peer of the active view. */
export interface Neighbor extends Known {
  /** Until when a Neighbor message of it is the answer to one of ours. */
  greetedUntil: number
  readonly rates: OfNeighbor
}

/** A peer of the passive view. */
export interface Spare extends Known {
  /** Before this it is not asked again. */
  restUntil: number
  /** Requests that it let pass. */
  missed: number
}

/** A peer that was asked to be our neighbor, or to let us join. */
export interface Wait {
  /** When the request has failed; null once it has, and for a Join. */
  answerBy: number | null
  /** When the peer is disconnected, if it is no neighbor by then. */
  readonly settleBy: number
}

/** Bytes of a Shuffle beside its peers, and of a peer beside its data, at most. */
const AROUND_PEERS = 2 + KEY_BYTES + 2 + 3
const AROUND_DATA = KEY_BYTES + 1 + 2

/** The views of one topic, and what is taken from them or into them whatever the rules are. */
export class Views {
  readonly me: PeerId
  readonly active = new Map<PeerId, Neighbor>()
  readonly passive = new Map<PeerId, Spare>()
  readonly waiting = new Map<PeerId, Wait>()
  readonly #config: MembershipConfig
  readonly #maxMessageBytes: number
  readonly #chance: Chance
  readonly #counters: Counters

  constructor(me: PeerId, config: GossipConfig, chance: Chance, counters: Counters) {
    this.me = me
    this.#config = config.membership
    this.#maxMessageBytes = config.maxMessageBytes
    this.#chance = chance
    this.#counters = counters
  }

  get isFull(): boolean {
    return this.active.size >= this.#config.activeView
  }

  /** Whether a request to the peer is not yet answered. */
  isPending(peer: PeerId): boolean {
    return (this.waiting.get(peer)?.answerBy ?? null) !== null
  }

  /** Notes that the peer is asked; false where too many are. */
  await(peer: PeerId, wait: Wait): boolean {
    if (!this.waiting.has(peer) && this.waiting.size >= BOUNDS.waiting) {
      this.#counters.overBounds += 1
      return false
    }
    this.waiting.set(peer, wait)
    return true
  }

  /** A neighbor at random, but none of these. */
  anyNeighbor(...but: readonly PeerId[]): PeerId | undefined {
    return pick(
      this.#chance,
      [...this.active.keys()].filter((peer) => !but.includes(peer)),
    )
  }

  /** A spare to ask, at random: one that has rested, or where `alone` any. */
  anySpare(now: number, alone: boolean): PeerId | undefined {
    const spares = [...this.passive].filter(([peer]) => !this.isPending(peer))
    const rested = spares.filter(([, { restUntil }]) => restUntil <= now)
    return pick(this.#chance, rested.length === 0 && alone ? spares : rested)?.[0]
  }

  /** Keeps the peer as a spare, where need be in place of another. */
  addSpare(id: PeerId, said: Uint8Array | null, firstHand: boolean, restUntil = 0): void {
    if (id === this.me || this.active.has(id)) return
    const data = boundedData(said)
    const known = this.passive.get(id)
    if (known !== undefined) {
      learn(known, data, firstHand)
      return
    }
    const goes = this.passive.size < this.#config.passiveView ? undefined : pick(this.#chance, [...this.passive.keys()])
    if (goes !== undefined) this.passive.delete(goes)
    this.passive.set(id, { data, firstHand: firstHand && data !== null, restUntil, missed: 0 })
  }

  /** So many peers to tell this one of, spares first. */
  namesFor(peer: PeerId, count: number): PeerInfo[] {
    const others = <T>(peers: ReadonlyMap<PeerId, T>): [PeerId, T][] => [...peers].filter(([id]) => id !== peer)
    const spares = sample(this.#chance, others(this.passive), count)
    const neighbors = sample(this.#chance, others(this.active), count - spares.length)
    return this.fitting(infoOf([...spares, ...neighbors]))
  }

  /** What a Shuffle to this peer tells: ourselves, and some of both views. */
  shuffleFor(peer: PeerId, data: Uint8Array | null): PeerInfo[] {
    const { shuffleActive, shufflePassive } = this.#config
    const neighbors = [...this.active].filter(([id]) => id !== peer)
    return this.fitting([
      { id: this.me, data },
      ...infoOf(sample(this.#chance, neighbors, shuffleActive)),
      ...infoOf(sample(this.#chance, [...this.passive], shufflePassive)),
    ])
  }

  /** The peers of a message that are somebody. */
  sound(nodes: readonly PeerInfo[]): PeerInfo[] {
    if (nodes.length > BOUNDS.nodes) this.#counters.overBounds += 1
    return nodes
      .slice(0, BOUNDS.nodes)
      .filter(({ id }) => this.isSomebody(id))
      .map(({ id, data }) => ({ id, data: boundedData(data) }))
  }

  /** Whether the id is a key; what is none is counted. */
  isSomebody(id: PeerId): boolean {
    if (id === this.me || this.active.has(id) || this.passive.has(id) || isKey(id)) return true
    this.#counters.badKeys += 1
    return false
  }

  /** As many of the peers as a message has room for. */
  fitting(nodes: readonly PeerInfo[]): PeerInfo[] {
    let left = this.#maxMessageBytes - 1 - AROUND_PEERS
    return nodes.filter(({ data }) => {
      const bytes = AROUND_DATA + (data?.length ?? 0)
      if (bytes > left) return false
      left -= bytes
      return true
    })
  }

  /** What does not hold, in words. Empty as long as all is well. */
  faults(): string[] {
    const faults: string[] = []
    const bounded = (what: string, size: number, most: number): void => {
      if (size > most) faults.push(`${what} has ${size} peers, over ${most}`)
    }
    bounded('the active view', this.active.size, this.#config.activeView)
    bounded('the passive view', this.passive.size, this.#config.passiveView)
    bounded('the list of who was asked', this.waiting.size, BOUNDS.waiting)
    for (const peers of [this.active, this.passive, this.waiting])
      if (peers.has(this.me)) faults.push('we are a peer of our own')
    for (const peer of this.active.keys()) {
      if (this.passive.has(peer)) faults.push(`${peer} is in both views`)
      if (this.waiting.has(peer)) faults.push(`${peer} is a neighbor and was asked to be one`)
    }
    for (const { data } of [...this.active.values(), ...this.passive.values()])
      if ((data?.length ?? 0) > BOUNDS.peerData) faults.push('address data is too large')
    return faults
  }
}

/** Takes over what is said of how a peer is reached, true if that is news. What it said itself others do not change. */
export function learn(known: Known, data: Uint8Array | null, firstHand: boolean): boolean {
  if (data === null || (known.firstHand && !firstHand)) return false
  known.firstHand = firstHand
  const same = known.data?.length === data.length && known.data.every((byte, at) => byte === data[at])
  if (!same) known.data = data
  return !same
}

/** A copy of the data, for it may be a view into a whole frame; null where it is larger than anybody needs. */
export function boundedData(data: Uint8Array | null): Uint8Array | null {
  return data === null || data.length > BOUNDS.peerData ? null : Uint8Array.from(data)
}

function infoOf(peers: readonly (readonly [PeerId, Known])[]): PeerInfo[] {
  return peers.map(([id, { data }]) => ({ id, data }))
}
