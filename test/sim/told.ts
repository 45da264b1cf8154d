import type { PeerId } from '../../src/shared/ids.ts'
import type { Source, Version } from '../../src/shared/peer.ts'

/** Numbers for all peers of a simulation, in the order in which they were met. */
export class PeerNumbers {
  readonly #numbers = new Map<PeerId, number>()
  readonly #peers: PeerId[] = []

  of(peerId: PeerId): number {
    const known = this.#numbers.get(peerId)
    if (known !== undefined) return known
    const number = this.#peers.push(peerId) - 1
    this.#numbers.set(peerId, number)
    return number
  }

  at(number: number): PeerId | undefined {
    return this.#peers[number]
  }
}

/**
 * The catalog that the events of one node tell of: present peers with their versions. An array, for a thousand maps of a
 * thousand peers would be the largest thing that each event looks into.
 */
export class ToldPeers {
  readonly #numbers: PeerNumbers
  readonly #versions: (Version | null)[] = []
  #size = 0

  constructor(numbers: PeerNumbers) {
    this.#numbers = numbers
  }

  get size(): number {
    return this.#size
  }

  get(peerId: PeerId): Version | null {
    return this.#versions[this.#numbers.of(peerId)] ?? null
  }

  has(peerId: PeerId): boolean {
    return this.get(peerId) !== null
  }

  /** @returns the version before; null where the peer was not there */
  set(peerId: PeerId, version: Version): Version | null {
    const number = this.#numbers.of(peerId)
    while (this.#versions.length < number) this.#versions.push(null)
    const before = this.#versions[number] ?? null
    if (before === null) this.#size += 1
    this.#versions[number] = version
    return before
  }

  delete(peerId: PeerId): boolean {
    const number = this.#numbers.of(peerId)
    if ((this.#versions[number] ?? null) === null) return false
    this.#versions[number] = null
    this.#size -= 1
    return true
  }

  *keys(): Generator<PeerId> {
    for (const [number, version] of this.#versions.entries()) {
      const peerId = version === null ? undefined : this.#numbers.at(number)
      if (peerId !== undefined) yield peerId
    }
  }
}

/** Whether it came as an answer to a ping: in a version that its peer does not keep (rule PG4). */
export function isAnswer(source: Source): boolean {
  return source === 'ping' || source === 'dht'
}
