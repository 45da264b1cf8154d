/** What two peers of one network have in common and what not: which peers each knows, with the evidence, and what each says of itself. */
import type { PeerId } from './ids.ts'
import { isClaim, isPresent } from './links.ts'
import type { Edge, PeerRow } from './peer.ts'
import { stateWord } from './state-words.ts'

/** Edges, or ids, that are looked at in one step. */
const AT_ONCE = 5000

/** What a peer's catalog held at a moment: at its last sync with us, or ours now. Milliseconds since the epoch. */
export interface Held {
  readonly at: number
  readonly peerIds: Iterable<PeerId>
}

/** A peer that one of the two knows, and from what we know that. */
export interface KnownPeer {
  readonly peerId: PeerId
  /** The strongest first: a live connection, a gossip neighbor, an entry in its catalog. */
  readonly kinds: readonly Edge['kind'][]
  /** Who said so: the peer itself, the other end of a link, or ourselves. */
  readonly saidBy: PeerId
  /** When the newest of that was said, milliseconds since the epoch. */
  readonly at: number
}

/** The peers that a peer knows, as far as we were told. */
export interface Knowledge {
  readonly known: ReadonlyMap<PeerId, KnownPeer>
  /** When it told its links last; null where it was not asked, or that is too long ago. */
  readonly toldAt: number | null
  /** When its catalog was last seen; null where it never synced with us. */
  readonly heldAt: number | null
  /** The last sync that links of `holds` are of: of a past they tell all that is known of its catalog; null where there are none. */
  readonly partHeldAt: number | null
  /** Peers that it is linked to, by what it or they say. */
  readonly links: number
  /** Its catalog held them when it was seen, and they left since: whether it holds them still is not known. */
  readonly left: ReadonlyMap<PeerId, KnownPeer>
}

/** A peer that one of the two knows, and that the other did not tell of. */
export interface OnlyKnown extends KnownPeer {
  /** It came after the other told what counts, which may know it by now. */
  readonly cameSince: boolean
}

/** Who is known to one, the other and both, each in the order of the ids. */
export interface KnowledgeDifference {
  readonly onlyA: readonly OnlyKnown[]
  readonly onlyB: readonly OnlyKnown[]
  /** As A knows them. */
  readonly both: readonly KnownPeer[]
  /** Catalogs held them when they were seen, and they left since: who knows them still is not known. As A knew them, else B. */
  readonly left: readonly KnownPeer[]
}

/** What there is to know at the moment of the comparison. */
export interface KnowledgeMoment {
  /** Since when a peer is here, ourselves included, milliseconds since the epoch; null where it is not. */
  readonly hereSince: (peerId: PeerId) => number | null
  /** When it came, or started again meanwhile, as far as we know, milliseconds since the epoch. */
  readonly cameAt: (peerId: PeerId) => number
  /** Whether it is ourselves: what we know is seen as it is now. */
  readonly isSelf: (peerId: PeerId) => boolean
}

/** What is compared of the knowledge: all, links alone, or entries of catalogs alone. */
export const KNOWLEDGE_SCOPES = ['all', 'links', 'catalogs'] as const
/** One of them. */
export type KnowledgeScope = (typeof KNOWLEDGE_SCOPES)[number]

const STRENGTH: readonly Edge['kind'][] = ['connection', 'neighbor', 'holds']

/**
 * What is told of two peers, gathered in one walk over the edges; in steps.
 * @param counts whether an edge is true at the moment: of links those that count, and what catalogs hold
 */
export function* knowledgeOf(
  edges: Iterable<Edge>,
  [a, b]: readonly [PeerId, PeerId],
  held: ReadonlyMap<PeerId, Held>,
  counts: (edge: Edge) => boolean,
  { hereSince, isSelf }: Pick<KnowledgeMoment, 'hereSince' | 'isSelf'>,
): Generator<void, readonly [Gathered, Gathered]> {
  const both = [new Gathered(a), new Gathered(b)] as const
  let looked = 0
  for (const edge of edges) {
    looked += 1
    if (looked % AT_ONCE === 0) yield
    const counted = counts(edge)
    both[0].take(edge, counted)
    both[1].take(edge, counted)
  }
  for (const one of both) {
    const catalog = held.get(one.peerId)
    if (catalog === undefined) continue
    one.heldAt = catalog.at
    for (const peerId of catalog.peerIds) {
      looked += 1
      if (looked % AT_ONCE === 0) yield
      const since = hereSince(peerId)
      // Our own catalog is seen as it is now.
      if (since !== null && (since <= catalog.at || isSelf(one.peerId))) one.holds(peerId, catalog.at)
      else one.held(peerId, catalog.at)
    }
  }
  return both
}

