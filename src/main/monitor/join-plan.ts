/** What one attempt to join a network needs to know. */
import type { AppInfo, ContractInputs, NetworkRef, Settings } from '../../shared/contract.ts'
import type { DiscoveryConfig } from '../../shared/config.ts'
import { resolveConfig } from '../../shared/config.ts'
import { bytes32From } from '../../shared/ids.ts'
import type { RelayMode } from '../../shared/relay-mode.ts'
import { parseRelayMode } from '../../shared/relay-mode.ts'
import type { Store } from '../store/types.ts'
import { defined } from './defined.ts'
import type { MonitorOptions } from './monitor-options.ts'
import { networkRef } from './network-ref.ts'
import type { NodeSettings } from './open-node.ts'
import { kindOf } from './kinds/kinds.ts'
import { keptSecret } from './open-node.ts'
import { checkedTags } from './settings.ts'

/** The input of a call that joins, checked, with the settings of that moment. */
export interface JoinPlan extends Pick<NodeSettings, 'secret' | 'listen' | 'bootstrap' | 'tags'> {
  readonly config: DiscoveryConfig
  readonly network: NetworkRef
  readonly relay: RelayMode
  readonly entryVersion: string | null
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
  const network = networkRef(input.network, input.kind ?? 'peerscope')
  const bootstrap = (input.bootstrap ?? []).map((text) => text.trim()).filter((text) => text !== '')
  const kind = kindOf(network.kind)
  for (const text of bootstrap) kind.parseTarget(text)
  const dialect = kind.dialect(input.entryVersion ?? null)
  const tags = checkedTags([...settings.tags, ...(input.tags ?? [])])
  for (const tag of tags) dialect.tagOf(tag)
  return {
    network,
    name: network.name ?? network.id,
    relay: parseRelayMode(input.relay ?? 'off'),
    entryVersion: input.entryVersion ?? null,
    listen: kind.listen(input.listen ?? overrides?.listen ?? settings.listen),
    bootstrap,
    tags,
    ownTags: input.tags ?? [],
    config: resolveConfig({ ...settings.config, ...overrides?.config, ...defined(input.config ?? {}) }),
    secret: input.secret === undefined ? keptSecret(store) : bytes32From(input.secret),
    demoNodes,
  }
}

/** What the node of a plan is opened with, but for who hears of it. */
export function nodeSettings(
  plan: JoinPlan,
  settings: Settings,
  { overrides, metrics, dataDir, logger }: Pick<MonitorOptions, 'overrides' | 'metrics' | 'dataDir' | 'logger'>,
  { demo, bootstrap, known }: Pick<NodeSettings, 'bootstrap' | 'known'> & { readonly demo: boolean },
): NodeSettings {
  const { name, network, relay, entryVersion, secret, listen, tags, config } = plan
  return {
    network: name,
    kind: network.kind,
    relay,
    entryVersion,
    secret,
    listen,
    bootstrap,
    ...(known === undefined ? {} : { known }),
    tags,
    config,
    // A demo is of this machine, whatever the settings are.
    dht: !demo && (overrides?.dht ?? settings.dht),
    dhtBootstrap: overrides?.dhtBootstrap ?? [],
    dataDir,
    mdns: !demo && (overrides?.mdns ?? settings.mdns),
    upnp: !demo && (overrides?.upnp ?? settings.upnp),
    relays: !demo && (overrides?.relays ?? settings.relays),
    logger,
    ...(metrics === undefined ? {} : { metrics: metrics.forNode() }),
  }
}

/** What the command line makes of the setting `dht`. */
export function dhtOf({ overrides }: Pick<MonitorOptions, 'overrides'>): AppInfo['dht'] {
  if (overrides?.dht === false) return 'off'
  return (overrides?.dhtBootstrap ?? []).length > 0 ? 'given' : 'setting'
}

/** What of the settings the command line overrides. */
export function overriddenBy({ overrides }: Pick<MonitorOptions, 'overrides'>): AppInfo['overridden'] {
  return { listen: overrides?.listen ?? null, config: { ...overrides?.config } }
}
