/**
 * Catalog sync (rules SY), as the side that asks. It compares its index with the peer's range by range, pulls what is news
 * to it, then offers what is news to the peer, which pulls it in turn: one message is outstanding at any time.
 */
import { LimitExceeded, MalformedMessage, SyncFailed } from '../../shared/errors.ts'
import type { PeerId } from '../../shared/ids.ts'
import { KEY_BYTES, peerIdOf, publicKeyOf } from '../../shared/ids.ts'
import { compareVersions } from '../../shared/peer.ts'
import type { Version } from '../../shared/peer.ts'
import { withDeadline } from './deadline.ts'
import type { SignedPeerEntry } from './entry.ts'
import type { SyncResult } from './handle.ts'
import type { Clock, Link, Signatures } from './ports.ts'
import type { IndexItem, ReconcileIndex } from './reconcile.ts'
import { differing, isPrefix } from './reconcile.ts'
import { MeteredLink, ownBuffer, pageOf, readPage, SYNC_BOUNDS } from './sync-pages.ts'
import { decodeMessage } from './wire/decode.ts'
import { SyncAnswer, SyncRequest } from './wire/generated/sync.js'
import type { Ranges } from './wire/generated/sync.js'

/** What a sync needs of the catalog. */
export interface SyncCatalog {
  /** All signed entries that are neither stale nor hidden, the own one included. */
  readonly index: ReconcileIndex
  /** The signed entry, if it may be sent (rule SY2). */
  entry(peerId: PeerId): SignedPeerEntry | null
  /** Whether an entry of this version would enter the catalog; asked before any signature is verified (rule SY5). */
  isNews(peerId: PeerId, version: Version): boolean
  /** Offers verified entries; the number of those that changed the catalog. */
  accept(entries: readonly SignedPeerEntry[], from: PeerId): Promise<number>
}

/** What both sides of a sync share. */
export interface SyncParts {
  readonly catalog: SyncCatalog
  readonly signatures: Signatures
  readonly clock: Clock
}

/**
 * Runs one sync over a fresh link, and closes it.
 * @throws SyncFailed, LimitExceeded, MalformedMessage, Timeout, Cancelled; what was verified before stays (rule SY4)
 */
export async function runSync(link: Link, parts: SyncParts, signal: AbortSignal): Promise<SyncResult> {
  const from = parts.clock.monotonic()
  const metered = new MeteredLink(link, parts.clock)
  const session = new Session(metered, parts)
  await withDeadline(parts.clock, SYNC_BOUNDS.durationMs, signal, `the sync with ${link.remote}`, (inner) =>
    session.run(inner),
  )
  await link.close()
  return {
    received: session.received,
    sent: session.sent,
    bytes: metered.bytes,
    durationMs: parts.clock.monotonic() - from,
  }
}

class Session {
  received = 0
  sent = 0
  readonly #link: MeteredLink
  readonly #parts: SyncParts
  /** Peers of which the other side has a newer entry, or one that we lack. */
  readonly #wanted = new Map<PeerId, Version>()
  /** Peers of which we have a newer entry, or one that it lacks. */
  readonly #offered = new Map<PeerId, Version>()

  constructor(link: MeteredLink, parts: SyncParts) {
    this.#link = link
    this.#parts = parts
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#compare(signal)
    await this.#pull(signal)
    await this.#give(signal)
  }

  async #compare(signal: AbortSignal): Promise<void> {
    const root = this.#parts.catalog.index.digest('')
    const answer = await this.#ask({ compare: { root: { ...root, fingerprint: ownBuffer(root.fingerprint) } } }, signal)
    let open = this.#note(expectRanges(answer), [''])
    while (open.length > 0) {
      const prefixes = open.slice(0, SYNC_BOUNDS.prefixes)
      const ranges = expectRanges(await this.#ask({ expand: { prefixes } }, signal))
      open = [...open.slice(SYNC_BOUNDS.prefixes), ...this.#note(ranges, prefixes)]
      if (open.length > SYNC_BOUNDS.openRanges) throw new LimitExceeded('open ranges a sync', SYNC_BOUNDS.openRanges)
    }
  }

  /** Takes in what ranges hold; answers with the parts to look into next. Refuses what was not asked for. */
  #note(ranges: Ranges, asked: readonly string[]): string[] {
    const { index } = this.#parts.catalog
    const parents = new Set(asked)
    const seen = new Map<string, Set<string>>()
    for (const digest of ranges.digests) {
      const parent = digest.prefix.slice(0, -1)
      if (!isPrefix(digest.prefix) || digest.prefix === '' || !parents.has(parent)) throw unasked()
      const digits = seen.get(parent) ?? new Set()
      seen.set(parent, digits.add(digest.prefix.slice(-1)))
    }
    for (const range of ranges.items) {
      if (!parents.has(range.prefix) || seen.has(range.prefix)) throw unasked()
      seen.set(range.prefix, new Set())
      this.#noteItems(range.prefix, range.items.map(itemOf))
    }
    // Parts that the peer left out are empty there: all of ours are news to it.
    for (const [parent, digits] of seen) {
      if (digits.size === 0) continue
      for (const digit of '0123456789abcdef') {
        if (!digits.has(digit))
          for (const item of index.itemsOf(parent + digit)) this.#offered.set(item.peerId, item.version)
      }
    }
    // A part that is named twice is looked into once.
    return [...new Set(differing(index, ranges.digests).map((digest) => digest.prefix))]
  }

