/** What there is to know of peers while two of them are compared. Pure. */
import type { KnowledgeMoment } from '../../../shared/compare-peers.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { isPresent } from '../../../shared/links.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { hereSince } from '../../../shared/peer.ts'

/** What rows tell of it. */
export function momentOf(rows: ReadonlyMap<PeerId, PeerRow>): KnowledgeMoment {
  return {
    hereSince: (peerId) => {
      const row = rows.get(peerId)
      return row !== undefined && isPresent(row) ? hereSince(row) : null
    },
    cameAt: (peerId) => {
      const row = rows.get(peerId)
      return row === undefined ? 0 : Math.max(hereSince(row), row.version.startedAt)
    },
    isSelf: (peerId) => rows.get(peerId)?.self === true,
  }
}
