/** Catalog sync (rules SY), as the side that answers. It keeps no more state than the offer that it is pulling. */
import { LimitExceeded, MalformedMessage, StreamFailed, SyncFailed } from '../../../../../shared/errors.ts'
import type { PeerId } from '../../../../../shared/ids.ts'
import { publicKeyOf } from '../../../../../shared/ids.ts'
import { ownBuffer } from '../../../base/bytes.ts'
import type { Exchange, ExchangeAction, ExchangeInput } from '../../../exchange/exchange.ts'
import { failing, unexpected } from '../../../exchange/exchange.ts'
import { decodeMessage } from '../wire/decode.ts'
import { SyncAnswer, SyncRequest } from '../wire/generated/sync.js'
import type { Ranges } from '../wire/generated/sync.js'
import { RECONCILE_BOUNDS } from './bounds.ts'
import { PageIntake, pageOf } from './pages.ts'
import type { SyncCounts, SyncView } from '../../../sync/parts.ts'
import { itemOf, peerOf, SyncMeter } from './parts.ts'
import { isPrefix, sameDigest } from '../../../sync/reconcile.ts'

type Action = ExchangeAction<SyncCounts>

/** The answering side of one sync. */
export class SyncAnswerer implements Exchange<SyncCounts> {
  readonly #catalog: SyncView
  readonly #meter = new SyncMeter()
  /** What we asked for of the running offer and did not get yet. */
  readonly #open = new Set<PeerId>()
  /** The page that is being taken in, and how much was open before it. */
  #taking: { readonly page: PageIntake; readonly open: number } | null = null
  /** Whether the peer may end it now: it compared the catalogs, and was not told of a range that it must look into. */
  #complete = false
  /** Whether it was sent a page of all entries that was not the last. */
  #sendsAll = false
  #offered = 0
  #received = 0
  #sent = 0

  constructor(catalog: SyncView) {
    this.#catalog = catalog
  }

  step(input: ExchangeInput): Action {
    return failing(() => this.#step(input))
  }

  #step(input: ExchangeInput): Action {
    if (input.kind === 'begin') return { kind: 'read' }
    if (input.kind === 'ended') {
      if (!this.#complete) throw new StreamFailed('the peer ended the sync early')
      return { kind: 'done', result: { received: this.#received, sent: this.#sent, bytes: this.#meter.bytes } }
    }
    if (input.kind === 'message') {
      const request = decodeMessage(SyncRequest, this.#meter.count(input.bytes))
      if (request.page === undefined) return this.#send(this.#answer(request))
      // Only in answer to a want of ours.
      const page = new PageIntake(request.page, (peerId) => this.#open.has(peerId), this.#catalog)
      this.#taking = { page, open: this.#open.size }
    }
    if (this.#taking === null) throw unexpected('the answering side of a sync', input)
    return this.#take(this.#taking, input)
  }

  #answer(request: SyncRequest): SyncAnswer {
    if (request.compare?.root !== undefined) {
      const root = request.compare.root
      if (root.prefix !== '') throw new MalformedMessage('a sync compares whole catalogs first')
      const ours = this.#catalog.index.digest('')
      const equal = sameDigest(ours, root)
      // Where it has a quarter of them, to name them costs as much as to send those that it has.
      if (request.compare.orAll === true && root.count < ours.count / 4) return this.#all(null)
      return { ranges: this.#told(equal ? { digests: [], items: [] } : this.#expand([''])) }
    }
    if (request.onward !== undefined) {
      if (!this.#sendsAll) throw new SyncFailed('pages of all entries follow on a comparison')
      return this.#all(peerOf(request.onward.publicKey))
    }
    if (request.expand !== undefined) return { ranges: this.#told(this.#expand(request.expand.prefixes)) }
    // What follows on the comparison: there is nothing left that the peer must look into.
    this.#complete = true
    if (request.want !== undefined) {
      return { page: this.#page(request.want.publicKeys.map(peerOf)).message }
    }
    if (request.offer !== undefined) {
      this.#offered += request.offer.items.length
      if (this.#offered > RECONCILE_BOUNDS.entries) throw new LimitExceeded('entries a sync', RECONCILE_BOUNDS.entries)
      this.#open.clear()
      for (const { peerId, version } of request.offer.items.map(itemOf)) {
        if (this.#catalog.mayBeNews(peerId, version)) this.#open.add(peerId)
      }
      return this.#want()
    }
    throw new SyncFailed('an empty request')
  }

  #take({ page, open }: { readonly page: PageIntake; readonly open: number }, input: ExchangeInput): Action {
    const action = page.step(input)
    if (action !== null) return action
    this.#taking = null
    this.#received += page.accepted
    for (const peerId of page.peerIds) this.#open.delete(peerId)
    // A page that brings nothing means that the peer has lost the rest.
    if (this.#open.size === open) this.#open.clear()
    return this.#send(this.#want())
  }

  /** Digests of parts are told where a range differs: one of them differs too, and is looked into next. */
  #told(ranges: Ranges): Ranges {
    this.#complete = ranges.digests.length === 0
    return ranges
  }

  #want(): SyncAnswer {
    return { want: { publicKeys: [...this.#open].map((peerId) => ownBuffer(publicKeyOf(peerId))) } }
  }

  /** The next page of all entries. There is nothing to be looked into once the last one is out. */
  #all(after: PeerId | null): SyncAnswer {
    const { index } = this.#catalog
    const { message, full, sent } = this.#page(index.inOrder(after), RECONCILE_BOUNDS.entries - this.#sent)
    // A page without entries has no last key to go on from. What may be behind it, or is more than a sync may have, other syncs bring.
    this.#complete = !full || sent === 0 || this.#sent === RECONCILE_BOUNDS.entries
    this.#sendsAll = !this.#complete
    return { page: this.#complete ? message : { ...message, left: Math.max(1, index.size - this.#sent) } }
  }

  #page(peerIds: Iterable<PeerId>, most?: number): ReturnType<typeof pageOf> {
    const page = pageOf(peerIds, this.#catalog, most)
    this.#sent += page.sent
    if (this.#sent > RECONCILE_BOUNDS.entries) throw new LimitExceeded('entries a sync', RECONCILE_BOUNDS.entries)
    return page
  }

  #expand(prefixes: readonly string[]): Ranges {
    const ranges: Ranges = { digests: [], items: [] }
    if (prefixes.length > RECONCILE_BOUNDS.prefixes)
      throw new LimitExceeded('ranges a request', RECONCILE_BOUNDS.prefixes, prefixes.length)
    for (const prefix of new Set(prefixes)) {
      if (!isPrefix(prefix)) throw new MalformedMessage('a range is named by hex digits')
      const expansion = this.#catalog.index.expand(prefix)
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

  #send(answer: SyncAnswer): Action {
    return { kind: 'send', message: this.#meter.count(SyncAnswer.encode(answer)) }
  }
}
