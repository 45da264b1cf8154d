/** Keeps how the graph of each network looks, on this machine. */
import type { StoreApi } from 'zustand'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import { networkOf } from '../../../shared/network-of.ts'
import type { PeerStore } from '../stores/peer-store.ts'
import type { UiState } from '../stores/ui-store.ts'
import { changeOf, recallLook, rememberLook } from './look.ts'

/** Gives each network the look that it had last, and remembers what is changed of it. */
export function keepLook(ui: StoreApi<UiState>, peers: PeerStore): void {
  let network: NetworkKey | null = null
  const follow = (): void => {
    const next = networkOf(peers.getState().status)
    if (next === network) return
    network = next
    if (next !== null) ui.setState(recallLook(next))
  }
  follow()
  peers.subscribe(follow)
  ui.subscribe((state, before) => {
    if (network !== null && changeOf(state, before).look) rememberLook(network, state)
  })
}
