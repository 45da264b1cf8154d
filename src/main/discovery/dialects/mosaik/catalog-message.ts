/** The one message of a sync in each direction: a whole catalog (rules MO11, MO12). */
import { MalformedMessage, PeerscopeError, SyncFailed } from '../../../../shared/errors.ts'
import type { PeerId } from '../../../../shared/ids.ts'
import { PostcardReader, PostcardWriter } from '../../../../shared/postcard.ts'
import type { SignedPeerEntry, UnverifiedEntry } from '../../entry/entry.ts'
import type { ExchangeAction, ExchangeInput } from '../../exchange/exchange.ts'
import { unexpected } from '../../exchange/exchange.ts'
import type { SyncView } from '../../sync/parts.ts'
import { entryHead } from './entry.ts'
import type { Layout } from './layout.ts'
import { isForeign, LAYOUT_0_3, LAYOUT_0_4, layoutOf, skipSignedEntry } from './layout.ts'
import { MOSAIK_SYNC } from './limits.ts'
import { splitSigned } from './signed-entry.ts'

/** Entries that are gathered, or passed over, at once: about a millisecond of work, after which others have a turn. */
const GATHERED_AT_ONCE = 1024
const PASSED_AT_ONCE = 512
/** Entries that are taken in at once. */
export const ENTRIES_AT_ONCE = 32
/** Bytes of the count before the entries, at most. */
const COUNT_BYTES = 3

/** Gathers what we send. */
export class CatalogWriter {
  readonly #catalog: Pick<SyncView, 'entry'>
  readonly #layout: Layout
  readonly #peers: readonly PeerId[]
  readonly #entries: SignedPeerEntry[] = []
  #at = 0
  #bytes = COUNT_BYTES

  /** @param layout of the entries that the network's nodes read: one of another layout makes them refuse all */
  constructor(catalog: Pick<SyncView, 'index' | 'entry'>, layout: Layout) {
    this.#catalog = catalog
    this.#layout = layout
    this.#peers = catalog.index.peerIds()
  }

  /** How many entries the message has. */
  get sent(): number {
    return this.#entries.length
  }

