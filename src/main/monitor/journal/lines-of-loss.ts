/** The links that a moment of a loss shows beside those of it: as they were known when we lost the network. */
import type { PeerId } from '../../../shared/ids.ts'
import type { Loss } from '../../../shared/loss.ts'
import { BEFORE_LOSS_MS, LostLines } from '../../../shared/lost-lines.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { Edge, PeerRow } from '../../../shared/peer.ts'
import { edgeKey } from '../view.ts'
import { shownAt } from './shown.ts'
import type { ShownChange } from './span.ts'
import { shownChanges } from './span.ts'

/** What a change has of rows and links. */
type Change = Pick<ShownChange, 'at' | 'gone' | 'edges' | 'edgesGone'> & {
  readonly rows: readonly Pick<PeerRow, 'peerId'>[]
}

/**
 * Those that ended by the moment as we lost the network, or since, as the journal has it. In turns.
 * @throws what the signal was fired with, between two turns
 */
export async function linesOfLoss(
  store: Parameters<typeof shownChanges>[0],
  networkKey: NetworkKey,
  loss: Loss,
  at: number,
  signal?: AbortSignal,
): Promise<readonly Edge[]> {
  const from = loss.at - BEFORE_LOSS_MS
  const { replay = null } = (await shownAt(store, networkKey, from, signal)) ?? {}
  const begin = { peers: [...(replay?.rows() ?? [])], edges: [...(replay?.edges() ?? [])] }
  const lines = new LinesOfLoss(loss, begin.peers)
  for await (const change of shownChanges(store, networkKey, { from, to: at, stepMs: 0, signal }, begin))
    lines.take(change)
  return lines.at(at)
}

/** Follows what was shown, as the live window does. */
export class LinesOfLoss {
  readonly #loss: Loss
  readonly #peers: Set<PeerId>
  readonly #lines: LostLines
  readonly #kept = new Map<string, Edge>()
  #now = -Infinity

  /** @param begin who was shown at first */
  constructor(loss: Loss, begin: Iterable<Pick<PeerRow, 'peerId'>>) {
    this.#loss = loss
    this.#peers = new Set([...begin].map(({ peerId }) => peerId))
    this.#lines = new LostLines(() => this.#now)
  }

  take({ at, rows, gone, edges, edgesGone }: Change): void {
    this.#lead(at)
    for (const edge of edgesGone) this.#lines.went(edgeKey(edge), edge)
    for (const edge of edges) {
      this.#lines.came(edgeKey(edge))
      this.#kept.delete(edgeKey(edge))
    }
    for (const { peerId } of rows) this.#peers.add(peerId)
    for (const peerId of gone) this.#peers.delete(peerId)
    if (this.#peers.size > 0) return
    // We left: nothing of it says anything of the next run.
    this.#lines.forget()
    this.#kept.clear()
  }

  /** The lines that are kept at a moment that is not before the last change. */
  at(moment: number): readonly Edge[] {
    this.#lead(moment)
    this.#lines.apply(this.#kept, true)
    return [...this.#kept.values()]
  }

  #lead(to: number): void {
    if (this.#now < this.#loss.at && to >= this.#loss.at) {
      this.#now = this.#loss.at
      this.#lines.apply(this.#kept, true)
    }
    this.#now = to
  }
}
