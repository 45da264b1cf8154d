/** Peerscope's own networks, over libp2p. */
import { multiaddr } from '@multiformats/multiaddr'
import { InvalidArgument } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { peerscope as dialect } from '../../discovery/dialects/peerscope/peerscope.ts'
import type { Discovery } from '../../discovery/handle.ts'
import type { DialTarget } from '../../discovery/ports.ts'
import { createPorts } from '../../network/libp2p/create-ports.ts'
import type { ReachOptions } from '../../network/libp2p/reach/reach.ts'
import { bareAddress, parseListenAddress, parseTarget } from '../../network/libp2p/targets.ts'
import { dhtOptions, isLocal, RELAY_TAG } from '../node-options.ts'
import type { NodeSettings } from '../open-node.ts'
import type { Kind } from './kind.ts'

/** The kind. */
export const peerscope: Kind = {
  kind: 'peerscope',
  dialect: (entryVersion) => {
    if (entryVersion !== null && entryVersion !== dialect.protocolVersion)
      throw new InvalidArgument(
        `entries of Peerscope networks state the version ${dialect.protocolVersion}, and no other`,
      )
    return dialect
  },
  unavailable: () => null,
  parseTarget,
  listen: (addresses) => addresses.map(parseListenAddress),
  ownAddress: withPeerId,
  createPorts: async (settings, { id: networkId }) => {
    const ports = await createPorts({
      secret: settings.secret,
      listen: settings.listen,
      logger: settings.logger,
      agent: 'peerscope',
      ...(settings.metrics === undefined ? {} : { metrics: settings.metrics }),
      ...(settings.admit === undefined ? {} : { admit: settings.admit }),
      dht: dhtOptions(settings),
      lan: settings.mdns && !isLocal(settings.listen) ? { networkId } : null,
      reach: reachOptions(settings),
    })
    return { ...ports, begin: (discovery) => ports.useRelays(() => relaysIn(discovery)) }
  },
}

/** A node that listens on this machine only has nothing to ask of routers, and of peers that would dial it from outside. */
function reachOptions(settings: Pick<NodeSettings, 'listen' | 'upnp' | 'relays' | 'serveRelay'>): ReachOptions {
  const outside = settings.listen.length > 0 && !isLocal(settings.listen)
  return {
    autonat: outside,
    upnp: outside && settings.upnp === true ? {} : false,
    relays: settings.relays === true,
    serve: settings.serveRelay === true,
  }
}

/** Peers that call themselves relays. */
function relaysIn(discovery: Discovery): readonly DialTarget[] {
  return [...discovery.catalog().peers.values()]
    .filter(({ entry, self }) => !self && entry.tags.includes(RELAY_TAG))
    .map(({ entry }) => ({ peerId: entry.peerId, addresses: entry.addresses }))
}

/** An address with `/p2p/…` at its end. */
export function withPeerId(address: string, peerId: PeerId): string {
  return `${bareAddress(multiaddr(address))}/p2p/${peerId}`
}
