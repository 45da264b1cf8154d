/** Rule EN8: our entry states a version whose entries the peers of the network read. */
import { PeerscopeError } from '../../../shared/errors.ts'
import type { PeerEntry } from '../../../shared/peer.ts'
import type { Env } from '../core/env.ts'
import type { OwnEntry } from './own-entry.ts'

/** How soon a peer of another line is looked into, milliseconds: several become known at once. */
const LOOK_MS = 200
/** Least time from one look at all peers to the next, milliseconds. */
const AGAIN_MS = 10_000

/** Follows what most peers state. */
export class StatedVersion {
  readonly #env: Env
  readonly #own: OwnEntry
  /** Null before the first look: the first peer of another line reads nothing of us until we follow. */
  #lookAt: number | null = null

  constructor(env: Env, own: OwnEntry) {
    this.#env = env
    this.#own = own
  }

  /** A peer's entry came into the catalog. */
  heard({ protocolVersion }: PeerEntry): void {
    const { dialect, timers, clock, followsVersion } = this.#env
    // Of nearly every entry that is all there is to ask.
    if (!followsVersion || protocolVersion === dialect.protocolVersion || timers.isSet('version')) return
    const line = dialect.lineOf(protocolVersion)
    if (line === null || line === dialect.lineOf(dialect.protocolVersion)) return
    const wait = this.#lookAt === null ? 0 : Math.max(LOOK_MS, this.#lookAt - clock.monotonic())
    this.#env.setTimer('version', wait)
  }

  /** The timer is due. */
  look(): void {
    const { dialect, clock } = this.#env
    // What the first peer states may not be what most state.
    this.#lookAt = clock.monotonic() + (this.#lookAt === null ? LOOK_MS : AGAIN_MS)
    const version = this.#spoken()
    if (version === null || version === dialect.protocolVersion) return
    try {
      this.#own.change({ ...this.#own.entry, protocolVersion: version })
      this.#env.debug('states another version', null, { version, before: dialect.protocolVersion })
    } catch (error) {
      // What we say of ourselves may have no place in entries of that version.
      if (!(error instanceof PeerscopeError)) throw error
      this.#env.debug('cannot state another version', null, { version, reason: error.message })
    }
  }

  /** The version that most of the line with most peers state; null where that is our line. */
  #spoken(): string | null {
    const { dialect, peers } = this.#env
    const lines = new Map<string, { peers: number; readonly versions: Map<string, number> }>()
    for (const { entry } of peers.values()) {
      if (entry === null || entry.self || entry.signed === null) continue
      const { protocolVersion } = entry.entry
      const name = dialect.lineOf(protocolVersion)
      if (name === null) continue
      const line = lines.get(name) ?? { peers: 0, versions: new Map<string, number>() }
      line.peers += 1
      line.versions.set(protocolVersion, (line.versions.get(protocolVersion) ?? 0) + 1)
      lines.set(name, line)
    }
    const own = dialect.lineOf(dialect.protocolVersion)
    const [most] = [...lines].sort(([, a], [, b]) => b.peers - a.peers)
    if (most === undefined || most[0] === own) return null
    // Who is read by as many as before stays as it is.
    if (own !== null && (lines.get(own)?.peers ?? 0) >= most[1].peers) return null
    const [version] = [...most[1].versions].sort(([, a], [, b]) => b - a)
    return version?.[0] ?? null
  }
}
