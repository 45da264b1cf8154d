/** The handle that others hold (rules HD). */
import { DHT_OFF } from '../../shared/dht.ts'
import { Cancelled } from '../../shared/errors.ts'
import type { UniqueId } from '../../shared/ids.ts'
import { derive, idBytes, uniqueIdOf } from '../../shared/ids.ts'
import type { PeerEntry, Ticket } from '../../shared/peer.ts'
import { DhtBootstrap } from './dht/bootstrap.ts'
import type { Discovery, DiscoveryOptions } from './handle.ts'
import { askNeighbors } from './topology/neighbors.ts'
import { Worker } from './driver/worker.ts'

/**
 * Starts discovery. Returns at once; `online` tells when the node listens and its addresses are known.
 * @throws InvalidSecretKey when the secret is not that of the ports' node; LimitExceeded, InvalidArgument for bad tags
 */
export function startDiscovery(options: DiscoveryOptions): Discovery {
  const worker = new Worker(options)
  const { ports } = options
  const ended = Promise.withResolvers<void>()
  const online = worker.start()
  online.catch((error: unknown) => {
    // The cause, where the start failed; a leave during the start ends it well.
    if (error instanceof Cancelled) void worker.leave().then(ended.resolve, ended.reject)
    else void worker.fail(error).catch(ended.reject)
  })
  worker.context.ended.addEventListener('abort', () => void worker.leave().then(ended.resolve, ended.reject), {
    once: true,
  })
  // Whoever does not look at these two must not crash for it.
  online.catch(() => undefined)
  ended.promise.catch(() => undefined)

  const dht = startDht(worker, online)
  const update = (change: (entry: PeerEntry) => PeerEntry): Promise<boolean> => worker.updateLocal(change)
  const alive = (): void => {
    if (worker.ended) throw new Cancelled('the network was left')
  }
  return {
    online,
    ended: ended.promise,
    dial: (targets, signal) => worker.requests.dial(targets, withEnd(signal, worker)),
    syncWith: async (peerId, signal) => {
      alive()
      return await worker.syncs.explicit(peerId, withEnd(signal, worker))
    },
    ping: async (peerId, signal) => {
      alive()
      const { signed, rttMs } = await worker.requests.ping(peerId, withEnd(signal, worker))
      return { entry: signed.entry, rttMs }
    },
    askNeighbors: async (peerId, signal) => {
      alive()
      const connected = worker.context.connectionOf(peerId) !== null
      await worker.requests.reach(peerId, withEnd(signal, worker), 'user')
      try {
        return await askNeighbors(worker.context, peerId, withEnd(signal, worker))
      } finally {
        if (!connected && !worker.syncs.busy(peerId)) worker.queue.submit(() => worker.context.idle(peerId))
      }
    },
    neighborsCount: () => (worker.ended ? 0 : ports.gossip.neighbors().length),
    neighbors: () => (worker.ended ? [] : ports.gossip.neighbors()),
    connectedPeers: () => (worker.ended ? [] : ports.node.connections().map(({ peerId }) => peerId)),
    connections: () => (worker.ended ? [] : ports.node.connections()),
    bootstrap: () => worker.bootstrap.facts(),
    learned: (peerId) => worker.bootstrap.provenance.of(peerId),
    me: () => worker.own.signed,
    catalog: () => worker.catalog.snapshot(worker.judgingNow()),
    changesSince: (seq) => worker.catalog.changesSince(seq),
    events: () => worker.bus.reader(),
    onTold: (listener) => worker.bus.listenTold(listener),
    onEvent: (listener) => worker.bus.listen(listener),
    onChange: (listener) => worker.onChange(listener),
    health: () => worker.health(),
    slots: () => dht?.status() ?? DHT_OFF,
    stats: () => worker.counters.snapshot(worker.syncs.running),
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
    feed: (signed) => worker.queue.call(() => worker.presence.offer(signed, 'manual')),
    insert: (entry) => worker.queue.call(() => worker.presence.insert(entry)),
    remove: (peerId) => worker.queue.call(() => worker.presence.remove(peerId)),
    clearUnsigned: () => worker.queue.call(() => worker.presence.clearUnsigned()),
    checkInvariants: () => worker.checkInvariants(),
    clockMayHaveJumped: () => worker.clockMayHaveJumped(),
    leave: () => worker.leave(),
  }
}

/** Looks for peers in the DHT, where it is on, from the moment on at which the node is online (rules DH). */
function startDht(worker: Worker, online: Promise<void>): DhtBootstrap | null {
  const { dht: port, node, gossip } = worker.context.ports
  if (port === null) return null
  const dht = new DhtBootstrap(worker.context, port, async (holder, signal) => {
    // A holder that is connected is asked, not dialed.
    if (node.connection(holder.peerId) === null) await worker.bootstrap.dialHolder(worker.context, holder, signal)
    await worker.requests.ping(holder.peerId, signal, { source: 'dht' })
  })
  worker.bus.listen(({ kind }) => {
    if (kind === 'NeighborDown' && gossip.neighbors().length === 0) dht.hurry()
  })
  online.then(() => dht.start()).catch(() => undefined)
  return dht
}

/** Rule EN6. */
export function ticketId(ticket: Ticket): UniqueId {
  return uniqueIdOf(derive(idBytes(ticket.class), ticket.data))
}

function withEnd(signal: AbortSignal | undefined, worker: Worker): AbortSignal {
  return signal === undefined ? worker.context.ended : AbortSignal.any([signal, worker.context.ended])
}

function without<T>(items: readonly T[], removed: readonly T[]): T[] {
  return items.filter((item) => !removed.includes(item))
}
