/** Shows a peer where it is listed. */
import type { StoreApi } from 'zustand'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { groupsHidden } from '../graph/colours.ts'
import { selection } from '../stores/ui-store.ts'
import type { UiState } from '../stores/ui-store.ts'
import type { TableStore } from './table-store.ts'

/** What it works with. */
export interface ShowParts {
  readonly ui: StoreApi<UiState>
  readonly table: Pick<TableStore, 'show'>
}

/**
 * Selects a peer in the graph; one that the graph does not draw, as it left, in the list of those that left like it.
 * @param rows those of the picture that is shown @param departure when it left, where that is to be explained; milliseconds since the epoch
 */
export function showPeer(
  { ui, table }: ShowParts,
  rows: ReadonlyMap<PeerId, PeerRow>,
  peerId: PeerId,
  departure: number | null,
): void {
  const row = rows.get(peerId)
  const drawn = row === undefined || row.self || !groupsHidden(ui.getState()).has(row.state)
  if (!drawn) table.show(row.state)
  ui.setState({ view: drawn ? 'network' : 'peers', ...selection(peerId, departure) })
}
