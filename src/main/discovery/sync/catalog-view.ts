import type { Env } from '../core/env.ts'
import type { SyncView } from './parts.ts'

/** The catalog as a sync reads it (rules SY2, SY5): fresh signed entries go out, and only news is verified. */
export function syncViewOf(env: Env): SyncView {
  const { catalog, clock } = env
  return {
    index: catalog.index,
    entry: (peerId) => {
      const peer = catalog.get(peerId)
      return peer !== null && catalog.isFresh(peer, env.judgingNow()) ? peer.signed : null
    },
    isNews: (peerId, version) => catalog.isNews(peerId, version, clock.now()),
  }
}