/** Compares the peers that two peers know, without the two themselves. In steps. */
export function* knowledgeDifference(
  [a, b]: readonly [Gathered, Gathered],
  scope: KnowledgeScope,
  moment: KnowledgeMoment,
): Generator<void, KnowledgeDifference> {
  const onlyA: OnlyKnown[] = []
  const onlyB: OnlyKnown[] = []
  const both: KnownPeer[] = []
  const left = new Map<PeerId, KnownPeer>()
  let looked = 0
  for (const [mine, theirs, only] of [[a, b, onlyA] as const, [b, a, onlyB] as const]) {
    for (const known of mine.known.values()) {
      const { peerId } = known
      looked += 1
      if (looked % AT_ONCE === 0) yield
      if (peerId === theirs.peerId || !inScope(known, scope)) continue
      if (!knows(theirs, peerId, scope)) only.push({ ...known, cameSince: isNewTo(theirs, peerId, scope, moment) })
      else if (mine === a) both.push(known)
    }
    if (scope === 'links') continue
    for (const [peerId, known] of mine.left) {
      looked += 1
      if (looked % AT_ONCE === 0) yield
      const isKnown = [a, b].some((one) => one.peerId === peerId || knows(one, peerId, scope))
      if (!isKnown && !left.has(peerId)) left.set(peerId, known)
    }
  }
  const lists = { onlyA, onlyB, both, left: [...left.values()] }
  for (const list of Object.values<KnownPeer[]>(lists)) {
    yield
    list.sort((one, other) => (one.peerId < other.peerId ? -1 : 1))
  }
  return lists
}

/** Whether a peer that is here, and that another did not tell of, came after that one told. */
function isNewTo(
  { peerId, heldAt, toldAt }: Gathered,
  newcomer: PeerId,
  scope: KnowledgeScope,
  { isSelf, cameAt }: KnowledgeMoment,
): boolean {
  if (isSelf(peerId)) return false
  // After a sync its catalog held all that ours did (rule SY1): who is not in it was not here then.
  if (scope !== 'links' && heldAt !== null) return true
  return toldAt !== null && cameAt(newcomer) > toldAt
}

/** The peers that a peer knows, while they are gathered. */
export class Gathered implements Knowledge {
  readonly peerId: PeerId
  readonly known = new Map<PeerId, KnownPeer>()
  readonly left = new Map<PeerId, KnownPeer>()
  toldAt: number | null = null
  heldAt: number | null = null
  partHeldAt: number | null = null
  links = 0

  constructor(peerId: PeerId) {
    this.peerId = peerId
  }

  /** What it says of others; and that another says to be linked to it. What does not count only tells that it spoke. */
  take({ a, b, kind, saidBy, at }: Edge, counted: boolean): void {
    const own = a === this.peerId && saidBy === this.peerId
    if (own && isClaim({ kind })) this.toldAt = Math.max(this.toldAt ?? at, at)
    if (own && kind === 'holds') this.partHeldAt = Math.max(this.partHeldAt ?? at, at)
    if (!counted) return
    if (own) this.#put(b, kind, saidBy, at)
    else if (b === this.peerId && isClaim({ kind })) this.#put(a, kind, saidBy, at)
  }

  /** Its catalog holds the other's entry. */
  holds(other: PeerId, at: number): void {
    this.#put(other, 'holds', this.peerId, at)
  }

  /** Its catalog held the other's entry, and the other left since. */
  held(other: PeerId, at: number): void {
    if (other !== this.peerId) this.left.set(other, { peerId: other, kinds: ['holds'], saidBy: this.peerId, at })
  }

