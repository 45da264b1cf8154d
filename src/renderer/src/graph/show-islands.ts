import type { StoreApi } from 'zustand'
import type { UiState } from '../stores/ui-store.ts'

/** Who is in which island: the graph in their colours. */
export function showIslands(ui: StoreApi<Pick<UiState, 'view' | 'colourBy'>>): void {
  ui.setState({ view: 'network', colourBy: 'island' })
}
