import type { PeerId } from '../../../shared/ids.ts'
import type { LinkMoment, NoLink } from '../../../shared/links.ts'
import { isClaim, isTooOld, LinkClaims } from '../../../shared/links.ts'
import type { Edge } from '../../../shared/peer.ts'

/** What is told of links in a picture: all claims, and which of them count. */
export interface Links {
  /** Whether an edge of the picture is a link of the moment that is shown. */
  isLink(edge: Edge): boolean
  /** What speaks against a claim; null where it is a link. */
  against(edge: Edge): NoLink | null
  /** All that is told of a peer: claims of links by either end, and what catalogs hold. */
  of(peerId: PeerId): Iterable<Edge>
}

/** The edges of a picture, by key, and which of them are links (`shared/links.ts`): of thousands few are looked at again. */
export class LinkBook implements Links {
  readonly edges = new Map<string, Edge>()
  readonly #claims: LinkClaims
  readonly #of = new Map<PeerId, Set<Edge>>()
  readonly #links = new Set<Edge>()
  /** Whose links may count otherwise since they were looked at last; null for those of all. */
  #touched: Set<PeerId> | null = new Set()

  /** @param here whether a peer is here, ourselves included */
  constructor(here: (peerId: PeerId) => boolean) {
    this.#claims = new LinkClaims(here)
  }

  set(key: string, edge: Edge): void {
    const before = this.edges.get(key)
    const was = before !== undefined && this.#links.has(before)
    if (before !== undefined) this.#forget(before)
    this.edges.set(key, edge)
    // One that is said again is told where it counts otherwise.
    if (was) this.#links.add(edge)
    this.#claims.put(edge)
    for (const peerId of [edge.a, edge.b]) {
      const known = this.#of.get(peerId)
      if (known === undefined) this.#of.set(peerId, new Set([edge]))
      else known.add(edge)
    }
    this.#spoke(edge)
  }

  delete(key: string): boolean {
    const edge = this.edges.get(key)
    if (edge === undefined) return false
    this.edges.delete(key)
    if (isClaim(edge)) this.#claims.remove(edge)
    this.#forget(edge)
    this.#spoke(edge)
    return true
  }

  clear(): void {
    this.edges.clear()
    this.#claims.clear()
    this.#of.clear()
    this.#links.clear()
    this.#touched = null
  }

  /** A peer came or went. */
  touch(peerId: PeerId): void {
    this.#touched?.add(peerId)
  }

  /** Of which moment it is from now on. */
  move(moment: LinkMoment): void {
    const { now, self } = this.#claims.moment
    this.#claims.moment = moment
    if (moment.self !== self) this.#touched = null
    if (moment.now === now || this.#touched === null) return
    // From one moment to the next hardly anything becomes too old.
    for (const edge of this.edges.values()) if (isTooOld(edge, now) !== isTooOld(edge, moment.now)) this.#spoke(edge)
  }

  /** Looks at what may count otherwise. @returns claims that are links now and were not, or no longer are */
  settle(): readonly Edge[] {
    const touched = this.#touched
    this.#touched = new Set()
    const changed: Edge[] = []
    const look = (claims: Iterable<Edge>): void => {
      for (const edge of claims) {
        if (!isClaim(edge)) continue
        const counts = this.#claims.against(edge) === null
        if (counts === this.#links.has(edge)) continue
        if (counts) this.#links.add(edge)
        else this.#links.delete(edge)
        changed.push(edge)
      }
    }
    if (touched === null) look(this.edges.values())
    else for (const peerId of touched) look(this.of(peerId))
    return changed
  }

  isLink(edge: Edge): boolean {
    return this.#links.has(edge)
  }

  against(edge: Edge): NoLink | null {
    return this.#claims.against(edge)
  }

  of(peerId: PeerId): Iterable<Edge> {
    return this.#of.get(peerId) ?? []
  }

  #forget(edge: Edge): void {
    this.#links.delete(edge)
    for (const peerId of [edge.a, edge.b]) {
      const known = this.#of.get(peerId)
      known?.delete(edge)
      if (known?.size === 0) this.#of.delete(peerId)
    }
  }

  /** What a peer says bears on what it claims, and on what others claim of it. */
  #spoke(edge: Edge): void {
    if (isClaim(edge)) this.touch(edge.a)
  }
}