  #put(other: PeerId, kind: Edge['kind'], saidBy: PeerId, at: number): void {
    if (other === this.peerId) return
    const before = this.known.get(other)
    if (isClaim({ kind }) && before?.kinds.some((one) => isClaim({ kind: one })) !== true) this.links += 1
    if (before === undefined) {
      this.known.set(other, { peerId: other, kinds: [kind], saidBy, at })
      return
    }
    const kinds = before.kinds.includes(kind)
      ? before.kinds
      : STRENGTH.filter((one) => one === kind || before.kinds.includes(one))
    // What the peer says itself counts more than what another says of it; of two the newer.
    const own = saidBy === this.peerId
    const better = own === (before.saidBy === this.peerId) ? at > before.at : own
    this.known.set(other, better ? { peerId: other, kinds, saidBy, at } : { ...before, kinds })
  }
}

function knows({ known }: Gathered, peerId: PeerId, scope: KnowledgeScope): boolean {
  const found = known.get(peerId)
  return found !== undefined && inScope(found, scope)
}

function inScope({ kinds }: KnownPeer, scope: KnowledgeScope): boolean {
  if (scope === 'all') return true
  return scope === 'links' ? kinds.some((kind) => isClaim({ kind })) : kinds.includes('holds')
}

/** A line of the table that sets two peers side by side. Texts and lists are those of the entries. */
export type PeerFact =
  | { readonly kind: 'value'; readonly field: ValueField; readonly a: Value; readonly b: Value; readonly same: boolean }
  | { readonly kind: 'list'; readonly field: ListField; readonly lists: ListDifference; readonly same: boolean }

type Value = string | number | null

/** What has one value. `rtt` is in milliseconds, the others but `state`, `protocol`, `source` are moments. */
export type ValueField = 'state' | 'protocol' | 'source' | 'rtt' | 'started' | 'updated' | 'firstSeen' | 'lastSeen'
/** What has many. */
export type ListField = 'tags' | 'addresses' | 'streams' | 'functions' | 'groups'

/** Items of two lists, in their order. */
export interface ListDifference {
  readonly onlyA: readonly string[]
  readonly onlyB: readonly string[]
  readonly both: readonly string[]
}

const LISTS: readonly ListField[] = ['tags', 'addresses', 'streams', 'functions', 'groups']

/** Two peers side by side. That times and round-trip times differ says little, so they are never marked as different. */
export function peerFacts(a: PeerRow, b: PeerRow): readonly PeerFact[] {
  const value = (field: ValueField, of: (row: PeerRow) => Value, differs = false): PeerFact => ({
    kind: 'value',
    field,
    a: of(a),
    b: of(b),
    same: !differs || of(a) === of(b),
  })
  return [
    stated(a, b),
    value('protocol', (row) => row.protocolVersion, true),
    ...LISTS.filter((field) => field === 'tags' || a[field].length + b[field].length > 0).map((field): PeerFact => {
      const lists = listDifference(a[field], b[field])
      return { kind: 'list', field, lists, same: lists.onlyA.length + lists.onlyB.length === 0 }
    }),
    value('source', (row) => row.source),
    value('rtt', (row) => row.rtt?.srtt ?? null),
    value('started', (row) => row.version.startedAt),
    value('updated', (row) => row.version.updatedAt),
    value('firstSeen', (row) => row.firstSeen),
    value('lastSeen', (row) => row.lastSeen),
  ]
}

/** The words that lists show. That one of the two is ourselves is no difference. */
function stated(a: PeerRow, b: PeerRow): PeerFact {
  const [wordA, wordB] = [stateWord(a), stateWord(b)]
  const same = wordA === wordB || ((a.self || b.self) && isPresent(a) && isPresent(b))
  return { kind: 'value', field: 'state', a: wordA, b: wordB, same }
}

/** What two lists share and do not. */
export function listDifference(a: readonly string[], b: readonly string[]): ListDifference {
  const [inA, inB] = [new Set(a), new Set(b)]
  return {
    onlyA: a.filter((item) => !inB.has(item)),
    onlyB: b.filter((item) => !inA.has(item)),
    both: a.filter((item) => inB.has(item)),
  }
}
