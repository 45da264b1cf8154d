/** The one message of a sync in each direction: a whole catalog (rules MO11, MO12). */
import { MalformedMessage, PeerscopeError } from '../../../../shared/errors.ts'
import type { PeerId } from '../../../../shared/ids.ts'
import { PostcardReader, PostcardWriter } from '../../../../shared/postcard.ts'
import type { SignedPeerEntry, UnverifiedEntry } from '../../entry/entry.ts'
import type { IntakeAction } from '../../exchange/intake.ts'
import { EntryIntake } from '../../exchange/intake.ts'
import type { SyncView } from '../../sync/parts.ts'
import { entryHead } from './entry.ts'
import type { Layout } from './layout.ts'
import { isForeign, LAYOUT_0_3, LAYOUT_0_4, layoutOf, skipSignedEntry } from './layout.ts'
import { MOSAIK_SYNC } from './limits.ts'
import { splitSigned } from './signed-entry.ts'

/** Entries that are gathered, or passed over, at once: about a millisecond of work, after which others have a turn. */
const GATHERED_AT_ONCE = 1024
const PASSED_AT_ONCE = 512
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

/** The intake of what came. First it finds out where each entry ends; then it takes them in. */
export class CatalogIntake extends EntryIntake {
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

  /** @param layout the one that is likely */
  constructor(message: Uint8Array, catalog: Pick<SyncView, 'isNews'>, layout: Layout) {
    super()
    this.#message = message
    this.#catalog = catalog
    this.#layouts = [layout, layout === LAYOUT_0_4 ? LAYOUT_0_3 : LAYOUT_0_4]
  }

  /** @throws LimitExceeded, MalformedMessage */
  protected override proceed(): IntakeAction | null {
    if (this.#found === null) this.#findBoundaries()
    return this.#found === null ? { kind: 'yield' } : super.proceed()
  }

  /** Rule MO12: a message is of one layout. The first that it can be of counts, one without bytes left over before others. */
  #findBoundaries(): void {
    try {
      this.#trial ??= new Boundaries(this.#message, this.#layouts.shift() ?? LAYOUT_0_4)
      if (!this.#trial.step()) return
      if (this.#trial.leftOver === 0) this.#found = this.#trial
      else this.#loose ??= this.#trial
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error
      this.#refusal = error
    }
    this.#trial = null
    if (this.#found === null && this.#layouts.length > 0) return
    this.#found ??= this.#loose
    if (this.#found === null) throw this.#refusal ?? new MalformedMessage('not a catalog')
  }

  protected hasMore(): boolean {
    return this.#found !== null && this.#at + 1 < this.#found.ends.length
  }

  protected read(): UnverifiedEntry | null {
    if (this.#found === null) return null
    const { ends, layout } = this.#found
    const bytes = this.#message.subarray(ends[this.#at], ends[this.#at + 1])
    this.#at += 1
    try {
      const { peerId, version } = entryHead(bytes, layout)
      return this.#catalog.isNews(peerId, { version }) ? splitSigned(bytes) : null
    } catch (error) {
      if (error instanceof PeerscopeError && isForeign(error)) return null
      throw error
    }
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
