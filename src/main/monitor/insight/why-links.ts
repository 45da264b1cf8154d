/** What is known of the links of a peer, for `why`. In turns. */
import type { PeerId } from '../../../shared/ids.ts'
import { claimsIn, isClaim } from '../../../shared/links.ts'
import { inTurns } from '../turns.ts'
import type { WhySource } from './why-facts.ts'
import type { PeerFacts } from './why-parts.ts'

/** Whether a link of a peer is known, as far as links are told; and who dropped it: its last links are over, by the word of the others. */
export async function linksOf(
  peerId: PeerId,
  { told, links }: Pick<WhySource, 'told' | 'links'>,
): Promise<Pick<PeerFacts, 'linked' | 'dropped'>> {
  if (!told) return { linked: null, dropped: null }
  const input = links()
  const claims = await inTurns(claimsIn(input))
  const by = new Set<PeerId>()
  let toldAt: number | null = null
  for (const edge of input.edges) {
    if ((edge.a !== peerId && edge.b !== peerId) || !isClaim(edge)) continue
    const against = claims.against(edge)
    if (against === null) return { linked: true, dropped: null }
    if (against !== 'taken back' || edge.a !== peerId) continue
    by.add(edge.b)
    toldAt = Math.max(toldAt ?? -Infinity, edge.at)
  }
  return { linked: false, dropped: toldAt === null ? null : { by, toldAt } }
}
