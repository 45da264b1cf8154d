/**
 * Catalog sync (rules SY), as the side that asks. It compares its index with the peer's range by range, pulls what is news
 * to it, then offers what is news to the peer, which pulls it in turn: one message is outstanding at any time. A peer that has far more
 * entries than we do answers the comparison with all of them, page by page.
 */
import { compare } from 'uint8arrays'
import { LimitExceeded, StreamFailed } from '../../../../../shared/errors.ts'
import type { PeerId } from '../../../../../shared/ids.ts'
import { publicKeyOf } from '../../../../../shared/ids.ts'
import type { Version } from '../../../../../shared/peer.ts'
import { compareVersions } from '../../../../../shared/peer.ts'
import { ownBuffer } from '../../../base/bytes.ts'
import type { Exchange, ExchangeAction, ExchangeInput } from '../../../exchange/exchange.ts'
import { failing, unexpected } from '../../../exchange/exchange.ts'
import { decodeMessage } from '../wire/decode.ts'
import { SyncAnswer, SyncRequest } from '../wire/generated/sync.js'
import type { Page, Ranges } from '../wire/generated/sync.js'
import { RECONCILE_BOUNDS } from './bounds.ts'
import { PageIntake, pageOf } from './pages.ts'
import type { SyncCounts, SyncView } from '../../../sync/parts.ts'
import { itemOf, peerOf, SyncMeter, unasked } from './parts.ts'
import type { IndexItem } from '../../../sync/reconcile.ts'
import { differing, isPrefix } from '../../../sync/reconcile.ts'

type Action = ExchangeAction<SyncCounts>

/** So much news is worth making ready for: a thread takes as long to start as a thousand entries to verify, and slows all else meanwhile. */
const MANY = 4096
/** How many times as many entries as came may follow: what a peer says of more is not believed. */
const MOST_LEFT = 100

/** Where it stands: which answer it waits for. */
type Phase =
  /** Ranges: what these hold, and what is to be looked into after them. */
  | { readonly kind: 'comparing'; readonly asked: readonly string[]; readonly open: readonly string[] }
  /** So much is news that it is made ready for. */
  | { readonly kind: 'expecting'; readonly goOn: () => Action }
  /** The next page of all entries. */
  | { readonly kind: 'receiving' }
  /** A page of all entries is being taken in. The next one, where there is one, is asked for already. */
  | { readonly kind: 'accepting'; readonly page: PageIntake; readonly last: boolean }
  /** A page with these, the first of `open`. */
  | { readonly kind: 'pulling'; readonly asked: readonly PeerId[]; readonly open: readonly PeerId[] }
  /** A page is being taken in. The next one, with the first of `open`, is asked for already. */
  | {
      readonly kind: 'taking'
      readonly page: PageIntake
      readonly asked: readonly PeerId[]
      readonly open: readonly PeerId[]
    }
  /**
   * A want: `offered` are those of the offer that were not sent yet, `gone` those that we lost since; the peer cannot tell,
   * and asks for them until a page brings nothing.
   */
  | { readonly kind: 'giving'; readonly offered: Set<PeerId>; readonly gone: Set<PeerId>; readonly next: number }

/** The asking side of one sync. */
export class SyncAsker implements Exchange<SyncCounts> {
  readonly #catalog: SyncView
  readonly #orAll: boolean
  readonly #meter = new SyncMeter()
  /** Peers of which the other side has a newer entry, or one that we lack. */
  readonly #wanted = new Map<PeerId, Version>()
  /** Entries that it named in ranges, wanted or not. */
  #named = 0
  /** Peers of which we have a newer entry, or one that it lacks. */
  readonly #offered = new Map<PeerId, Version>()
  #offers: readonly IndexItem[] = []
  /** What we had before the other side told all, and what came of that. */
  #mine: readonly IndexItem[] | null = null
  readonly #theirs = new Map<PeerId, Version>()
  /** Key of the last one of them: they come in the order of their keys, each once. */
  #behind: Uint8Array | null = null
  #phase: Phase = { kind: 'comparing', asked: [''], open: [] }
  #received = 0
  #sent = 0

  /** @param orAll whether to ask for the peer's whole catalog: not where ours has no room for it */
  constructor(catalog: SyncView, orAll = true) {
    this.#catalog = catalog
    this.#orAll = orAll && catalog.hasRoom()
  }

