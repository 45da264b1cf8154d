/**
 * A node that leaves a topic sends PRUNE with a backoff, and gossipsub 17 keeps that backoff beyond the connection. A node that joins
 * again with the same key knows nothing of it: its GRAFT comes too early, is refused and punished, and the backoff grows to a
 * minute, for which the node has no neighbors. So the backoff of a peer that left the topic ends with its connection. That of
 * a peer that is still in the topic stays: it counts the backoff too, and punishes who comes too early.
 */
import type { GossipSub } from '@libp2p/gossipsub'
import type { PeerId } from '@libp2p/interface'

/** What of gossipsub's members is used; its types leave them out. */
interface Pruned {
  handlePrune: (id: string, prune: readonly { readonly topicID?: string | null }[]) => Promise<void>
  removePeer: (peerId: PeerId) => void
  readonly backoff: Map<string, Map<string, number>>
  readonly topics: ReadonlyMap<string, ReadonlySet<string>>
  readonly peers: ReadonlyMap<string, unknown>
}

/**
 * Forgets the backoff of those that left. To be called before the node starts.
 * @returns whether it does; where gossipsub's members are others one day, it does not
 */
export function forgetLeavers(pubsub: GossipSub): boolean {
  const service = pubsub as unknown as Pruned
  if (!isPruned(service)) return false
  const { handlePrune, removePeer } = service
  // The topics that a connected peer left.
  const left = new Map<string, Set<string>>()
  const isIn = (id: string, topic: string): boolean => service.topics.get(topic)?.has(id) === true
  const forget = (id: string, topics: Iterable<string>): void => {
    for (const topic of topics) service.backoff.get(topic)?.delete(id)
    left.delete(id)
  }
  service.handlePrune = async (id, prune) => {
    const backedOff = (topic: string): boolean => service.backoff.get(topic)?.has(id) === true
    const named = prune.flatMap(({ topicID }) => (typeof topicID === 'string' ? topicID : []))
    // A backoff that we imposed stays, or a peer would be rid of it by a new connection.
    const fresh = named.filter((topic) => !backedOff(topic))
    await handlePrune.call(pubsub, id, prune)
    // It unsubscribes before it sends PRUNE.
    const topics = fresh.filter(backedOff)
    const over = topics.filter((topic) => !isIn(id, topic))
    // Its last words may come after the end of its connection.
    if (!service.peers.has(id)) forget(id, over)
    else if (over.length > 0) left.set(id, new Set([...(left.get(id) ?? []), ...over]))
  }
  service.removePeer = (peerId) => {
    const id = peerId.toString()
    const over = [...(left.get(id) ?? [])].filter((topic) => !isIn(id, topic))
    removePeer.call(pubsub, peerId)
    forget(id, over)
  }
  return true
}

/** Whether it has all these members. */
function isPruned({ handlePrune, removePeer, backoff, topics, peers }: Partial<Pruned>): boolean {
  return (
    [handlePrune, removePeer].every((call) => typeof call === 'function') &&
    [backoff, topics, peers].every((map) => map instanceof Map)
  )
}