  /** Goes on for a while. @returns the message, or null where it is not complete yet */
  step(): Uint8Array | null {
    const end = Math.min(this.#peers.length, this.#at + GATHERED_AT_ONCE)
    for (; this.#at < end; this.#at += 1) {
      const peerId = this.#peers[this.#at]
      const signed = peerId === undefined ? null : this.#catalog.entry(peerId)
      if (signed === null || layoutOf(signed.entry.protocolVersion) !== this.#layout) continue
      const bytes = signed.bytes.length + signed.signature.length
      if (this.#entries.length === MOSAIK_SYNC.entries || this.#bytes + bytes > MOSAIK_SYNC.bytes)
        return this.#message()
      this.#bytes += bytes
      this.#entries.push(signed)
    }
    return this.#at < this.#peers.length ? null : this.#message()
  }

  #message(): Uint8Array {
    const count = new PostcardWriter().count(this.#entries.length).finish()
    const message = new Uint8Array(this.#bytes - COUNT_BYTES + count.length)
    message.set(count)
    let at = count.length
    for (const { bytes, signature } of this.#entries) {
      message.set(bytes, at)
      message.set(signature, at + bytes.length)
      at += bytes.length + signature.length
    }
    return message
  }
}

/** What the intake of a catalog asks for on its way. */
export type IntakeAction = Extract<ExchangeAction<never>, { kind: 'verify' | 'store' | 'yield' }>

/**
 * The intake of what came, as a part of a machine. First it finds out where each entry ends; then, some entries at a time, it
 * passes over what is known, has the rest verified and offered to the catalog, and lets others have a turn.
 */
export class CatalogIntake {
  /** Entries that changed the catalog. */
  accepted = 0
  readonly #message: Uint8Array
  readonly #catalog: Pick<SyncView, 'isNews'>
  /** Layouts that were not tried yet. */
  readonly #layouts: Layout[]
  /** The one that is tried, the first that came to an end with bytes left over, and the last refusal. */
  #trial: Boundaries | null = null
  #loose: Boundaries | null = null
  #refusal: MalformedMessage | null = null
  /** Where the entries end. */
  #found: Boundaries | null = null
  #at = 0
  #bad = false
  #fault: PeerscopeError | null = null

  /** @param layout the one that is likely */
  constructor(message: Uint8Array, catalog: Pick<SyncView, 'isNews'>, layout: Layout) {
    this.#message = message
    this.#catalog = catalog
    this.#layouts = [layout, layout === LAYOUT_0_4 ? LAYOUT_0_3 : LAYOUT_0_4]
  }

  /**
   * @returns what to do next; null once all is in
   * @throws LimitExceeded, MalformedMessage; SyncFailed for a bad signature, once what came before is in the catalog (SY4)
   */
  step(input: ExchangeInput): IntakeAction | null {
    switch (input.kind) {
      case 'message':
      case 'ended':
      case 'resumed':
        return this.#found === null ? this.#findBoundaries() : this.#parse(this.#found)
      case 'verified': {
        const good = input.entries.filter((entry) => entry !== null)
        if (good.length < input.entries.length) this.#bad = true
        return good.length > 0 ? { kind: 'store', entries: good } : this.#onward()
      }
      case 'stored':
        this.accepted += input.changed
        return this.#onward()
      default:
        throw unexpected('the intake of a catalog', input)
    }
  }

  /** Rule MO12: a message is of one layout. The first that it can be of counts, one without bytes left over before others. */
  #findBoundaries(): IntakeAction | null {
    try {
      this.#trial ??= new Boundaries(this.#message, this.#layouts.shift() ?? LAYOUT_0_4)
      if (!this.#trial.step()) return { kind: 'yield' }
      if (this.#trial.leftOver === 0) this.#found = this.#trial
      else this.#loose ??= this.#trial
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error
      this.#refusal = error
    }
    this.#trial = null
    if (this.#found === null && this.#layouts.length > 0) return { kind: 'yield' }
    this.#found ??= this.#loose
    if (this.#found === null) throw this.#refusal ?? new MalformedMessage('not a catalog')
    return this.#parse(this.#found)
  }

  #parse({ ends, layout }: Boundaries): IntakeAction | null {
    const news: UnverifiedEntry[] = []
    const end = Math.min(ends.length - 1, this.#at + ENTRIES_AT_ONCE)
    while (this.#at < end && this.#fault === null) {
      const bytes = this.#message.subarray(ends[this.#at], ends[this.#at + 1])
      this.#at += 1
      try {
        const { peerId, version } = entryHead(bytes, layout)
        if (this.#catalog.isNews(peerId, version)) news.push(splitSigned(bytes))
      } catch (error) {
        if (!(error instanceof PeerscopeError)) throw error
        if (!isForeign(error)) this.#fault = error
      }
    }
    return news.length > 0 ? { kind: 'verify', entries: news } : this.#onward()
  }

  #onward(): IntakeAction | null {
    if (this.#fault !== null) throw this.#fault
    if (this.#bad) throw new SyncFailed('the peer sent an entry with a bad signature')
    if (this.#at + 1 < (this.#found?.ends.length ?? 0)) return { kind: 'yield' }
    return null
  }
}

/** Where the entries of a message end, if they are laid out so. */
class Boundaries {
  /** Where the first entry begins, and where each one ends. */
  readonly ends: number[] = []
  readonly layout: Layout
  readonly #reader: PostcardReader
  readonly #count: number
  /** Entries that state a version of this layout, and of the other one. */
  #agreeing = 0
  #differing = 0

  /** @throws LimitExceeded, MalformedMessage */
  constructor(message: Uint8Array, layout: Layout) {
    this.#reader = new PostcardReader(message)
    this.layout = layout
    this.#count = this.#reader.count(MOSAIK_SYNC.entries, 'entries a sync')
    this.ends.push(this.#reader.offset)
  }

  get leftOver(): number {
    return this.#reader.remaining
  }

  /** Goes on for a while. @returns whether all entries are found @throws MalformedMessage where they are not laid out so */
  step(): boolean {
    const most = Math.min(this.#count + 1, this.ends.length + PASSED_AT_ONCE)
    while (this.ends.length < most) {
      const stated = skipSignedEntry(this.#reader, this.layout)
      if (stated === this.layout) this.#agreeing += 1
      else if (stated !== null) this.#differing += 1
      this.ends.push(this.#reader.offset)
    }
    if (this.ends.length <= this.#count) return false
    if (this.#differing > 0 && this.#agreeing === 0)
      throw new MalformedMessage('no entry is laid out as the version of mosaik that it states does')
    return true
  }
}
