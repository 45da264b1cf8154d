/** What was stored of who is linked to whom, and how that differs from then to now. */
import type { ContractInputs, TopologyChange, TopologyPart, TopologyRow } from '../../shared/contract.ts'
import { InvalidArgument } from '../../shared/errors.ts'
import type { LinksInput } from '../../shared/links.ts'
import { linksAmong } from '../../shared/links.ts'
import { lossIn } from '../../shared/loss.ts'
import { networkKeyOf } from '../../shared/network-kind.ts'
import { compareLinks } from '../../shared/topology.ts'
import type { TopologySnapshot } from '../store/types.ts'
import type { Monitor } from './monitor.ts'
import { inTurns, turn } from './turns.ts'

type Source = Pick<Monitor, 'store' | 'view' | 'network' | 'clock'>

/** Links of one part: some milliseconds of work, sending them included. */
const EDGES_OF_PART = 2000

/** Newest first. @throws NotJoined */
export function storedTopologies(
  source: Source,
  { before = Infinity, limit = 50 }: ContractInputs['topology']['list'],
): { readonly topologies: readonly TopologyRow[]; readonly more: boolean } {
  const all = source.store.topologies(networkKeyOf(source.network())).filter(({ at }) => at < before)
  return { topologies: all.slice(-limit).toReversed(), more: all.length > limit }
}

/** In parts; others have a turn after each. @throws NotJoined */
export async function* storedTopology(source: Source, id: number): AsyncGenerator<TopologyPart> {
  const stored = await read(source, id)
  const edges = stored?.edges ?? []
  for (let from = 0; from < edges.length; from += EDGES_OF_PART) {
    yield { kind: 'edges', edges: edges.slice(from, from + EDGES_OF_PART) }
    await turn()
  }
  yield { kind: 'done', topology: stored === null ? null : { id, at: stored.at, edgeCount: edges.length } }
}

/** @throws InvalidArgument where one of them is not stored; NotJoined */
export async function topologyChange(
  source: Source,
  { before, after }: ContractInputs['topology']['compare'],
): Promise<TopologyChange> {
  const { view, clock } = source
  const now = linksAmong(view.rows(), view.edges(), clock.now(), lossIn(view.status))
  // Who was here then is not stored with the links: of who was gone there were none.
  const linksThen = async (id: number): Promise<LinksInput> => {
    const stored = await read(source, id)
    if (stored === null) throw new InvalidArgument(`no links are stored under ${id}`)
    return { now: stored.at, self: now.self, here: () => true, edges: stored.edges }
  }
  const then = await linksThen(before)
  return await inTurns(compareLinks(then, after === null ? now : await linksThen(after)))
}

async function read(source: Source, id: number): Promise<TopologySnapshot | null> {
  return await inTurns(source.store.topologySteps(networkKeyOf(source.network()), id))
}
