/** What was stored of who is linked to whom, and how that differs from then to now. */
import type { ContractInputs, StoredTopology, TopologyChange, TopologyRow } from '../../shared/contract.ts'
import { InvalidArgument } from '../../shared/errors.ts'
import { compareLinks } from '../../shared/topology.ts'
import type { Monitor } from './monitor.ts'

type Source = Pick<Monitor, 'store' | 'view' | 'network'>

/** Newest first. @throws NotJoined */
export function storedTopologies(
  source: Source,
  { before = Infinity, limit = 50 }: ContractInputs['topology']['list'],
): { readonly topologies: readonly TopologyRow[]; readonly more: boolean } {
  const all = source.store.topologies(source.network().id).filter(({ at }) => at < before)
  return { topologies: all.slice(-limit).toReversed(), more: all.length > limit }
}

/** Null where it is not stored. @throws NotJoined */
export function storedTopology(source: Source, id: number): StoredTopology | null {
  const stored = source.store.topology(source.network().id, id)
  return stored === null ? null : { id, edgeCount: stored.edges.length, ...stored }
}

/** @throws InvalidArgument where one of them is not stored; NotJoined */
export function topologyChange(
  source: Source,
  { before, after }: ContractInputs['topology']['compare'],
): TopologyChange {
  const edgesOf = (id: number): StoredTopology['edges'] => {
    const stored = storedTopology(source, id)
    if (stored === null) throw new InvalidArgument(`no links are stored under ${id}`)
    return stored.edges
  }
  return compareLinks(edgesOf(before), after === null ? source.view.edges() : edgesOf(after))
}
