/** The links that a moment of a loss shows beside those of it: as they were known when we lost the network. */
import type { PeerId } from '../../../shared/ids.ts'
import type { Loss } from '../../../shared/loss.ts'
import { BEFORE_LOSS_MS, LostLines } from '../../../shared/lost-lines.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { Edge, PeerRow } from '../../../shared/peer.ts'
import { edgeKey } from '../view.ts'
import { shownAt } from './shown.ts'
import type { ShownChange } from './span.ts'
import { changesByPart } from './span.ts'

/** What a change has of rows and links. */
type Change = Pick<ShownChange, 'at' | 'gone' | 'edges' | 'edgesGone'> & {
  readonly rows: readonly Pick<PeerRow, 'peerId'>[]
}

/** Changes of lines that are remembered of one loss at most: of those before, only what came of them. */
const MOST_STEPS = 100_000

/** A line that is kept from then on; null where it is said again, and without its key where we left: all are over. */
interface Step {
  readonly at: number
  readonly key: string | null
  readonly edge: Edge | null
}

/** Where the journal is read from. */
type JournalStore = Parameters<typeof changesByPart>[0]

/**
 * Tells the lines of one loss after the other. Pictures of a loss come one after the other, as a slider goes over it: the
 * journal is read once for all of them, as far as the latest, and the next goes on from there.
 */
export class LinesThen {
  #last: { readonly networkKey: NetworkKey; readonly lossAt: number; readonly reading: Reading } | null = null

  /**
   * Those that ended by the moment as we lost the network, or since, as the journal has it. In turns.
   * @throws what the signal was fired with, between two turns
   */
  async at(
    store: JournalStore,
    networkKey: NetworkKey,
    loss: Loss,
    at: number,
    signal?: AbortSignal,
  ): Promise<readonly Edge[]> {
    for (;;) {
      const reading = this.#reading(store, networkKey, loss, at)
      const lines = reading.at(at)
      if (lines !== null) return lines
      signal?.throwIfAborted()
      try {
        await reading.step(at)
      } catch (error) {
        this.#last = null
        throw error
      }
    }
  }

  #reading(store: JournalStore, networkKey: NetworkKey, loss: Loss, at: number): Reading {
    const last = this.#last
    const same = last !== null && last.networkKey === networkKey && last.lossAt === loss.at
    if (same && last.reading.reaches(at)) return last.reading
    const reading = new Reading(store, networkKey, loss)
    this.#last = { networkKey, lossAt: loss.at, reading }
    return reading
  }
}

/** The journal of a loss, read as far as somebody asked. */
class Reading {
  readonly #store: JournalStore
  readonly #networkKey: NetworkKey
  readonly #loss: Loss
  readonly #changes: AsyncGenerator<readonly ShownChange[]>
  #lines: LinesOfLoss | null = null
  /** All that changed before is in. */
  #known = -Infinity
  /** For which moment the end of the journal was reached, and what was written by then; null before that. */
  #end: { readonly at: number; readonly written: string } | null = null
  #step: Promise<void> | null = null

  constructor(store: JournalStore, networkKey: NetworkKey, loss: Loss) {
    this.#store = store
    this.#networkKey = networkKey
    this.#loss = loss
    this.#changes = this.#read()
  }

