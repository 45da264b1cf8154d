/** Catalog sync (rules SY), as the side that answers. It keeps no more state than the offer that it is pulling. */
import { LimitExceeded, MalformedMessage, SyncFailed } from '../../shared/errors.ts'
import type { PeerId } from '../../shared/ids.ts'
import { publicKeyOf } from '../../shared/ids.ts'
import { withDeadline } from './deadline.ts'
import type { Link } from './ports.ts'
import { isPrefix, sameDigest } from './reconcile.ts'
import { itemOf, peerOf } from './sync.ts'
import type { SyncParts } from './sync.ts'
import { MeteredLink, ownBuffer, pageOf, readPage, SYNC_BOUNDS } from './sync-pages.ts'
import { decodeMessage } from './wire/decode.ts'
import { SyncAnswer, SyncRequest } from './wire/generated/sync.js'
import type { Ranges } from './wire/generated/sync.js'

/** What one answered sync came to. */
export interface AnsweredSync {
  /** Entries that changed our catalog. */
  readonly received: number
  readonly sent: number
  readonly bytes: number
}

/**
 * Answers one peer until it ends the stream.
 * @throws SyncFailed, LimitExceeded, MalformedMessage, Timeout, Cancelled; what was verified before stays (rule SY4)
 */
export async function answerSync(link: Link, parts: SyncParts, signal: AbortSignal): Promise<AnsweredSync> {
  const metered = new MeteredLink(link, parts.clock)
  const session = new AnsweringSession(metered, parts)
  await withDeadline(parts.clock, SYNC_BOUNDS.durationMs, signal, `a sync that ${link.remote} began`, (inner) =>
    session.run(inner),
  )
  return { received: session.received, sent: session.sent, bytes: metered.bytes }
}

class AnsweringSession {
  received = 0
  sent = 0
  readonly #link: MeteredLink
  readonly #parts: SyncParts
  /** What we asked for of the running offer and did not get yet. */
  readonly #open = new Set<PeerId>()
  #offered = 0

  constructor(link: MeteredLink, parts: SyncParts) {
    this.#link = link
    this.#parts = parts
  }

  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      const message = await this.#next(signal)
      if (message === null) return
      const answer = await this.#answer(decodeMessage(SyncRequest, message), signal)
      await this.#link.write(SyncAnswer.encode(answer), signal)
    }
  }

  /** The next request, or null at the end of the stream, which is how a sync ends well. */
  async #next(signal: AbortSignal): Promise<Uint8Array | null> {
    try {
      return await this.#link.read(signal)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'StreamFailed') return null
      throw error
    }
  }

  async #answer(request: SyncRequest, signal: AbortSignal): Promise<SyncAnswer> {
    if (request.compare?.root !== undefined) {
      const root = request.compare.root
      if (root.prefix !== '') throw new MalformedMessage('a sync compares whole catalogs first')
      const equal = sameDigest(this.#parts.catalog.index.digest(''), root)
      return { ranges: equal ? { digests: [], items: [] } : this.#expand(['']) }
    }
    if (request.expand !== undefined) return { ranges: this.#expand(request.expand.prefixes) }
    if (request.want !== undefined) {
      const page = pageOf(request.want.publicKeys.map(peerOf), this.#parts.catalog)
      this.sent += page.sent
      if (this.sent > SYNC_BOUNDS.entries) throw new LimitExceeded('entries a sync', SYNC_BOUNDS.entries)
      return { page: page.message }
    }
    if (request.offer !== undefined) {
      this.#offered += request.offer.items.length
      if (this.#offered > SYNC_BOUNDS.entries) throw new LimitExceeded('entries a sync', SYNC_BOUNDS.entries)
      this.#open.clear()
      for (const { peerId, version } of request.offer.items.map(itemOf)) {
        if (this.#parts.catalog.isNews(peerId, version)) this.#open.add(peerId)
      }
      return this.#want()
    }
    if (request.page !== undefined) {
      const before = this.#open.size
      const got = await readPage(request.page, this.#open, this.#parts, this.#link.remote, signal)
      this.received += got.accepted
      for (const peerId of got.peerIds) this.#open.delete(peerId)
      // A page that brings nothing means that the rest is not to be had any more.
      if (this.#open.size === before) this.#open.clear()
      return this.#want()
    }
    throw new SyncFailed('an empty request')
  }

  #want(): SyncAnswer {
    return { want: { publicKeys: [...this.#open].map((peerId) => ownBuffer(publicKeyOf(peerId))) } }
  }

  #expand(prefixes: readonly string[]): Ranges {
    const ranges: Ranges = { digests: [], items: [] }
    if (prefixes.length > SYNC_BOUNDS.prefixes)
      throw new LimitExceeded('ranges a request', SYNC_BOUNDS.prefixes, prefixes.length)
    for (const prefix of new Set(prefixes)) {
      if (!isPrefix(prefix)) throw new MalformedMessage('a range is named by hex digits')
      const expansion = this.#parts.catalog.index.expand(prefix)
      if (expansion.kind === 'items') {
        ranges.items.push({
          prefix,
          items: expansion.items.map(({ peerId, version }) => ({
            publicKey: ownBuffer(publicKeyOf(peerId)),
            ...version,
          })),
        })
      } else {
        ranges.digests.push(
          ...expansion.digests.map((digest) => ({ ...digest, fingerprint: ownBuffer(digest.fingerprint) })),
        )
      }
    }
    return ranges
  }
}
