import type { Write } from './writes.ts'

/**
 * The few precious things of a store, in memory: identity, settings, networks and notes. A database that is lost while it is
 * used is begun again with them, whatever can still be read of it.
 */
export class Keepsakes {
  readonly #writes = new Map<string, Write>()

  constructor(first: Iterable<Write>) {
    for (const write of first) this.take(write)
  }

  /** Takes what was written. */
  take(write: Write): void {
    switch (write.kind) {
      case 'secret':
        return this.#put('secret', write, write.secret === null)
      case 'setting':
        return this.#put(`setting ${write.key}`, write, write.json === null)
      case 'network':
        return this.#put(`network ${write.network.id}`, write, false)
      case 'note':
        return this.#put(`note ${write.networkId} ${write.peerId}`, write, write.note === null)
      case 'forget':
        for (const [key, kept] of this.#writes) {
          const id = kept.kind === 'network' ? kept.network.id : kept.kind === 'note' ? kept.networkId : null
          if (id === write.networkId) this.#writes.delete(key)
        }
        return undefined
      case 'peer':
      case 'peer-gone':
      case 'version':
      case 'rtt':
      case 'event':
      case 'event-again':
      case 'session-started':
      case 'session-ended':
      case 'sessions-closed':
      case 'sessions-moved':
      case 'topology':
        return undefined
    }
  }

  /** All, in an order in which they can be written. */
  writes(): readonly Write[] {
    const all = [...this.#writes.values()]
    return [...all.filter(({ kind }) => kind !== 'note'), ...all.filter(({ kind }) => kind === 'note')]
  }

  #put(key: string, write: Write, removed: boolean): void {
    if (removed) this.#writes.delete(key)
    else this.#writes.set(key, write)
  }
}
