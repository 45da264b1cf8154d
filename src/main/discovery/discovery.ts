/** The handle that others hold (rules HD). */
import { DHT_OFF } from '../../shared/dht.ts'
import { Cancelled, errorShape } from '../../shared/errors.ts'
import type { UniqueId } from '../../shared/ids.ts'
import { derive, idBytes, uniqueIdOf } from '../../shared/ids.ts'
import type { PeerEntry, Ticket } from '../../shared/peer.ts'
import { Driver } from './driver/driver.ts'
import type { DialResult, Discovery, DiscoveryOptions } from './handle.ts'
import type { DialTarget } from './ports.ts'

/**
 * Starts discovery. Returns at once; `online` tells when the node listens and its addresses are known.
 * @throws InvalidSecretKey when the secret is not that of the ports' node; LimitExceeded, InvalidArgument for bad tags
 */
export function startDiscovery(options: DiscoveryOptions): Discovery {
  const driver = new Driver(options)
  const { core } = driver
  const { node } = options.ports
  const online = driver.start()
  // The cause, where the start failed; a leave during the start ends it well.
  online.catch((error: unknown) => (error instanceof Cancelled ? void driver.leave() : driver.fail(error)))
  const update = async (change: (entry: PeerEntry) => PeerEntry): Promise<boolean> =>
    // Nothing can come between: what is made of the entry goes in as the next input.
    await driver.command('change', { entry: change(core.parts.own.entry) })
  return {
    online,
    ended: driver.left,
    dial: async (targets, signal) => {
      // As for one that is called off later, what came of each address stands in its result.
      if (signal?.aborted === true && !driver.ended) return targets.map(calledOff)
      return await driver.command('dial', { targets }, signal)
    },
    syncWith: (peerId, signal) => driver.command('sync', { peerId }, signal),
    ping: async (peerId, signal) => {
      const { signed, rttMs } = await driver.command('ping', { peerId }, signal)
      return { entry: signed.entry, rttMs }
    },
    askNeighbors: (peerId, signal) => driver.command('neighbors', { peerId }, signal),
    neighborsCount: () => core.env.neighbors.size,
    neighbors: () => [...core.env.neighbors],
    connectedPeers: () => (driver.ended ? [] : [...core.env.peers.connected()].map(({ peerId }) => peerId)),
    connections: () => (driver.ended ? [] : node.connections()),
    bootstrap: () => driver.now.parts.bootstrap.facts(),
    learned: (peerId) => core.parts.provenance.of(peerId),
    me: () => core.parts.own.signed,
    catalog: () => {
      const { env } = driver.now
      return env.catalog.snapshot(env.judgingNow())
    },
    get: (peerId) => {
      const { env } = driver.now
      const peer = env.catalog.get(peerId)
      return peer !== null && env.catalog.isShown(peer, env.judgingNow()) ? peer : null
    },
    changesSince: (seq) => core.env.catalog.changesSince(seq),
    events: () => driver.bus.reader(),
    onTold: (listener) => driver.bus.listenTold(listener),
    onEvent: (listener) => driver.bus.listen(listener),
    onChange: (listener) => driver.onChange(listener),
    health: () => driver.health(),
    slots: () => driver.now.parts.dht?.status() ?? DHT_OFF,
    stats: () => core.env.counters.snapshot(core.parts.syncs.running, core.env.catalog.bytes),
    updateLocalEntry: update,
    addTags: (...tags) => update((entry) => ({ ...entry, tags: [...entry.tags, ...tags] })),
    removeTags: (...tags) => update((entry) => ({ ...entry, tags: without(entry.tags, tags) })),
    addStreams: (...ids) => update((entry) => ({ ...entry, streams: [...entry.streams, ...ids] })),
    removeStreams: (...ids) => update((entry) => ({ ...entry, streams: without(entry.streams, ids) })),
    addGroups: (...ids) => update((entry) => ({ ...entry, groups: [...entry.groups, ...ids] })),
    removeGroups: (...ids) => update((entry) => ({ ...entry, groups: without(entry.groups, ids) })),
    addTicket: (ticket) => update((entry) => ({ ...entry, tickets: [...entry.tickets, ticket] })),
    removeTicket: (id) =>
      update((entry) => ({ ...entry, tickets: entry.tickets.filter((one) => ticketId(one) !== id) })),
    removeTicketsOf: (ofClass) =>
      update((entry) => ({ ...entry, tickets: entry.tickets.filter((one) => one.class !== ofClass) })),
    replaceTicket: (ticket) =>
      update((entry) => ({
        ...entry,
        tickets: [...entry.tickets.filter((one) => one.class !== ticket.class), ticket],
      })),
    feed: (signed) => driver.command('feed', { signed }),
    insert: (entry) => driver.command('insert', { entry }),
    remove: (peerId) => driver.command('remove', { peerId }),
    takeBack: (target) => driver.command('takeBack', { target }),
    clearUnsigned: () => driver.command('clearUnsigned', {}),
    checkInvariants: () => driver.check(),
    clockMayHaveJumped: () => driver.feed({ kind: 'woke' }),
    leave: () => driver.leave(),
  }
}

/** Rule EN6. */
export function ticketId(ticket: Ticket): UniqueId {
  return uniqueIdOf(derive(idBytes(ticket.class), ticket.data))
}

function calledOff(target: DialTarget): DialResult {
  return { target, peerId: null, error: errorShape(new Cancelled('the dial was cancelled')) }
}

function without<T>(items: readonly T[], removed: readonly T[]): T[] {
  return items.filter((item) => !removed.includes(item))
}
