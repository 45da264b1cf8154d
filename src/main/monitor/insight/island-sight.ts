/** The islands of known links with who is in them, as somebody looks at them. */
import type { PeerId } from '../../../shared/ids.ts'
import type { Island, Islands, IslandsSummary } from '../../../shared/islands.ts'
import { findIslands, MAX_LISTED_ISLANDS, summarize, surelyApart } from '../../../shared/islands.ts'
import type { LinksAmong } from '../../../shared/links.ts'
import { linksAmong } from '../../../shared/links.ts'
import type { Clock } from '../../discovery/ports.ts'
import { inTurns } from '../turns.ts'
import type { View } from '../view.ts'

/** Peers of other islands that an event names. */
export const MOST_NAMED = 256

/** What is looked at. */
export interface SightParts {
  readonly self: PeerId
  readonly view: Pick<View, 'rows' | 'edges'>
  readonly clock: Pick<Clock, 'now'>
}

/** Does a part of the work, and may count what it costs. */
export type Spend = <T>(part: () => T) => T

/** The islands of the network as the view shows it, at the moment, and those that we are not in. In turns. */
export async function islandsOf(
  parts: SightParts,
): Promise<{ readonly islands: IslandsSummary; readonly others: readonly Island[] }> {
  const sight = await sightOf(parts)
  return { islands: summarize(sight.found, parts.self), others: otherIslands(sight) }
}

/** The islands of these links in short, and who is surely in others than ours: as many as an event names. In turns. */
export async function islandsAmong(
  links: LinksAmong,
  signal?: AbortSignal,
): Promise<{ readonly islands: IslandsSummary; readonly apart: ReadonlySet<PeerId> }> {
  const sight = sightIn(links, await inTurns(findIslands(links), signal))
  return { islands: summarize(sight.found, links.self), apart: namedApart(sight) }
}

/** The islands with who is in them, and who is here. */
export interface Sight {
  readonly found: Islands
  readonly here: ReadonlySet<PeerId>
  /** Who is in our island; nobody where no link of ours is known. */
  readonly ours: ReadonlySet<PeerId>
}

/** As the view shows them now. In turns. */
export async function sightOf(
  { view, self, clock }: SightParts,
  spend: Spend = (part) => part(),
  signal?: AbortSignal,
): Promise<Sight> {
  const links = spend(() => ({ ...linksAmong(view.rows(), view.edges(), clock.now(), null), self }))
  const steps = findIslands(links)
  return sightIn(links, await inTurns({ next: () => spend(() => steps.next()) }, signal))
}

function sightIn({ self, peers: here }: LinksAmong, found: Islands): Sight {
  const ours = self === null ? undefined : found.islands.find(({ peers }) => peers.includes(self))
  return { found, here, ours: new Set(ours?.peers ?? []) }
}

/** Who is surely apart from us. */
export function others(sight: Sight): readonly PeerId[] {
  return otherIslands(sight).flatMap(({ peers }) => peers)
}

/** The same, as many as an event names. */
export function namedApart(sight: Sight): ReadonlySet<PeerId> {
  return new Set(others(sight).slice(0, MOST_NAMED))
}

/** Peers without a known link, which may be on any side. */
export function unlinkedIn({ found, here }: Sight): readonly PeerId[] {
  const linked = new Set(found.islands.flatMap(({ peers }) => peers))
  return [...here].filter((peerId) => !linked.has(peerId)).slice(0, MOST_NAMED)
}

function otherIslands({ found, ours }: Sight): readonly Island[] {
  if (ours.size === 0) return []
  return surelyApart(found).filter(({ peers }) => !peers.some((peerId) => ours.has(peerId)))
}

/** Who alone held parts of several peers together; who only has a leaf hanging on it does not link islands. */
export function holders({ articulations }: Islands): readonly PeerId[] {
  return articulations.flatMap(({ peerId, parts }) => ((parts[1] ?? 0) > 1 ? peerId : [])).slice(0, MAX_LISTED_ISLANDS)
}
