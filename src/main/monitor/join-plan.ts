/** What one attempt to join a network needs to know. */
import type { ContractInputs, NetworkRef, Settings } from '../../shared/contract.ts'
import { resolveConfig } from '../../shared/config.ts'
import { bytes32From } from '../../shared/ids.ts'
import { networkNameFrom } from '../../shared/network-name.ts'
import type { Store } from '../store/types.ts'
import { defined } from './defined.ts'
import type { MonitorOptions } from './monitor-options.ts'
import { networkRef } from './network-ref.ts'
import type { NodeSettings } from './open-node.ts'
import { keptSecret, parseListenAddress, parseTarget } from './open-node.ts'
import { checkedTags } from './settings.ts'

/** The input of a call that joins, checked, with the settings of that moment. */
export interface JoinPlan extends Pick<NodeSettings, 'secret' | 'listen' | 'bootstrap' | 'tags' | 'config'> {
  readonly network: NetworkRef
  /** As the user wrote it, normalised (rule ID1). */
  readonly name: string
  /** Tags for this network only. */
  readonly ownTags: readonly string[]
  /** Peers of the swarm; null where it is not a demo. */
  readonly demoNodes: number | null
}

/** What a plan is made from, besides the input. */
export interface PlanParts {
  readonly store: Pick<Store, 'loadSecret' | 'saveSecret'>
  readonly settings: Settings
  readonly overrides: MonitorOptions['overrides']
}

/** @throws InvalidArgument; IdentityLocked where the input brings no secret */
export function joinPlan(
  input: ContractInputs['network']['join'],
  demoNodes: number | null,
  { store, settings, overrides }: PlanParts,
): JoinPlan {
  const network = networkRef(input.network)
  const bootstrap = (input.bootstrap ?? []).map((text) => text.trim()).filter((text) => text !== '')
  bootstrap.forEach(parseTarget)
  return {
    network,
    name: networkNameFrom(input.network),
    listen: (input.listen ?? overrides?.listen ?? settings.listen).map(parseListenAddress),
    bootstrap,
    tags: checkedTags([...settings.tags, ...(input.tags ?? [])]),
    ownTags: input.tags ?? [],
    config: resolveConfig({ ...settings.config, ...overrides?.config, ...defined(input.config ?? {}) }),
    secret: input.secret === undefined ? keptSecret(store) : bytes32From(input.secret),
    demoNodes,
  }
}