  #noteItems(prefix: string, theirs: readonly IndexItem[]): void {
    const { index } = this.#parts.catalog
    const listed = new Map(theirs.map((item) => [item.peerId, item.version]))
    for (const [peerId, version] of listed) this.#want(peerId, version)
    for (const mine of index.itemsOf(prefix)) {
      const version = listed.get(mine.peerId)
      if (version === undefined || compareVersions(mine.version, version) > 0)
        this.#offered.set(mine.peerId, mine.version)
    }
    if (this.#offered.size > SYNC_BOUNDS.entries) throw new LimitExceeded('entries a sync', SYNC_BOUNDS.entries)
  }

  #want(peerId: PeerId, version: Version): void {
    const mine = this.#parts.catalog.index.versionOf(peerId)
    if (mine !== null && compareVersions(mine, version) >= 0) return
    if (!this.#parts.catalog.isNews(peerId, version)) return
    this.#wanted.set(peerId, version)
    if (this.#wanted.size > SYNC_BOUNDS.entries) throw new LimitExceeded('entries a sync', SYNC_BOUNDS.entries)
  }

  async #pull(signal: AbortSignal): Promise<void> {
    const open = [...this.#wanted.keys()]
    while (open.length > 0) {
      const asked = open.slice(0, SYNC_BOUNDS.itemsAMessage)
      const answer = await this.#ask(
        { want: { publicKeys: asked.map((peerId) => ownBuffer(publicKeyOf(peerId))) } },
        signal,
      )
      if (answer.page === undefined) throw unasked()
      const got = await readPage(answer.page, new Set(asked), this.#parts, this.#link.remote, signal)
      this.received += got.accepted
      // Those before the last one that came were left out on purpose: the peer has lost them meanwhile.
      const last = Math.max(-1, ...got.peerIds.map((peerId) => asked.indexOf(peerId)))
      open.splice(0, last < 0 ? asked.length : last + 1)
    }
  }

  async #give(signal: AbortSignal): Promise<void> {
    const items = [...this.#offered].map(([peerId, version]) => ({
      publicKey: ownBuffer(publicKeyOf(peerId)),
      ...version,
    }))
    for (let from = 0; from < items.length; from += SYNC_BOUNDS.itemsAMessage) {
      const offer = items.slice(from, from + SYNC_BOUNDS.itemsAMessage)
      const open = new Set(offer.map((item) => peerIdOf(item.publicKey)))
      // What we lost since it was offered: the peer cannot tell, and asks for it until a page brings nothing.
      const gone = new Set<PeerId>()
      let wanted = this.#wantedOf(await this.#ask({ offer: { items: offer } }, signal), open, gone)
      while (wanted.length > 0) {
        const page = pageOf(wanted, this.#parts.catalog)
        this.sent += page.sent
        const answer = await this.#ask({ page: page.message }, signal)
        for (const peerId of page.done) open.delete(peerId)
        for (const peerId of page.gone) gone.add(peerId)
        wanted = this.#wantedOf(answer, open, gone)
      }
    }
  }

  /** The peers that the other side asks for: only such as were offered and not yet sent. */
  #wantedOf(answer: SyncAnswer, offered: ReadonlySet<PeerId>, gone: ReadonlySet<PeerId>): readonly PeerId[] {
    if (answer.want === undefined) throw unasked()
    const wanted = [...new Set(answer.want.publicKeys.map(peerOf))].filter((peerId) => !gone.has(peerId))
    if (!wanted.every((peerId) => offered.has(peerId))) throw unasked()
    return wanted
  }

  async #ask(request: SyncRequest, signal: AbortSignal): Promise<SyncAnswer> {
    await this.#link.write(SyncRequest.encode(request), signal)
    return decodeMessage(SyncAnswer, await this.#link.read(signal))
  }
}

function expectRanges(answer: SyncAnswer): Ranges {
  if (answer.ranges === undefined) throw unasked()
  return answer.ranges
}

function unasked(): SyncFailed {
  return new SyncFailed('the peer sent what was not asked for')
}

/** A peer by its key, as it came. @throws MalformedMessage */
export function peerOf(publicKey: Uint8Array): PeerId {
  if (publicKey.length !== KEY_BYTES) throw new MalformedMessage(`a public key in a sync has not ${KEY_BYTES} bytes`)
  return peerIdOf(publicKey)
}

/** An item of the wire, checked. */
export function itemOf(item: { publicKey: Uint8Array; startedAt: number; updatedAt: number }): IndexItem {
  return { peerId: peerOf(item.publicKey), version: { startedAt: item.startedAt, updatedAt: item.updatedAt } }
}
