/** Messages that neighbors announced and that have not come, with the time at which one of them is asked for each. */
import type { PeerId } from '../../../../shared/ids.ts'
import type { BroadcastConfig } from './config.ts'
import { BOUNDS } from './config.ts'
import type { Announced, MessageId } from './wire.ts'

/** A neighbor that has a message. `round` is that of its announcement. */
export interface Claim {
  readonly peer: PeerId
  readonly round: number
}

interface Wanted {
  claims: Claim[]
  at: number
}

/** What is missing in one topic. */
export class Missing {
  readonly #config: BroadcastConfig
  // Two maps, for in each the times stand in order: what nobody was asked for yet, and what somebody was.
  readonly #announced = new Map<MessageId, Wanted>()
  readonly #asked = new Map<MessageId, Wanted>()
  /** How many claims each neighbor has. */
  readonly #counts = new Map<PeerId, number>()

  constructor(config: BroadcastConfig) {
    this.#config = config
  }

  get size(): number {
    return this.#announced.size + this.#asked.size
  }

  /** When `due` has something to say. */
  get nextAt(): number | null {
    let next: number | null = null
    for (const wanted of [this.#announced, this.#asked])
      for (const { at } of wanted.values()) {
        if (next === null || at < next) next = at
        break
      }
    return next
  }

  /** Notes that the neighbor has the message; false where it has announced too many that are missing. */
  claim(peer: PeerId, { id, round }: Announced, now: number): boolean {
    const wanted = this.#announced.get(id) ?? this.#asked.get(id)
    if (wanted?.claims.some((claim) => claim.peer === peer) === true) return true
    const count = this.#counts.get(peer) ?? 0
    if (count >= BOUNDS.missing) return false
    this.#counts.set(peer, count + 1)
    if (wanted === undefined)
      this.#announced.set(id, { claims: [{ peer, round }], at: now + this.#config.graftFirstMs })
    else wanted.claims.push({ peer, round })
    return true
  }

  /** The message is here. @returns who had announced it */
  found(id: MessageId): readonly Claim[] {
    const claims = (this.#announced.get(id) ?? this.#asked.get(id))?.claims ?? []
    this.#announced.delete(id)
    this.#asked.delete(id)
    for (const { peer } of claims) this.#uncount(peer)
    return claims
  }

  /** What is to be asked for now, and of whom: the first that announced it and was not asked yet. */
  due(now: number): { readonly id: MessageId; readonly claim: Claim }[] {
    const asks: { readonly id: MessageId; readonly claim: Claim }[] = []
    for (const wanted of [this.#announced, this.#asked])
      for (const [id, { claims, at }] of wanted) {
        if (at > now) break
        wanted.delete(id)
        const [claim, ...others] = claims
        if (claim === undefined) continue
        this.#uncount(claim.peer)
        this.#asked.set(id, { claims: others, at: now + this.#config.graftNextMs })
        asks.push({ id, claim })
      }
    return asks
  }

  /** The peer is no neighbor any longer. */
  forget(peer: PeerId): void {
    if (!this.#counts.delete(peer)) return
    for (const wanted of [this.#announced, this.#asked])
      for (const [id, entry] of wanted) {
        const before = entry.claims.length
        entry.claims = entry.claims.filter((claim) => claim.peer !== peer)
        if (entry.claims.length === 0 && before > 0) wanted.delete(id)
      }
  }

  clear(): void {
    for (const map of [this.#announced, this.#asked, this.#counts]) map.clear()
  }

  /** @param neighbors those that may have announced something */
  faults(neighbors: ReadonlyMap<PeerId, unknown>): string[] {
    const faults: string[] = []
    const counts = new Map<PeerId, number>()
    for (const wanted of [this.#announced, this.#asked]) {
      let last = 0
      for (const { claims, at } of wanted.values()) {
        if (at < last) faults.push('a missing message is asked for out of turn')
        last = at
        for (const { peer } of claims) counts.set(peer, (counts.get(peer) ?? 0) + 1)
      }
    }
    for (const [peer, count] of counts) {
      if (!neighbors.has(peer)) faults.push(`${peer} is no neighbor and has announced something`)
      if (count > BOUNDS.missing) faults.push(`${peer} has announced ${count} missing messages`)
    }
    for (const [peer, count] of this.#counts)
      if (count !== counts.get(peer)) faults.push(`the claims of ${peer} are counted wrongly`)
    return faults
  }

  #uncount(peer: PeerId): void {
    const count = (this.#counts.get(peer) ?? 0) - 1
    if (count > 0) this.#counts.set(peer, count)
    else this.#counts.delete(peer)
  }
}