  step(input: ExchangeInput): Action {
    return failing(() => this.#step(input))
  }

  #step(input: ExchangeInput): Action {
    if (input.kind === 'begin') {
      const root = this.#catalog.index.digest('')
      const compare = { root: { ...root, fingerprint: ownBuffer(root.fingerprint) } }
      return this.#send({ compare: this.#orAll ? { ...compare, orAll: true } : compare })
    }
    if (input.kind === 'ended') throw new StreamFailed('the peer ended the sync early')
    if (input.kind === 'message') {
      return this.#answered(decodeMessage(SyncAnswer, this.#meter.count(input.bytes)), input)
    }
    if (this.#phase.kind === 'taking') return this.#take(this.#phase, input)
    if (this.#phase.kind === 'accepting') return this.#accept(this.#phase, input)
    if (this.#phase.kind === 'expecting') return this.#phase.goOn()
    throw unexpected('the asking side of a sync', input)
  }

  #answered(answer: SyncAnswer, input: ExchangeInput): Action {
    const phase = this.#phase
    switch (phase.kind) {
      case 'comparing': {
        const { page } = answer
        if (page !== undefined && this.#orAll && phase.asked[0] === '') {
          const { length } = page.entries
          return this.#ready(length + Math.min(page.left ?? 0, MOST_LEFT * length), () => this.#receive(page, input))
        }
        if (answer.ranges === undefined) throw unasked()
        const further = this.#note(answer.ranges, phase.asked)
        // Where it named as many as a sync may have, later syncs look into the rest.
        return this.#expand(this.#named < RECONCILE_BOUNDS.entries ? [...phase.open, ...further] : [])
      }
      case 'receiving': {
        if (answer.page === undefined) throw unasked()
        return this.#receive(answer.page, input)
      }
      case 'pulling': {
        if (answer.page === undefined) throw unasked()
        const asked = new Set(phase.asked)
        const page = new PageIntake(answer.page, (peerId) => asked.has(peerId), this.#catalog)
        // Those before the last one that came were left out on purpose: the peer has lost them meanwhile.
        const last = page.last === null ? -1 : phase.asked.indexOf(page.last)
        const open = phase.open.slice(last < 0 ? phase.asked.length : last + 1)
        const next = open.slice(0, RECONCILE_BOUNDS.itemsAMessage)
        this.#phase = { kind: 'taking', page, asked: next, open }
        if (next.length === 0) return this.#take(this.#phase, input)
        // While we take this page in the peer makes the next one (rule SY10).
        return { kind: 'sendAhead', message: this.#encoded({ want: { publicKeys: next.map(keyOf) } }) }
      }
      case 'giving': {
        if (answer.want === undefined) throw unasked()
        return this.#give(phase, answer.want.publicKeys)
      }
      case 'expecting':
      case 'accepting':
      case 'taking':
        throw unexpected('the asking side of a sync', input)
    }
  }

  #expand(open: readonly string[]): Action {
    if (open.length > RECONCILE_BOUNDS.openRanges)
      throw new LimitExceeded('open ranges a sync', RECONCILE_BOUNDS.openRanges)
    if (open.length === 0) {
      const wanted = [...this.#wanted.keys()]
      return this.#ready(wanted.length, () => this.#pull(wanted))
    }
    const asked = open.slice(0, RECONCILE_BOUNDS.prefixes)
    this.#phase = { kind: 'comparing', asked, open: open.slice(RECONCILE_BOUNDS.prefixes) }
    return this.#send({ expand: { prefixes: asked } })
  }

  /** Goes on, once it is ready for so many entries. */
  #ready(count: number, goOn: () => Action): Action {
    if (count < MANY) return goOn()
    this.#phase = { kind: 'expecting', goOn }
    return { kind: 'expectMany' }
  }

  /** A page of all entries. While we take it in the peer makes the next one (rule SY10). */
  #receive(message: Page, input: ExchangeInput): Action {
    const page = new PageIntake(message, (peerId, version) => this.#isNext(peerId, version), this.#catalog)
    this.#mine ??= this.#catalog.index.itemsOf('')
    // A page without entries is the last one; where the last entry cannot be read the intake says so.
    const last = (message.left ?? 0) > 0 ? page.last : null
    this.#phase = { kind: 'accepting', page, last: last === null }
    if (last === null) return this.#accept(this.#phase, input)
    return { kind: 'sendAhead', message: this.#encoded({ onward: { publicKey: keyOf(last) } }) }
  }

  #isNext(peerId: PeerId, version: Version): boolean {
    const key = publicKeyOf(peerId)
    if (this.#behind !== null && compare(key, this.#behind) <= 0) return false
    this.#behind = key
    this.#theirs.set(peerId, version)
    if (this.#theirs.size > RECONCILE_BOUNDS.entries)
      throw new LimitExceeded('entries a sync', RECONCILE_BOUNDS.entries)
    return true
  }

  #accept({ page, last }: Extract<Phase, { kind: 'accepting' }>, input: ExchangeInput): Action {
    const action = page.step(input)
    if (action !== null) return action
    this.#received += page.accepted
    if (!last) {
      this.#phase = { kind: 'receiving' }
      return { kind: 'read' }
    }
    for (const mine of this.#mine ?? []) this.#offerNews(mine, this.#theirs.get(mine.peerId))
    return this.#pull([])
  }

  /** Takes in what ranges hold; answers with the parts to look into next. Refuses what was not asked for. */
  #note(ranges: Ranges, asked: readonly string[]): string[] {
    const { index } = this.#catalog
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
    const { index } = this.#catalog
    const listed = new Map(theirs.map((item) => [item.peerId, item.version]))
    for (const [peerId, version] of listed) this.#want(peerId, version)
    for (const mine of index.itemsOf(prefix)) this.#offerNews(mine, listed.get(mine.peerId))
  }

  /** Notes what we have for the offer, where it is news to a peer that has `theirs`. */
  #offerNews({ peerId, version }: IndexItem, theirs: Version | undefined): void {
    if (theirs !== undefined && compareVersions(version, theirs) <= 0) return
    this.#offered.set(peerId, version)
  }

  #want(peerId: PeerId, version: Version): void {
    if (this.#named === RECONCILE_BOUNDS.entries) return
    this.#named += 1
    if (this.#catalog.mayBeNews(peerId, version)) this.#wanted.set(peerId, version)
  }

  #pull(open: readonly PeerId[]): Action {
    if (open.length === 0) {
      const offered = [...this.#offered].slice(0, RECONCILE_BOUNDS.entries)
      this.#offers = offered.map(([peerId, version]) => ({ peerId, version }))
      return this.#offer(0)
    }
    const asked = open.slice(0, RECONCILE_BOUNDS.itemsAMessage)
    this.#phase = { kind: 'pulling', asked, open }
    return this.#send({ want: { publicKeys: asked.map(keyOf) } })
  }

  #take({ page, asked, open }: Extract<Phase, { kind: 'taking' }>, input: ExchangeInput): Action {
    const action = page.step(input)
    if (action !== null) return action
    this.#received += page.accepted
    if (asked.length === 0) return this.#pull([])
    this.#phase = { kind: 'pulling', asked, open }
    return { kind: 'read' }
  }

  #offer(from: number): Action {
    const items = this.#offers.slice(from, from + RECONCILE_BOUNDS.itemsAMessage)
    if (items.length === 0) {
      const result = { received: this.#received, sent: this.#sent, bytes: this.#meter.bytes }
      return { kind: 'done', result }
    }
    this.#phase = {
      kind: 'giving',
      offered: new Set(items.map(({ peerId }) => peerId)),
      gone: new Set(),
      next: from + items.length,
    }
    return this.#send({
      offer: { items: items.map(({ peerId, version }) => ({ publicKey: keyOf(peerId), ...version })) },
    })
  }

  #give(phase: Extract<Phase, { kind: 'giving' }>, publicKeys: readonly Uint8Array[]): Action {
    const { offered, gone, next } = phase
    const wanted = [...new Set(publicKeys.map(peerOf))].filter((peerId) => !gone.has(peerId))
    // Only such as were offered and not yet sent.
    if (!wanted.every((peerId) => offered.has(peerId))) throw unasked()
    if (wanted.length === 0) return this.#offer(next)
    const page = pageOf(wanted, this.#catalog)
    this.#sent += page.sent
    for (const peerId of page.done) offered.delete(peerId)
    for (const peerId of page.gone) gone.add(peerId)
    return this.#send({ page: page.message })
  }

  #send(request: SyncRequest): Action {
    return { kind: 'send', message: this.#encoded(request) }
  }

  #encoded(request: SyncRequest): Uint8Array {
    return this.#meter.count(SyncRequest.encode(request))
  }
}

function keyOf(peerId: PeerId): Uint8Array<ArrayBuffer> {
  return ownBuffer(publicKeyOf(peerId))
}
