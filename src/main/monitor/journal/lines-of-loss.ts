/** The links that a moment of a loss shows beside those of it: as they were known when we lost the network. */
import type { PastPicture } from '../../../shared/contract.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Loss } from '../../../shared/loss.ts'
import { BEFORE_LOSS_MS, LostLines } from '../../../shared/lost-lines.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { Edge, PeerRow } from '../../../shared/peer.ts'
import { edgeKey } from '../../../shared/peer.ts'
import type { Clock } from '../../discovery/ports.ts'
import type { StoreReader } from '../../store/types.ts'
import { turn } from '../turns.ts'
import { shownAt } from './shown.ts'
import type { ShownChange } from './span.ts'
import { applyChange, ChangesOfParts } from './span.ts'

/** What a change has of rows and links. */
type Change = Pick<ShownChange, 'at' | 'gone' | 'edges' | 'edgesGone'> & {
  readonly rows: readonly Pick<PeerRow, 'peerId'>[]
}

/** Changes of lines of one loss that are kept at most; of older ones only their outcome is. */
const MOST_STEPS = 100_000
/** Losses that are kept at most, as far as they were read: those of several windows, and of stored networks. */
const MOST_READ = 4
/** How long what was read is kept after the last question, milliseconds. */
const KEPT_MS = 60_000

/** A line that is kept from then on; null where it is said again, and without its key where we left: all are over. */
interface Step {
  readonly at: number
  readonly key: string | null
  readonly edge: Edge | null
}

/** Where the journal is read from. */
interface JournalOf {
  readonly store: StoreReader
  readonly networkKey: NetworkKey
}

/** A moment of a loss, and the links that were shown at it. */
type Moment = Pick<PastPicture, 'at' | 'edges'> & { readonly loss: Loss }

/**
 * Tells the lines of losses. Pictures of a loss come one after the other, as a slider goes over it: the journal is read once
 * for all of them, as far as the latest, and the next goes on from there, also with what was written since.
 */
export class LinesThen {
  readonly #clock: Pick<Clock, 'schedule'>
  /** By network and loss; those that were asked for last come last. */
  readonly #readings = new Map<string, Reading>()
  #cancel = (): void => undefined

  constructor(clock: Pick<Clock, 'schedule'>) {
    this.#clock = clock
  }

  /**
   * Those that ended by the moment as we lost the network, or since, as the journal has it. In turns.
   * @throws what the signal was fired with, between two turns
   */
  async at(journal: JournalOf, moment: Moment, signal?: AbortSignal): Promise<readonly Edge[]> {
    const key = `${journal.networkKey} ${moment.loss.at}`
    const reading = this.#reading(key, journal, moment)
    try {
      return await linesAt(reading, moment, signal)
    } catch (error) {
      // Called off, it can go on; where it failed, it cannot.
      if (error !== signal?.reason && this.#readings.get(key) === reading) this.#readings.delete(key)
      throw error
    } finally {
      this.#cancel()
      this.#cancel = this.#clock.schedule(KEPT_MS, () => this.#readings.clear())
    }
  }

  #reading(key: string, journal: JournalOf, { at, loss }: Moment): Reading {
    const known = this.#readings.get(key)
    const reading = known !== undefined && known.from <= at ? known : new Reading(journal, loss)
    this.#readings.delete(key)
    this.#readings.set(key, reading)
    for (const oldest of this.#readings.keys()) {
      if (this.#readings.size <= MOST_READ) break
      this.#readings.delete(oldest)
    }
    return reading
  }
}

/** The same for a single moment: nothing is kept for another one. */
export async function linesOnce(journal: JournalOf, moment: Moment, signal?: AbortSignal): Promise<readonly Edge[]> {
  return await linesAt(new Reading(journal, moment.loss), moment, signal)
}

async function linesAt(reading: Reading, moment: Moment, signal?: AbortSignal): Promise<readonly Edge[]> {
  for (;;) {
    const lines = reading.at(moment)
    if (lines !== null) return lines
    signal?.throwIfAborted()
    await reading.step()
  }
}

/** The journal of a loss, read as far as somebody asked. */
class Reading {
  readonly #journal: JournalOf
  readonly #loss: Loss
  #read: { readonly parts: ChangesOfParts; readonly lines: LinesOfLoss } | null = null
  /** What was shown after the last change that was read. */
  readonly #shown = { rows: new Map<PeerId, PeerRow>(), edges: new Map<string, Edge>() }
  /** All that changed before is in. */
  #known = -Infinity
  /** The last part that was written as the end of the journal was reached; null while it is not. */
  #end: number | null = null
  #step: Promise<void> | null = null

  constructor(journal: JournalOf, loss: Loss) {
    this.#journal = journal
    this.#loss = loss
  }

  /** The first moment that it can tell of. */
  get from(): number {
    return this.#read?.lines.from ?? -Infinity
  }

  /** The lines of a moment; null where it takes more steps. */
  at({ at, edges }: Moment): readonly Edge[] | null {
    if (this.#read === null) return null
    const { lines } = this.#read
    if (at < this.#known) return lines.at(at)
    if (this.#end !== this.#written()) return null
    // Links that the journal does not know to be over yet went with a peer that the event log knows to be gone.
    const kept = new Map([...this.#shown.edges, ...lines.at(at).map((edge) => [edgeKey(edge), edge] as const)])
    for (const edge of edges) kept.delete(edgeKey(edge))
    return [...kept.values()]
  }

  /** Reads on. All who wait share a step. */
  async step(): Promise<void> {
    await (this.#step ??= this.#take().finally(() => {
      this.#step = null
    }))
  }

  async #take(): Promise<void> {
    if (this.#read === null) return await this.#begin()
    const { parts, lines } = this.#read
    const written = this.#written()
    const changes = await parts.next()
    this.#end = changes === null ? written : null
    // Those who wait ask for later moments than the ones that are let go of.
    lines.fold()
    for (const change of changes ?? parts.written()) {
      lines.take(change)
      applyChange(this.#shown, change)
      this.#known = change.at
    }
    await turn()
  }

  async #begin(): Promise<void> {
    const { store, networkKey } = this.#journal
    const from = this.#loss.at - BEFORE_LOSS_MS
    const { replay = null } = (await shownAt(store, networkKey, from)) ?? {}
    const begin = { peers: [...(replay?.rows() ?? [])], edges: [...(replay?.edges() ?? [])] }
    for (const edge of begin.edges) this.#shown.edges.set(edgeKey(edge), edge)
    const wish = { from, to: Number.MAX_SAFE_INTEGER, stepMs: 0 }
    const parts = await ChangesOfParts.after(store, networkKey, wish, begin)
    this.#read = { parts, lines: new LinesOfLoss(this.#loss, begin.peers) }
  }

  /** The last part that is stored. */
  #written(): number {
    return this.#journal.store.journalPlace(this.#journal.networkKey, Number.MAX_SAFE_INTEGER)?.to ?? 0
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
