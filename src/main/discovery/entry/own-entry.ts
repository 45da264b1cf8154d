/** The entry that we sign ourselves (rules CT1, EN2, EN3, EN7, HD2). */
import type { PeerEntry } from '../../../shared/peer.ts'
import type { Env } from '../core/env.ts'
import type { SignedPeerEntry } from './entry.ts'
import { signEntry } from './entry.ts'
import { changedFields, normalized } from './local-entry.ts'
import { nextOwnVersion } from './version.ts'

/** Keeps the local entry. Each version that all should hear of is posted as `ownEntry`. */
export class OwnEntry {
  readonly #env: Env

  constructor(env: Env) {
    this.#env = env
  }

  get signed(): SignedPeerEntry {
    const signed = this.#env.catalog.get(this.#env.self)?.signed
    if (signed === null || signed === undefined) throw new Error('the local entry is missing')
    return signed
  }

  get entry(): PeerEntry {
    return this.signed.entry
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

  /** Makes a new version of the same content and broadcasts it (rule WK5). */
  refresh(): void {
    if (this.silent) return
    this.#sign(this.entry)
    this.#tell()
  }

  /**
   * Makes a new version for one peer that asked; the others hear of it with the next broadcast (rule PG1). Not after the
   * goodbye: who asked would take that for an older one, and keep us.
   */
  freshlySigned(): SignedPeerEntry {
    return this.silent ? this.signed : this.#sign(this.entry)
  }

  #sign(entry: PeerEntry): SignedPeerEntry {
    const { clock, config, secret, catalog, signatures } = this.#env
    const now = clock.now()
    const version = nextOwnVersion(this.entry.version, now, config.maxTimeDrift)
    const signed = signEntry({ ...entry, version }, secret, signatures)
    catalog.setLocal(signed, now)
    return signed
  }

  #tell(): void {
    this.#env.post({ kind: 'ownEntry' })
    this.#env.changed()
  }
}
