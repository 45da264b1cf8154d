/** What metrics read of a running app. */
import type { Discovery } from '../../discovery/handle.ts'
import type { Monitor } from '../monitor.ts'
import type { MetricsSource } from './metrics.ts'

/** State and peers are those of the window. */
export function metricsOf(
  { view, store, alerts }: Pick<Monitor, 'view' | 'store' | 'alerts'>,
  discovery: () => Discovery | null,
): MetricsSource {
  return {
    discovery,
    state: () => view.status.state,
    peers: () => [...view.rows()].flatMap((row) => (row.self ? [] : [row.state])),
    storePath: store.status().path,
    store: () => store.status(),
    alerts: () => alerts.list(),
  }
}
