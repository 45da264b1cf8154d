import type { Env } from '../core/env.ts'
import type { OwnEntry } from '../entry/own-entry.ts'
import type { SyncView } from './parts.ts'

/** The catalog as a sync reads it (rules SY2, SY5): fresh signed entries go out, and only news is verified. */
export function syncViewOf(env: Env, own: OwnEntry): SyncView {
  const { catalog, clock } = env
  return {
    index: catalog.index,
    entry: (peerId) => {
      const peer = catalog.get(peerId)
      return peer !== null && catalog.isFresh(peer, env.judgingNow()) ? peer.signed : null
    },
    // A twin's entry never enters, and has to be seen (rule ID5).
    isNews: (peerId, version) =>
      peerId === env.self ? own.isTwin(version) : catalog.isNews(peerId, version, clock.now()),
  }
}
