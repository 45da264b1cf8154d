/** What a node's settings mean, whatever kind of network it joins. */
import { join } from 'node:path'
import { hostClass } from '../../shared/reachability.ts'
import type { MainlineOptions } from '../network/dht/mainline.ts'
import { NODES_FILE } from '../network/dht/node-file.ts'
import { parseDhtEndpoint } from '../network/dht/routers.ts'
import type { NodeSettings } from './open-node.ts'

/** The tag by which a peer offers to relay for others. */
export const RELAY_TAG = 'relay'

/**
 * How a node uses the DHT; null where it does not. One that listens on this machine only has nothing to look for in the
 * public one.
 * @throws InvalidArgument for an endpoint that cannot be one
 */
export function dhtOptions(
  settings: Pick<NodeSettings, 'dht' | 'dhtBootstrap' | 'dataDir' | 'listen'>,
): Pick<MainlineOptions, 'bootstrap' | 'nodesFile'> | null {
  const given = (settings.dhtBootstrap ?? []).map(parseDhtEndpoint)
  if (!settings.dht || (isLocal(settings.listen) && given.length === 0)) return null
  const { dataDir = null } = settings
  return {
    bootstrap: given.length === 0 ? null : given,
    nodesFile: dataDir === null ? null : join(dataDir, NODES_FILE),
  }
}

/** Whether it can only be reached from this machine. */
export function isLocal(listen: readonly string[]): boolean {
  return listen.length > 0 && listen.every((address) => hostClass(address) === 'loopback')
}
