/** What past and events of the shown network are read from, while an app runs. */
import { lossIn } from '../../shared/loss.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { Store } from '../store/types.ts'
import type { EventsSource } from './events-page.ts'
import type { PastParts } from './past.ts'
import type { View } from './view.ts'

/** The store with what the view shows, which knows peers better. */
export type LiveSource = PastParts & EventsSource

/** @param now milliseconds since the epoch */
export function liveSource(
  { view, store }: { readonly view: Pick<View, 'row' | 'status'>; readonly store: Store },
  networkKey: NetworkKey,
  now: number,
): LiveSource {
  const self = 'self' in view.status ? view.row(view.status.self) : undefined
  return { store, networkKey, self, live: (peerId) => view.row(peerId), loss: lossIn(view.status), now }
}
