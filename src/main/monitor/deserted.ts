/** Whether everybody left a network that we are in: we have no neighbor, and lost nothing. */
import type { DiscoveryEvent, LoggedEvent } from '../../shared/events.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { Loss } from '../../shared/loss.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { PeerRow } from '../../shared/peer.ts'
import { BoundedMap } from '../discovery/base/bounded-map.ts'
import type { Health } from '../discovery/handle.ts'
import type { StoreReader } from '../store/types.ts'
import { stateOf } from './insight/run-state.ts'
import { logThen, storeThen } from './insight/store-then.ts'

/** Neighbors that broke off that are looked at, the newest. */
const NEIGHBORS = 200

/** Nobody is here, and the last neighbor said goodbye: of those that went without one, somebody would count as here for minutes. */
export function everybodyLeft(
  lastNeighbor: PeerId | null,
  rows: Iterable<Pick<PeerRow, 'peerId' | 'self' | 'state'>>,
): boolean {
  let goodbye = false
  for (const { peerId, self, state } of rows) {
    if (!self && state === 'online') return false
    if (peerId === lastNeighbor) goodbye = state === 'departed'
  }
  return goodbye
}

/** The same of a node without a view, which knows only who is here: who said goodbye is remembered as it is told. */
export class Goodbyes {
  readonly #said = new BoundedMap<PeerId, true>(NEIGHBORS)
  #lastNeighbor: PeerId | null = null

  take(event: DiscoveryEvent): void {
    if (event.kind === 'NeighborDown') this.#lastNeighbor = event.peerId
    else if (event.kind === 'PeerDiscovered') this.#said.delete(event.peerId)
    else if (event.kind === 'PeerDeparted' && event.reason === 'graceful') this.#said.set(event.peerId, true)
  }

  /** How the node is, in the words of the window. @param here who is in the catalog, ourselves included */
  stateOf({ state }: Pick<Health, 'state'>, here: Iterable<{ readonly self: boolean }>): RunState | 'joining' | 'none' {
    if (state === 'starting') return 'joining'
    if (state === 'stopped') return 'none'
    if (state !== 'lost') return state
    for (const { self } of here) if (!self) return state
    return this.#lastNeighbor !== null && this.#said.get(this.#lastNeighbor) === true ? 'deserted' : state
  }
}

/** The state of a network that we are in. */
export type RunState = 'online' | 'alone' | 'lost' | 'deserted'

/** How the run that goes on is, as its log tells. @param loss the loss that lasts @param rows who is known */
export function runState(
  store: Pick<StoreReader, 'eventsPage'>,
  networkKey: NetworkKey,
  loss: Loss | null,
  rows: Iterable<PeerRow>,
): RunState {
  const state = stateOf(store, networkKey)
  const deserted = state === 'lost' && loss === null && everybodyLeft(lastNeighbor(store, networkKey), rows)
  return deserted ? 'deserted' : state
}

/** Whether everybody had left at a past moment. @param rows who was known then @param loss the loss that lasted */
export function desertedAt(
  store: Parameters<typeof storeThen>[0],
  networkKey: NetworkKey,
  at: number,
  loss: Loss | null,
  rows: readonly PeerRow[],
): boolean {
  // Most of the time somebody is here, and nothing has to be looked up.
  if (loss !== null || rows.length === 0 || rows.some(({ self, state }) => !self && state === 'online')) return false
  return runState(storeThen(store, at), networkKey, loss, rows) === 'deserted'
}

/** Whether nobody had been met since we joined, at a past moment. @param rows who was known then @param loss the loss that lasted */
export function aloneAt(
  store: Parameters<typeof logThen>[0],
  networkKey: NetworkKey,
  at: number,
  loss: Loss | null,
  rows: readonly Pick<PeerRow, 'neighbor'>[],
): boolean {
  // Most of the time somebody is, and nothing has to be looked up.
  if (loss !== null || rows.length === 0 || rows.some(({ neighbor }) => neighbor)) return false
  return stateOf(logThen(store, at), networkKey) === 'alone'
}

/** The neighbor that went last, as the log tells; null for none. */
function lastNeighbor(store: Pick<StoreReader, 'eventsPage'>, networkKey: NetworkKey): PeerId | null {
  const { events } = store.eventsPage({ networkKey, kinds: ['NeighborDown'], limit: NEIGHBORS })
  return wentLast(events)
}

/** The neighbor that the latest of some events tells of. */
export function wentLast(events: readonly LoggedEvent[]): PeerId | null {
  // Of one that comes and goes all the time rows are shared.
  const [last] = events.toSorted((a, b) => (b.lastAt ?? b.at) - (a.lastAt ?? a.at))
  return last?.event.kind === 'NeighborDown' ? last.event.peerId : null
}
