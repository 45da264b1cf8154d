import type { Context } from '../context.ts'
import type { Presence } from '../catalog/presence.ts'
import type { SyncCatalog } from './run.ts'
import type { ClockWatch } from '../liveness/clock-watch.ts'

/** The catalog as a sync sees it (rules SY2, SY3, SY5): fresh signed entries go out, news comes in. */
export function syncCatalogOf(context: Context, presence: () => Presence, clockWatch: ClockWatch): SyncCatalog {
  const { catalog, counters, queue } = context
  const { clock } = context.ports
  return {
    index: catalog.index,
    entry: (peerId) => {
      const peer = catalog.get(peerId)
      return peer !== null && catalog.isFresh(peer, context.judgingNow()) ? peer.signed : null
    },
    isNews: (peerId, version) => catalog.isNews(peerId, version, clock.now()),
    accept: (entries, from) =>
      queue.call(() => {
        counters.signaturesVerified += entries.length
        const news = entries.filter((signed) => {
          if (signed.entry.peerId === from) clockWatch.noteClock(from, clock.now() - signed.entry.version.updatedAt)
          const outcome = presence().offer(signed, 'sync', from)
          return outcome === 'New' || outcome === 'Updated'
        })
        return news.length
      }),
  }
}
