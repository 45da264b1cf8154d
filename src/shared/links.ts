/**
 * Which links there are at a moment: one rule for all that shows, counts or writes them, now and in the past. Pure.
 *
 * A link is claimed by either of its ends (`neighbor` or `connection`; an entry in a catalog is not a link). A claim counts where
 * both ends are here, while it is no older than `MAX_LINK_AGE_MS`, and unless the other end spoke later without naming it. We see
 * our own links, so they do not grow old, and what others claim of a link to us counts only where we see it too.
 */
import type { PeerId } from './ids.ts'
import type { Loss } from './loss.ts'
import { rowInLoss } from './loss.ts'
import type { Edge, PeerRow } from './peer.ts'

/** A claim that is older does not count, milliseconds. As long as the view keeps it. */
export const MAX_LINK_AGE_MS = 15 * 60_000
/** So much later the other end must have spoken, milliseconds: links come up at two ends at different times. */
const TAKEN_BACK_MS = 5000
/** Peers name so many others at most (rule TP1): from one that names so many silence about a link says nothing. */
const MAX_NAMED = 64
/** Claims that are looked at in one step. */
const AT_ONCE = 4000

/** Why a claim is not a link of the moment: an end is not here, it is too old, or the other end spoke later and did not name it. */
export const NO_LINK = ['taken back', 'too old', 'not here'] as const
/** One of them. */
export type NoLink = (typeof NO_LINK)[number]

/** Of which moment it is judged. */
export interface LinkMoment {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Null where we are not among the peers. */
  readonly self: PeerId | null
}

/** What links are looked for in. */
export interface LinksInput extends LinkMoment {
  /** Whether a peer is here, ourselves included. */
  readonly here: (peerId: PeerId) => boolean
  readonly edges: readonly Edge[]
}

/** The same with who is here, ourselves included: what islands are looked for in too. */
export interface LinksAmong extends LinksInput {
  readonly peers: ReadonlySet<PeerId>
}

/** The links that count, as the claims of them; in steps. */
export function* countedLinks(input: LinksInput): Generator<void, Edge[]> {
  const claims = yield* claimsIn(input)
  const counted: Edge[] = []
  for (const [index, edge] of input.edges.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) yield
    if (isClaim(edge) && claims.against(edge) === null) counted.push(edge)
  }
  return counted
}

/** All claims of a moment, to be asked; in steps. */
export function* claimsIn({ now, self, here, edges }: LinksInput): Generator<void, LinkClaims> {
  const claims = new LinkClaims(here)
  claims.moment = { now, self }
  for (const [index, edge] of edges.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) yield
    claims.put(edge)
  }
  return claims
}

/** The input for a picture: who is online in it is here, and so are we. @param loss of the network that lasted then */
export function linksAmong(rows: Iterable<PeerRow>, edges: Iterable<Edge>, now: number, loss: Loss | null): LinksAmong {
  const peers = new Set<PeerId>()
  let self: PeerId | null = null
  for (const row of rows) {
    if (row.self) self = row.peerId
    if (isPresent(rowInLoss(row, loss))) peers.add(row.peerId)
  }
  return { now, self, peers, here: (peerId) => peers.has(peerId), edges: [...edges] }
}

/** Whether a link with such a peer can count. */
export function isPresent({ self, state }: Pick<PeerRow, 'state' | 'self'>): boolean {
  return self || state === 'online'
}

/** Whether an edge claims a link. */
export function isClaim({ kind }: Pick<Edge, 'kind'>): boolean {
  return kind !== 'holds'
}

/** Whether a claim of others is too old at a moment. */
export function isTooOld({ at }: Pick<Edge, 'at'>, now: number): boolean {
  return now - at > MAX_LINK_AGE_MS
}

/** What peers claim, by who says it, and what that makes. */
export class LinkClaims {
  /** At first no claim is too old. */
  moment: LinkMoment = { now: -Infinity, self: null }
  readonly #here: LinksInput['here']
  readonly #said = new Map<PeerId, Said>()

  constructor(here: LinksInput['here']) {
    this.#here = here
  }

  put(edge: Edge): void {
    if (!isClaim(edge)) return
    const { a: by, b: other } = edge
    const said = this.#said.get(by) ?? new Said()
    this.#said.set(by, said)
    said.put(other, edge)
  }

  remove({ a: by, b: other, kind }: Edge): void {
    const said = this.#said.get(by)
    said?.remove(other, kind)
    if (said?.count === 0) this.#said.delete(by)
  }

  clear(): void {
    this.#said.clear()
  }

  /** What speaks against a claim; null where it is a link. */
  against(edge: Edge): NoLink | null {
    const { self, now } = this.moment
    const { a: by, b: other } = edge
    if (by === other || !this.#here(by) || !this.#here(other)) return 'not here'
    if (by === self) return null
    if (isTooOld(edge, now)) return 'too old'
    const answer = this.#said.get(other)
    if (other === self) return answer?.at(by) === undefined ? 'taken back' : null
    if (answer === undefined || answer.count >= MAX_NAMED) return null
    const named = answer.at(by)
    if (named !== undefined && !isTooOld({ at: named }, now)) return null
    const claimedAt = this.#said.get(by)?.at(other) ?? edge.at
    return answer.newest > claimedAt + TAKEN_BACK_MS ? 'taken back' : null
  }

  /** Whether a peer told all its links: then none is hidden at its end. */
  toldAll(peerId: PeerId): boolean {
    const { self, now } = this.moment
    const said = this.#said.get(peerId)
    return peerId === self || (said !== undefined && !isTooOld({ at: said.newest }, now) && said.count < MAX_NAMED)
  }
}

/** What one peer claims. */
class Said {
  /** By the other end; of each kind at most one. A list only where there are two: a list for each takes as much as the map. */
  readonly #about = new Map<PeerId, Edge | Edge[]>()
  #newest: number | null = null

  /** How many others it names. */
  get count(): number {
    return this.#about.size
  }

  /** When it spoke last, milliseconds since the epoch. */
  get newest(): number {
    if (this.#newest === null) {
      this.#newest = -Infinity
      for (const said of this.#about.values()) this.#newest = Math.max(this.#newest, newestOf(said))
    }
    return this.#newest
  }

  /** When it named a peer last; undefined where it does not. */
  at(other: PeerId): number | undefined {
    const said = this.#about.get(other)
    return said === undefined ? undefined : newestOf(said)
  }

  put(other: PeerId, edge: Edge): void {
    this.#newest = null
    const rest = this.#otherThan(other, edge.kind)
    this.#about.set(other, rest.length === 0 ? edge : [...rest, edge])
  }

  remove(other: PeerId, kind: Edge['kind']): void {
    this.#newest = null
    const rest = this.#otherThan(other, kind)
    const [only] = rest
    if (only === undefined) this.#about.delete(other)
    else this.#about.set(other, rest.length === 1 ? only : rest)
  }

  /** What it says of a peer in another way. */
  #otherThan(other: PeerId, kind: Edge['kind']): Edge[] {
    const said = this.#about.get(other)
    if (said === undefined) return []
    return (Array.isArray(said) ? said : [said]).filter((edge) => edge.kind !== kind)
  }
}

function newestOf(said: Edge | Edge[]): number {
  return Array.isArray(said) ? Math.max(...said.map(({ at }) => at)) : said.at
}