  /** Whether it tells of the moment, or will after more steps. */
  reaches(at: number): boolean {
    if (this.#lines !== null && at < this.#lines.from) return false
    return this.#end === null || at < this.#known || at <= this.#end.at || this.#end.written === this.#written()
  }

  /** The lines of a moment that it reaches; null where it takes more steps. */
  at(moment: number): readonly Edge[] | null {
    if (this.#lines === null || (this.#end === null && moment >= this.#known)) return null
    return this.#lines.at(moment)
  }

  /** Reads on. All who wait share a step. */
  async step(at: number): Promise<void> {
    this.#step ??= this.#take(at)
    try {
      await this.#step
    } finally {
      this.#step = null
    }
  }

  async #take(at: number): Promise<void> {
    const written = this.#written()
    const { done, value } = await this.#changes.next()
    if (done === true) {
      this.#end = { at, written }
      return
    }
    // What was asked for lies after what is let go of: it is not known yet.
    this.#lines?.fold()
    for (const change of value) {
      this.#lines?.take(change)
      this.#known = change.at
    }
  }

  async *#read(): AsyncGenerator<readonly ShownChange[]> {
    const [store, networkKey, from] = [this.#store, this.#networkKey, this.#loss.at - BEFORE_LOSS_MS]
    const { replay = null } = (await shownAt(store, networkKey, from)) ?? {}
    const begin = { peers: [...(replay?.rows() ?? [])], edges: [...(replay?.edges() ?? [])] }
    this.#lines = new LinesOfLoss(this.#loss, begin.peers)
    yield* changesByPart(store, networkKey, { from, to: Number.MAX_SAFE_INTEGER, stepMs: 0 }, begin)
  }

  /** Another word for each state of what is stored. */
  #written(): string {
    const [store, networkKey] = [this.#store, this.#networkKey]
    const part = store.journalPlace(networkKey, Number.MAX_SAFE_INTEGER)?.to ?? 0
    return `${part} ${store.lastSeqAt(networkKey, Number.MAX_SAFE_INTEGER)}`
  }
}

/** Follows what was shown, as the live window does; changes are taken in their order. */
export class LinesOfLoss {
  readonly #loss: Loss
  readonly #peers: Set<PeerId>
  /** Until the loss; null from then on. */
  #before: LostLines | null
  #now = -Infinity
  /** Those that are kept by now. */
  readonly #kept = new Map<string, Edge>()
  /** Those that were kept at `from`, and what changed since. */
  readonly #first = new Map<string, Edge>()
  #steps: Step[] = []
  #from: number

  /** @param begin who was shown at first */
  constructor(loss: Loss, begin: Iterable<Pick<PeerRow, 'peerId'>>) {
    this.#loss = loss
    this.#from = loss.at
    this.#peers = new Set([...begin].map(({ peerId }) => peerId))
    this.#before = new LostLines(() => this.#now)
  }

  /** The first moment that it can tell of. */
  get from(): number {
    return this.#from
  }

  take({ at, rows, gone, edges, edgesGone }: Change): void {
    if (at >= this.#loss.at) this.#begin()
    this.#now = at
    for (const edge of edgesGone) this.#went(edgeKey(edge), edge)
    for (const edge of edges) this.#came(edgeKey(edge))
    for (const { peerId } of rows) this.#peers.add(peerId)
    for (const peerId of gone) this.#peers.delete(peerId)
    // We left: nothing of it says anything of the next run.
    if (this.#peers.size === 0) this.#forget()
  }

  /** The lines that are kept at a moment of the loss; all that changed until then was taken. */
  at(moment: number): readonly Edge[] {
    this.#begin()
    const lines = new Map(this.#first)
    for (const step of this.#steps) {
      if (step.at > moment) break
      apply(lines, step)
    }
    return [...lines.values()]
  }

  /** We lost the network. */
  #begin(): void {
    if (this.#before === null) return
    this.#now = this.#loss.at
    this.#before.apply(this.#first, true)
    this.#before = null
    for (const [key, edge] of this.#first) this.#kept.set(key, edge)
  }

  #went(key: string, edge: Edge): void {
    if (this.#before === null) this.#put({ at: this.#now, key, edge })
    else this.#before.went(key, edge)
  }

  #came(key: string): void {
    if (this.#before !== null) this.#before.came(key)
    else if (this.#kept.has(key)) this.#put({ at: this.#now, key, edge: null })
  }

  #forget(): void {
    if (this.#before !== null) this.#before.forget()
    else if (this.#kept.size > 0) this.#put({ at: this.#now, key: null, edge: null })
  }

  #put(step: Step): void {
    this.#steps.push(step)
    apply(this.#kept, step)
  }

  /** Lets go of the older half of too many steps, but not of some of a moment. */
  fold(): void {
    const { length } = this.#steps
    const from = length <= MOST_STEPS ? undefined : this.#steps[length >> 1]?.at
    if (from === undefined) return
    const stay = this.#steps.findIndex(({ at }) => at >= from)
    for (const step of this.#steps.slice(0, stay)) apply(this.#first, step)
    this.#steps = this.#steps.slice(stay)
    this.#from = from
  }
}

function apply(lines: Map<string, Edge>, { key, edge }: Step): void {
  if (key === null) lines.clear()
  else if (edge === null) lines.delete(key)
  else lines.set(key, edge)
}
