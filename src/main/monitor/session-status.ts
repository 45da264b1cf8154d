/** The status that views show while a node is online. */
import type { NetworkRef, NetworkStatus } from '../../shared/contract.ts'
import type { Loss } from '../../shared/loss.ts'
import { notKnownSince } from '../../shared/loss.ts'
import type { Health } from '../discovery/handle.ts'
import type { LossWatch } from './loss.ts'
import type { OpenNode } from './open-node.ts'
import type { SessionParts } from './session-parts.ts'
import type { SessionState } from './session-state.ts'
import { tryingWords } from './status-words.ts'
import type { View } from './view.ts'

/** What it is put together from. */
export interface OnlineParts extends Pick<SessionParts, 'view' | 'relay' | 'bootstrap' | 'demo' | 'swarm'> {
  readonly network: NetworkRef
  readonly node: OpenNode
  /** The node's, at this moment. */
  readonly health: Health
  readonly state: Pick<SessionState, 'clash' | 'problems' | 'neighbors'>
  /** Milliseconds since the epoch. */
  readonly joinedAt: number
  /** What became of our neighbors. */
  readonly losses: Pick<LossWatch, 'loss' | 'deserted'>
  /** Looks up the last loss that is over. */
  readonly lastLoss: () => Loss | null
}

/** How it is at this moment. */
export function onlineStatus(given: OnlineParts): NetworkStatus {
  const { node, health, state, view, network, joinedAt, losses, ...parts } = given
  const { loss, deserted } = losses
  // Most of the time nobody is lost, and nothing has to be looked up. This is asked many times a second.
  const notKnown = loss !== null || view.lost === 0 ? null : notKnownSince(view.rows(), given.lastLoss())
  return {
    state: health.state === 'lost' && deserted ? 'deserted' : stateOf(health),
    network,
    self: node.peerId,
    abilities: node.dialect.abilities,
    relay: node.dialect.abilities.relayUrls ? (parts.relay ?? 'off') : null,
    addresses: node.addresses(health),
    neighbors: neighborsShown(state, view),
    connections: health.connections,
    peers: view.here,
    lastHeardAt: health.lastHeardAt,
    loss,
    notKnown,
    suspectedClockSkewMs: health.suspectedClockSkewMs,
    clocksCompared: health.clocksCompared,
    identityClash: state.clash,
    joinedAt,
    trying: health.neighbors > 0 ? [] : tryingWords(parts.bootstrap, node.discovery.bootstrap()),
    problems: [...state.problems.values()].toReversed(),
    demo: parts.demo,
    story: parts.swarm?.story() ?? null,
  }
}

/**
 * Those of the mesh, without the ones that are shown as gone: who was purged stays in the mesh as long as its connection does, and is in no
 * count of who is here. One whose entry is still to come is counted.
 */
function neighborsShown({ neighbors }: Pick<SessionState, 'neighbors'>, view: Pick<View, 'row'>): number {
  let shown = 0
  for (const peerId of neighbors) if ((view.row(peerId)?.state ?? 'online') === 'online') shown += 1
  return shown
}

/** How a node is with its network. */
export function stateOf({ state }: Pick<Health, 'state'>): 'online' | 'lost' | 'alone' {
  return state === 'online' || state === 'lost' ? state : 'alone'
}
