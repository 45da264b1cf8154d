import type { PeerId } from '../../../shared/ids.ts'
import { isKept } from '../catalog/answered.ts'
import { bringerOf } from '../catalog/presence.ts'
import { isStale } from '../catalog/purge.ts'
import type { Env } from '../core/env.ts'
import type { OwnEntry } from '../entry/own-entry.ts'
import type { SyncView } from './parts.ts'

/** The catalog as a sync with a peer reads it (rules SY2, SY5): fresh signed entries go out, and only news is verified. */
export function syncViewFor(env: Env, own: OwnEntry, from: PeerId): SyncView {
  const { catalog, clock } = env
  const bringer = bringerOf(env, from)
  return {
    index: catalog.index,
    entry: (peerId) => {
      const record = env.peers.get(peerId)
      if (record === null || record.entry === null || !isKept(record)) return null
      const { self, entry, signed } = record.entry
      // By the version that is sent: that the peer answered since is for nobody else to see.
      return self || !isStale(entry, env.judgingNow(), env.config) ? signed : null
    },
    // A twin's entry never enters, and has to be seen (rule ID5).
    isNews: (peerId, entry, cost) =>
      peerId === env.self ? own.isTwin(entry.version) : catalog.isNews(peerId, entry, clock.now(), bringer, cost),
    mayBeNews: (peerId, version) =>
      peerId === env.self ? own.isTwin(version) : catalog.mayBeNews(peerId, version, clock.now(), bringer),
    hasRoom: () => catalog.hasRoom(bringer),
  }
}
