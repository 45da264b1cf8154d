import type { NetworkKey } from '../../shared/network-kind.ts'
import { networkKeyOf } from '../../shared/network-kind.ts'
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
        return this.#put(`network ${networkKeyOf(write.network)}`, write, false)
      case 'note':
        return this.#put(`note ${write.networkKey} ${write.peerId}`, write, write.note === null)
      case 'forget':
        for (const [key, kept] of this.#writes) {
          if (networkOf(kept) === write.networkKey) this.#writes.delete(key)
        }
        return undefined
      case 'peer':
      case 'peer-gone':
      case 'version':
      case 'rtt':
      case 'loop-delay':
      case 'event':
      case 'event-again':
      case 'session-started':
      case 'session-ended':
      case 'sessions-closed':
      case 'sessions-moved':
      case 'topology':
      case 'journal':
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

function networkOf(write: Write): NetworkKey | null {
  if (write.kind === 'network') return networkKeyOf(write.network)
  return write.kind === 'note' ? write.networkKey : null
}
