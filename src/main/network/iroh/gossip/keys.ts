import { Point } from '@noble/ed25519'
import { RecentMap } from '../../../../shared/recent-map.ts'
import type { PeerId } from '../../../../shared/ids.ts'
import { publicKeyOf } from '../../../../shared/ids.ts'

/** What was found of ids lately: to look takes up to a millisecond. */
const known = new RecentMap<PeerId, boolean>()

/**
 * Whether the id is the key of somebody: a point of the curve. iroh refuses whole messages that name anything else, and the
 * stream with them, so nothing else may be passed on.
 */
export function isKey(id: PeerId): boolean {
  const before = known.get(id)
  if (before !== undefined) return before
  const found = isPoint(publicKeyOf(id))
  known.set(id, found)
  return found
}

function isPoint(bytes: Uint8Array): boolean {
  try {
    Point.fromBytes(bytes)
    return true
  } catch {
    return false
  }
}
