/** What was chosen in one network says nothing in the next one. */
import type { StoreApi } from 'zustand/vanilla'
import type { EventStore } from './event-store.ts'
import { namesPeers } from '../../../shared/filter-text.ts'
import { networkOf } from '../../../shared/network-of.ts'
import type { PeerStore } from './peer-store.ts'
import type { RangeStore } from './range-store.ts'
import type { UiState } from './ui-store.ts'

/** Takes away the span, the peers and the moments that were chosen once another network is joined. One that is joined again keeps them. */
export function leaveBehind(
  peers: Pick<PeerStore, 'getState' | 'subscribe'>,
  { events, range, ui }: { readonly events: EventStore; readonly range: RangeStore; readonly ui: StoreApi<UiState> },
): void {
  let last = networkOf(peers.getState().status)
  peers.subscribe(({ status }) => {
    const network = networkOf(status)
    if (network === null || network === last) return
    // What the window was opened with is meant for the first one.
    const isOther = last !== null
    last = network
    if (!isOther) return
    const { filter } = events.getState()
    if (filter.from !== null || filter.to !== null || filter.peerId !== null)
      events.setFilter({ ...filter, from: null, to: null, lastSeq: null, peerId: null })
    if (typeof range.getState().range !== 'string') range.setState({ range: 'recent' })
    if (ui.getState().selected !== null) ui.setState({ selected: null })
    // It names peers of the network before.
    if (namesPeers(ui.getState().filter)) ui.setState({ filter: '' })
  })
}
