/** Which peers of the table are chosen, as in a list of files: pure steps from one selection to the next. */
import type { PeerId } from '../../../shared/ids.ts'

/** The peers that are chosen, and where the keyboard is. */
export interface Selection {
  readonly ids: ReadonlySet<PeerId>
  /** Where the cursor stands; null before the table was used. */
  readonly cursor: PeerId | null
  /** Where a span that is being chosen begins. */
  readonly anchor: PeerId | null
}

/** Nothing chosen. */
export const NOTHING: Selection = { ids: new Set(), cursor: null, anchor: null }

/** Goes to a peer; what is chosen stays. */
export function goTo(selection: Selection, peerId: PeerId): Selection {
  return { ...selection, cursor: peerId, anchor: peerId }
}

/** A plain click: nothing stays chosen, the cursor goes to the peer. */
export function only(peerId: PeerId): Selection {
  return { ids: new Set(), cursor: peerId, anchor: peerId }
}

/**
 * Chooses a peer, or lets it go. The first one that is added so takes along the peer that was gone to before, when it is
 * `opened`: a user who looks at one and adds another means both.
 */
export function toggle(selection: Selection, peerId: PeerId, opened: PeerId | null = null): Selection {
  const ids = new Set(selection.ids)
  if (ids.size === 0 && opened !== null && opened === selection.anchor && opened !== peerId) ids.add(opened)
  if (!ids.delete(peerId)) ids.add(peerId)
  return { ids, cursor: peerId, anchor: peerId }
}

/** Chooses all from the anchor to a peer, in the order given; `add` keeps the others. */
export function extend(selection: Selection, order: readonly PeerId[], peerId: PeerId, add = false): Selection {
  const to = order.indexOf(peerId)
  if (to < 0) return selection
  const anchor = selection.anchor ?? peerId
  // An anchor that is no longer shown cannot be reached: the span begins where it ends.
  const from = order.indexOf(anchor) < 0 ? to : order.indexOf(anchor)
  const span = order.slice(Math.min(from, to), Math.max(from, to) + 1)
  return {
    ids: new Set(add ? [...selection.ids, ...span] : span),
    cursor: peerId,
    anchor: order[from] ?? peerId,
  }
}

/** Chooses all that are shown. */
export function all(selection: Selection, order: readonly PeerId[]): Selection {
  return { ...selection, ids: new Set(order) }
}

/** Lets all go; the cursor stays. */
export function none(selection: Selection): Selection {
  return { ...selection, ids: new Set() }
}

/** Lets those go that are no longer in the picture; the same object when there are none. */
export function prune(selection: Selection, known: (peerId: PeerId) => boolean): Selection {
  let gone = false
  for (const peerId of selection.ids) gone ||= !known(peerId)
  return gone ? { ...selection, ids: new Set([...selection.ids].filter(known)) } : selection
}

/** Whether all that are shown are chosen, some, or none. */
export function coverage(selection: Selection, order: readonly PeerId[]): 'all' | 'some' | 'none' {
  if (selection.ids.size === 0 || order.length === 0) return 'none'
  return order.every((peerId) => selection.ids.has(peerId)) ? 'all' : 'some'
}
