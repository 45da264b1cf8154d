/** Runs the machines of the two sides of a sync over a link, without a core around them. */
import type { PeerId } from '../../../src/shared/ids.ts'
import { withDeadline } from '../../../src/main/discovery/base/deadline.ts'
import type { SignedPeerEntry } from '../../../src/main/discovery/entry/entry.ts'
import { verifyEntries } from '../../../src/main/discovery/entry/entry.ts'
import type { ExchangeIo } from '../../../src/main/discovery/driver/run-exchange.ts'
import { askOver, runExchange } from '../../../src/main/discovery/driver/run-exchange.ts'
import type { SyncResult } from '../../../src/main/discovery/handle.ts'
import type { Clock, Link, Signatures } from '../../../src/main/discovery/ports.ts'
import { peerscope } from '../../../src/main/discovery/dialects/peerscope/peerscope.ts'
import type { Dialect } from '../../../src/main/discovery/dialect.ts'
import { SYNC_BOUNDS } from '../../../src/main/discovery/sync/bounds.ts'
import type { SyncCounts, SyncView } from '../../../src/main/discovery/sync/parts.ts'

/** What a sync needs of the catalog: to read it, and to offer entries to it. */
export interface SyncCatalog extends SyncView {
  /** Offers verified entries; the number of those that changed the catalog. */
  accept(entries: readonly SignedPeerEntry[], from: PeerId): Promise<number>
}

/** What both sides of a sync are run with. */
export interface SyncParts {
  readonly catalog: SyncCatalog
  readonly signatures: Signatures
  readonly clock: Clock
  /** Peerscope's where nothing is given. */
  readonly dialect?: Pick<Dialect, 'askSync' | 'answerSync'>
  /** Whether it may bring the whole catalog; so where left out. */
  readonly isFirst?: boolean
}

/**
 * Runs one sync over a fresh link, and closes it; resets it where the sync fails.
 * @throws SyncFailed, StreamFailed, LimitExceeded, MalformedMessage, Timeout, Cancelled; what was verified before stays
 *   (rule SY4)
 */
export async function runSync(link: Link, parts: SyncParts, signal: AbortSignal): Promise<SyncResult> {
  const from = parts.clock.monotonic()
  const io = ioOf(link, parts)
  const counts = await withDeadline(
    parts.clock,
    SYNC_BOUNDS.durationMs,
    signal,
    `the sync with ${link.remote}`,
    (inner) => askOver((parts.dialect ?? peerscope).askSync(parts.catalog, undefined, parts.isFirst), link, io, inner),
  )
  return { ...counts, durationMs: parts.clock.monotonic() - from }
}

/**
 * Answers one peer until it ends the sync.
 * @param heard is called for each message that comes
 * @throws as `runSync`; StreamFailed also where the peer ends it early
 */
export async function answerSync(
  link: Link,
  parts: SyncParts,
  signal: AbortSignal,
  heard: () => void = () => undefined,
): Promise<SyncCounts> {
  const io = { ...ioOf(link, parts), heard }
  return await withDeadline(parts.clock, SYNC_BOUNDS.durationMs, signal, `a sync that ${link.remote} began`, (inner) =>
    runExchange((parts.dialect ?? peerscope).answerSync(parts.catalog), link, io, inner),
  )
}

function ioOf(link: Pick<Link, 'remote'>, { catalog, signatures, clock }: SyncParts): ExchangeIo {
  return {
    clock,
    silenceMs: SYNC_BOUNDS.silenceMs,
    what: 'a sync',
    verify: (entries, signal) => verifyEntries(entries, signatures, signal),
    store: (entries) => catalog.accept(entries, link.remote),
  }
}
