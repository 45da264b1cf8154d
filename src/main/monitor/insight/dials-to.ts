/** The dials to a peer that failed. */
import type { LoggedEvent } from '../../../shared/events.ts'
import { eventWhere } from '../../../shared/events.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { byLast } from './logged.ts'
import { isAtOne } from './network-events.ts'
import type { WhySource } from './why-facts.ts'

/** So many are looked for, the newest first. */
const MOST = 200

/** Dials to a peer are told by its id, or by the address that was dialed. Null where to look for them took too long. */
export async function dialsTo(
  { peerId, addresses }: PeerRow,
  { naming, networkKey }: Pick<WhySource, 'naming' | 'networkKey'>,
): Promise<readonly LoggedEvent[] | null> {
  const own = new Set(addresses)
  const found = await naming({ networkKey, kind: 'DialFailed', texts: [peerId, ...addresses], limit: MOST })
  const isToIt = (target: string): boolean => own.has(target) || (target.includes(peerId) && isAtOne(target, addresses))
  if (found === null) return null
  // One row tells of all addresses at which it was looked for: a dial to one that it no longer has takes nothing from those before it.
  return found
    .flatMap((logged) => eventWhere(logged, (event) => event.kind === 'DialFailed' && isToIt(event.target)) ?? [])
    .toSorted(byLast)
}
