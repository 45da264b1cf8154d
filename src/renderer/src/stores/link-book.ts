import type { PeerId } from '../../../shared/ids.ts'
import type { LinkMoment, NoLink } from '../../../shared/links.ts'
import { endsOf, isClaim, LinkClaims } from '../../../shared/links.ts'
import type { Edge } from '../../../shared/peer.ts'

/** What is told of links in a picture: all claims, and which of them count. */
export interface Links {
  /** Whether the claim of this key is a link of the moment that is shown. */
  isLink(key: string): boolean
  /** What speaks against a claim; null where it is a link. */
  against(edge: Edge): NoLink | null
  /** All that is told of a peer: claims of links by either end, and what catalogs hold. */
  of(peerId: PeerId): Iterable<Edge>
}

/** The edges of a picture, by key, and which of them are links (`shared/links.ts`): of thousands few are looked at again. */
export class LinkBook implements Links {
  readonly edges = new Map<string, Edge>()
  readonly #claims: LinkClaims
  readonly #of = new Map<PeerId, Map<string, Edge>>()
  readonly #links = new Set<string>()
  /** Whose links may count otherwise since they were looked at last; null for those of all. */
  #touched: Set<PeerId> | null = new Set()

  /** @param here whether a peer is here, ourselves included */
  constructor(here: (peerId: PeerId) => boolean) {
    this.#claims = new LinkClaims(here)
  }

  set(key: string, edge: Edge): void {
    this.edges.set(key, edge)
    this.#claims.put(edge)
    for (const peerId of [edge.a, edge.b]) {
      const known = this.#of.get(peerId)
      if (known === undefined) this.#of.set(peerId, new Map([[key, edge]]))
      else known.set(key, edge)
    }
    this.#spoke(edge)
  }

  delete(key: string): boolean {
    const edge = this.edges.get(key)
    if (edge === undefined) return false
    this.edges.delete(key)
    this.#links.delete(key)
    if (isClaim(edge)) this.#claims.remove(edge)
    for (const peerId of [edge.a, edge.b]) {
      const known = this.#of.get(peerId)
      known?.delete(key)
      if (known?.size === 0) this.#of.delete(peerId)
    }
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

  /** What a peer says bears on what it claims, and on what others claim of it. */
  #spoke(edge: Edge): void {
    if (isClaim(edge)) this.touch(endsOf(edge)[0])
  }

  /** A peer came or went. */
  touch(peerId: PeerId): void {
    this.#touched?.add(peerId)
  }

  /** Of which moment it is from now on. */
  move(moment: LinkMoment): void {
    const { now, self } = this.#claims.moment
    if (moment.now === now && moment.self === self) return
    this.#claims.moment = moment
    this.#touched = null
  }

  /** Looks at what may count otherwise. @returns the keys of claims that are links now and were not, or no longer are */
  settle(): readonly string[] {
    const touched = this.#touched
    this.#touched = new Set()
    const changed: string[] = []
    const look = (claims: ReadonlyMap<string, Edge>): void => {
      for (const [key, edge] of claims) {
        if (!isClaim(edge)) continue
        const counts = this.#claims.against(edge) === null
        if (counts === this.#links.has(key)) continue
        if (counts) this.#links.add(key)
        else this.#links.delete(key)
        changed.push(key)
      }
    }
    if (touched === null) look(this.edges)
    else for (const peerId of touched) look(this.#of.get(peerId) ?? NOTHING)
    return changed
  }

  isLink(key: string): boolean {
    return this.#links.has(key)
  }

  against(edge: Edge): NoLink | null {
    return this.#claims.against(edge)
  }

  of(peerId: PeerId): Iterable<Edge> {
    return this.#of.get(peerId)?.values() ?? []
  }
}

const NOTHING: ReadonlyMap<string, Edge> = new Map()
