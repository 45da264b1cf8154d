/** What the story waits for: what the host, who looks on, must see before a sentence says it. */
import { z } from 'zod'
import { DEMO_SLOW_MS } from '../../../shared/demo-story.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { isPeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { isMuchSlower, rttOf } from '../../../shared/rtt.ts'

/** Things that are waited for at once. */
const MAX_SIGHTS = 4

/** The id of a peer, as the process of the demo tells it. */
export const storyPeer = z.custom<PeerId>((value) => typeof value === 'string' && isPeerId(value))

/** One thing to be seen. `here`, `left` and `silent` are states of a peer; `slow` is one that answers so late, and that `why` calls slow. */
const sight = z.discriminatedUnion('what', [
  z.object({ what: z.enum(['here', 'left', 'silent']), peerId: storyPeer }),
  z.object({ what: z.literal('slow'), peerId: storyPeer, overMs: z.number() }),
  /** The middle of all round-trip times. */
  z.object({ what: z.literal('middle'), underMs: z.number() }),
  /**
   * The links make several islands now; and that they do was told. `healed`: a single one was told, of which nobody was taken for
   * gone.
   */
  z.object({ what: z.enum(['apart', 'split', 'healed']) }),
  /** A single one was told, and the links join so many peers and us now: who is only just back in it could not be seen to leave it. */
  z.object({ what: z.literal('whole'), peers: z.number() }),
])
export type StorySight = z.infer<typeof sight>

/** Several that must be seen together. */
export const sights = z.array(sight).max(MAX_SIGHTS)

/** What the host knows. */
export interface Onlooker {
  row(peerId: PeerId): PeerRow | undefined
  rows(): Iterable<PeerRow>
  /**
   * How many islands there are now, and were told of last; null before that. `gone`: fewer, as others were taken for gone.
   * `largest`: how many are in the largest one now, ourselves included.
   */
  readonly islands: {
    readonly now: number | null
    readonly told: number | null
    readonly gone: boolean
    readonly largest: number
  }
}

/** Whether the host sees it now. */
export function isSeen(wanted: StorySight, by: Onlooker): boolean {
  switch (wanted.what) {
    case 'here':
      return by.row(wanted.peerId)?.state === 'online'
    case 'left':
      return by.row(wanted.peerId)?.state === 'departed'
    case 'silent':
      return by.row(wanted.peerId)?.state === 'purged'
    case 'slow': {
      const { state, rtt = null } = by.row(wanted.peerId) ?? {}
      if (state !== 'online' || rtt === null || rtt.last < wanted.overMs) return false
      return rtt.srtt > DEMO_SLOW_MS && isMuchSlower(rtt.srtt, rttOf(by.rows())?.p50 ?? 0)
    }
    case 'middle':
      return (rttOf(by.rows())?.p50 ?? Infinity) < wanted.underMs
    case 'apart':
      return (by.islands.now ?? 0) > 1
    case 'split':
      return (by.islands.told ?? 0) > 1
    case 'whole':
      return by.islands.told === 1 && by.islands.now === 1 && by.islands.largest > wanted.peers
    case 'healed':
      return by.islands.told === 1 && !by.islands.gone
  }
}
