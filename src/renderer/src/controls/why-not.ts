/** Why something can't be done with a peer: what has left doesn't answer. */
import type { PeerRow } from '../../../shared/peer.ts'
import { strings } from '../ui/strings.ts'

/** What is done with a peer. */
export type PeerVerb = 'ping' | 'sync' | 'dial'

/** The reason in words; null where it can be done. A peer that is gone may still be dialed: that is how it is found again. */
export function whyNot(verb: PeerVerb, row: Pick<PeerRow, 'self' | 'state'>): string | null {
  const text = strings.filter.whyNot
  if (row.self) return text.self
  const { state } = row
  return state === 'online' || verb === 'dial' ? null : text[state]
}

/** Whether it can be pinged and synced with. */
export function answers(row: Pick<PeerRow, 'self' | 'state'> | undefined): boolean {
  return row !== undefined && whyNot('ping', row) === null
}
