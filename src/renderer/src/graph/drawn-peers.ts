import type { DrawnPeer } from '../../../shared/gexf-drawing.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerState } from '../../../shared/peer.ts'
import type { GraphModel } from './model.ts'

/** How a peer is drawn; null where it is not. */
export function drawnPeer(
  model: Pick<GraphModel, 'slotOf' | 'positions' | 'sizes' | 'colours'>,
  peerId: PeerId,
): DrawnPeer | null {
  const slot = model.slotOf(peerId)
  if (slot < 0) return null
  return {
    x: model.positions[slot * 2] ?? 0,
    y: model.positions[slot * 2 + 1] ?? 0,
    size: model.sizes[slot] ?? 0,
    colour: model.colours[slot] ?? 0,
  }
}

/** The filter that the states of the drawn peers pass; that of who is here where nobody is drawn. */
export function drawnFilter({ rows }: Pick<GraphModel, 'rows'>): string {
  const states = new Set<PeerState>(rows.flatMap((row) => row?.state ?? []))
  return [...(states.size === 0 ? ['online'] : states)].map((state) => `state:${state}`).join(' OR ')
}
