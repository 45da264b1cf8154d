/** After which silence peers were purged in the last run of a network: it may be given for one run only. */
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { StoreReader } from '../store/types.ts'
import { loadSettings } from './settings.ts'

/** In milliseconds; of a run of an earlier version, which did not say, as the settings have it. */
export function purgeAfterOf(store: Pick<StoreReader, 'eventsPage' | 'getSetting'>, networkKey: NetworkKey): number {
  const [joined] = store.eventsPage({ networkKey, kinds: ['NetworkJoined'], limit: 1 }).events
  const told = joined?.event.kind === 'NetworkJoined' ? joined.event.purgeAfterMs : undefined
  return told ?? loadSettings(store).config.purgeAfter
}
