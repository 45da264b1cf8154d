/** The entry that we sign ourselves (rules CT1, EN2, EN3, EN7, HD2). */
import { InvalidArgument, LimitExceeded } from '../../../shared/errors.ts'
import type { PeerEntry, Version } from '../../../shared/peer.ts'
import { BoundedMap } from '../base/bounded-map.ts'
import type { Env } from '../core/env.ts'
import type { SignedPeerEntry } from './entry.ts'
import { signEntry } from './entry.ts'
import { changedFields, normalized } from './local-entry.ts'
import { isNewer, nextOwnVersion } from './version.ts'

/** By how much the last version of an earlier run may be ahead of our start, milliseconds: versions only grow. */
const EARLIER_RUN_MS = 2000
/** Other runs of our key that are told apart. */
const MAX_TWINS = 32
/** Own addresses that are looked at. */
const MOST_ADDRESSES = 256

/** Keeps the local entry. Each version that all should hear of is posted as `ownEntry`. */
export class OwnEntry {
  readonly #env: Env
  /** The start of this run; the version's moves on where the clock was set back (rule EN2). */
  readonly #firstStart: number
  /** The starts of other runs of our key that were told of. */
  readonly #toldOf = new BoundedMap<number, true>(MAX_TWINS)
  /** Whether one was told of without its start. */
  #met = false
  /** What answered the last ping; null before. */
  #answer: SignedPeerEntry | null = null

  constructor(env: Env) {
    this.#env = env
    this.#firstStart = this.entry.version.startedAt
  }

  get signed(): SignedPeerEntry {
    const signed = this.#env.catalog.get(this.#env.self)?.signed
    if (signed === null || signed === undefined) throw new Error('the local entry is missing')
    return signed
  }

  get entry(): PeerEntry {
    return this.signed.entry
  }

  /** The newest that any peer can have of us: our entry, or an answer to a ping. */
  get newest(): SignedPeerEntry {
    const [kept, answer] = [this.signed, this.#answer]
    return answer !== null && isNewer(answer.entry.version, kept.entry.version) ? answer : kept
  }

  /** From the goodbye on nothing newer of us may go out: it would count as a restart (rules CT7, AN6). */
  get silent(): boolean {
    return this.#env.over || this.#env.phase === 'leaving'
  }

  /**
   * Signs, stores and broadcasts what an update made of the entry.
   * @returns false where that is nothing new
   * @throws PeerIdChanged, LimitExceeded
   */
  change(entry: PeerEntry): boolean {
    const after = normalized(this.entry, entry)
    if (this.silent || changedFields(this.entry, after).length === 0) return false
    const { version } = this.#sign(after).entry
    this.#env.emit({ kind: 'LocalEntryUpdated', version, tags: after.tags, addresses: after.addresses })
    this.#tell()
    return true
  }

  /**
   * A change that somebody wants.
   * @throws as `change`, and LimitExceeded for what grows too large to be announced (rule MO39)
   */
  changeTo(entry: PeerEntry): boolean {
    const { dialect } = this.#env
    const { announcedEntryBytes: most } = dialect.limits
    const after = normalized(this.entry, entry)
    const [before, bytes] = [this.signed.bytes.length, dialect.encodeEntry(after).length]
    if (bytes > most && bytes > before) throw new LimitExceeded('bytes of an entry that is announced', most, bytes)
    return this.change(entry)
  }

  /** Where others reach us, best first: as many of these addresses as an entry has room for. */
  reachedAt(addresses: readonly string[]): void {
    const most = this.#fits(addresses)
      ? addresses
      : addresses.slice(0, MOST_ADDRESSES).filter((one) => this.#fits([one]))
    let count = most.length
    while (count > 0 && !this.#fits(most.slice(0, count))) count -= 1
    this.change({ ...this.entry, addresses: most.slice(0, count) })
  }

  #fits(addresses: readonly string[]): boolean {
    try {
      this.#env.dialect.encodeEntry(normalized(this.entry, { ...this.entry, addresses }))
      return true
    } catch (error) {
      if (error instanceof LimitExceeded || error instanceof InvalidArgument) return false
      throw error
    }
  }

  /**
   * Makes a new version of the same content and broadcasts it (rule WK5).
   * @param entry the content, where it differs in the announce interval that it states (rule AN14)
   */
  refresh(entry: PeerEntry = this.entry): void {
    if (this.silent) return
    this.#sign(entry)
    this.#tell()
  }

  /**
   * Makes a new version for one peer that asked, and does not keep it: it would make our entry differ from what all others
   * have (rules PG1, PG4). Not after the goodbye: who asked would take that for an older one, and keep us.
   */
  answer(): SignedPeerEntry {
    if (this.silent) return this.newest
    const { secret, signatures, dialect } = this.#env
    this.#answer = signEntry({ ...this.entry, version: this.#nextVersion() }, secret, signatures, dialect)
    return this.#answer
  }

  #sign(entry: PeerEntry): SignedPeerEntry {
    const { clock, secret, catalog, signatures, dialect: before } = this.#env
    const dialect = entry.protocolVersion === before.protocolVersion ? before : before.stating(entry.protocolVersion)
    const signed = signEntry({ ...entry, version: this.#nextVersion() }, secret, signatures, dialect)
    catalog.setLocal(signed, clock.now())
    this.#env.dialect = dialect
    return signed
  }

  #nextVersion(): Version {
    const { clock, config } = this.#env
    return nextOwnVersion(this.newest.entry.version, clock.now(), config.maxTimeDrift)
  }

  #tell(): void {
    this.#env.post({ kind: 'ownEntry' })
    this.#env.changed()
  }

  /**
   * Rule ID5: whether an entry with our id and this version is of another node that runs now, and not told of yet. One of this
   * run comes back to us, and is no newer than ours; one of an earlier run somebody still has. One from the future tells of
   * a wrong clock: by ours an earlier run of us may have ended long after now (rule WK13).
   */
  isTwin(version: Version): boolean {
    const { startedAt, updatedAt } = version
    if (updatedAt > this.#env.clock.now() + this.#env.config.maxTimeDrift) return false
    const ofThisRun = startedAt >= this.#firstStart && !isNewer(version, this.newest.entry.version)
    const ofEarlierRun = startedAt < this.#firstStart && updatedAt <= this.#firstStart + EARLIER_RUN_MS
    return !ofThisRun && !ofEarlierRun && this.#toldOf.get(startedAt) === undefined
  }

  /**
   * A verified entry of a twin: told once for each other run. It shall hear of us too: for that what we say has to be newer
   * than its start by more than an earlier run can be.
   */
  tellTwin({ startedAt }: Version): void {
    const { self } = this.#env
    this.#toldOf.set(startedAt, true)
    this.#env.setTimer('twin', EARLIER_RUN_MS + 1000)
    this.#env.debug('another node runs with our key', self, { startedAt })
    this.#env.emit({ kind: 'IdentityClash', peerId: self, startedAt })
  }

  /** A node with our key was met on a connection. Its entry, where one comes, tells more. */
  metTwin(): void {
    const { self } = this.#env
    if (this.#met || this.#toldOf.size > 0) return
    this.#met = true
    this.#env.debug('a node with our key was met', self)
    this.#env.emit({ kind: 'IdentityClash', peerId: self, startedAt: null })
  }
}
