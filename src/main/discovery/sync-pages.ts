/** Pages of signed entries, and the bounds of a sync (rules SY4, SY5, SY10). */
import { LimitExceeded, PeerscopeError, SyncFailed } from '../../shared/errors.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { UnverifiedEntry } from './entry.ts'
import { parseSignedEntry, verifyEntries } from './entry.ts'
import { sleep, withDeadline } from './deadline.ts'
import type { Clock, Link } from './ports.ts'
import type { SyncCatalog, SyncParts } from './sync.ts'
import type { Page } from './wire/generated/sync.js'

/** Rules SY4 and SY10. Sizes in bytes. */
export const SYNC_BOUNDS = {
  entries: 50_000,
  bytes: 64 * 1024 * 1024,
  durationMs: 30_000,
  /** How long the other side may be silent. */
  silenceMs: 10_000,
  pageBytes: 256 * 1024,
  /** Most ids in a want or an offer. */
  itemsAMessage: 512,
  /** Most ranges in one request. */
  prefixes: 64,
  /** Ranges that may wait to be looked into. */
  openRanges: 16 * 4096,
  /** Requests that one sync may make: two catalogs with nothing in common need a tenth. */
  requests: 5000,
} as const

/** A link that counts, and ends with the sync's budget of bytes and messages, or when the other side falls silent. */
export class MeteredLink {
  bytes = 0
  #messages = 0
  readonly #link: Link
  readonly #clock: Clock

  constructor(link: Link, clock: Clock) {
    this.#link = link
    this.#clock = clock
  }

  get remote(): PeerId {
    return this.#link.remote
  }

  async read(signal: AbortSignal): Promise<Uint8Array> {
    const message = await withDeadline(
      this.#clock,
      SYNC_BOUNDS.silenceMs,
      signal,
      `waiting for ${this.remote} in a sync`,
      (inner) => this.#link.read(inner),
    )
    this.#count(message)
    return message
  }

  async write(message: Uint8Array, signal: AbortSignal): Promise<void> {
    this.#count(message)
    await this.#link.write(message, signal)
  }

  #count(message: Uint8Array): void {
    this.bytes += message.length
    this.#messages += 1
    if (this.bytes > SYNC_BOUNDS.bytes) throw new LimitExceeded('bytes a sync', SYNC_BOUNDS.bytes)
    if (this.#messages > 2 * SYNC_BOUNDS.requests) throw new LimitExceeded('requests a sync', SYNC_BOUNDS.requests)
  }
}

/**
 * As many of the wanted entries as fit in a page, in their order.
 * @returns the page, the peers that it settles, those of them that are not to be had any more, and how many it holds
 */
export function pageOf(
  wanted: readonly PeerId[],
  catalog: SyncCatalog,
): {
  readonly message: Page
  readonly done: readonly PeerId[]
  readonly gone: readonly PeerId[]
  readonly sent: number
} {
  const message: Page = { entries: [], signatures: [] }
  const done: PeerId[] = []
  const gone: PeerId[] = []
  let size = 0
  for (const peerId of wanted) {
    const signed = catalog.entry(peerId)
    if (signed === null) gone.push(peerId)
    else {
      // A key and a length for each of the two fields.
      size += signed.bytes.length + signed.signature.length + 12
      if (size > SYNC_BOUNDS.pageBytes) break
      message.entries.push(ownBuffer(signed.bytes))
      message.signatures.push(ownBuffer(signed.signature))
    }
    done.push(peerId)
  }
  return { message, done, gone, sent: message.entries.length }
}

/** Entries of a page that are taken in at once: a few milliseconds of work, after which others have a turn. */
export const ENTRIES_AT_ONCE = 64

/**
 * Takes in a page, some entries at a time: drops what is known, verifies the rest off the event loop, offers it to the
 * catalog.
 * @throws SyncFailed for an entry that was not asked for; BadSignature and others after the good ones were taken
 */
export async function readPage(
  page: Page,
  asked: ReadonlySet<PeerId>,
  parts: SyncParts,
  from: PeerId,
  signal: AbortSignal,
): Promise<{ readonly peerIds: readonly PeerId[]; readonly accepted: number }> {
  if (page.entries.length !== page.signatures.length) throw new SyncFailed('a page has not a signature for each entry')
  const peerIds: PeerId[] = []
  let accepted = 0
  let bad = false
  let fault: PeerscopeError | null = null
  for (let first = 0; first < page.entries.length && fault === null; first += ENTRIES_AT_ONCE) {
    if (first > 0) await sleep(parts.clock, 0, signal)
    const news: UnverifiedEntry[] = []
    for (const [offset, bytes] of page.entries.slice(first, first + ENTRIES_AT_ONCE).entries()) {
      try {
        const unverified = parseSignedEntry(bytes, page.signatures[first + offset] ?? new Uint8Array())
        const { peerId, version } = unverified.entry
        if (!asked.has(peerId)) throw new SyncFailed('the peer sent what was not asked for')
        peerIds.push(peerId)
        if (parts.catalog.isNews(peerId, version)) news.push(unverified)
      } catch (error) {
        if (!(error instanceof PeerscopeError)) throw error
        fault = error
        break
      }
    }
    const verified = await verifyEntries(news, parts.signatures, signal)
    const good = verified.filter((entry) => entry !== null)
    if (good.length > 0) accepted += await parts.catalog.accept(good, from)
    bad ||= good.length < verified.length
  }
  // What was verified stays, whatever else is wrong with the page (rule SY4).
  if (fault !== null) throw fault
  if (bad) throw new SyncFailed('the peer sent an entry with a bad signature')
  return { peerIds, accepted }
}

/** The generated types ask for bytes that are surely not shared memory; ours never are. */
export function ownBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)
}
