/** What was shown over a span of time: how it began, and what changed, in steps. */
import type { PeerId } from '../../../shared/ids.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { Edge, PeerRow } from '../../../shared/peer.ts'
import { edgeKey } from '../../../shared/peer.ts'
import type { StoreReader } from '../../store/types.ts'
import { inTurns, turn } from '../turns.ts'
import type { ReplayWatcher } from './replay.ts'
import { Replay } from './replay.ts'
import { fieldsOf } from './row-fields.ts'
import type { TailStore } from './tail.ts'
import { tailOf } from './tail.ts'

/** What changed at a moment; at the beginning of a span, all that was shown. */
export interface ShownChange {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly rows: readonly PeerRow[]
  readonly gone: readonly PeerId[]
  readonly edges: readonly Edge[]
  readonly edgesGone: readonly Edge[]
}

/** Rows and links that are shown. */
export interface ShownRows {
  readonly peers: readonly PeerRow[]
  readonly edges: readonly Edge[]
}

/** Rows, and links, that are looked at before others get a turn. */
const ROWS_AT_ONCE = 500
const EDGES_AT_ONCE = 2000

/** Which span, milliseconds since the epoch, and how far apart two changes are at least. */
export interface SpanWish {
  readonly from: number
  readonly to: number
  readonly stepMs: number
  /** Times that no step goes over, ascending: what was shown then is what the changes until then make. None where left out. */
  readonly exact?: Float64Array
  /** Calls it off between two turns, with what it was fired with. */
  readonly signal?: AbortSignal | undefined
}

type JournalStore = TailStore & Pick<StoreReader, 'journalPlace' | 'journalPart' | 'journalClock'>

/**
 * What changed after `from`, up to `to`, as the journal has it; in turns.
 * @param begin what was shown at `from`
 */
export async function* shownChanges(
  store: JournalStore,
  networkKey: NetworkKey,
  wish: SpanWish,
  begin: ShownRows,
): AsyncGenerator<ShownChange> {
  for await (const changes of changesByPart(store, networkKey, wish, begin)) yield* changes
}

/** The same for each part of the journal, also where nothing changed in it: between two parts a reader can wait. */
export async function* changesByPart(
  store: JournalStore,
  networkKey: NetworkKey,
  wish: SpanWish,
  begin: ShownRows,
): AsyncGenerator<readonly ShownChange[]> {
  const parts = await ChangesOfParts.after(store, networkKey, wish, begin)
  for (let changes = await parts.next(); changes !== null; changes = await parts.next()) {
    yield changes
    await turn()
    wish.signal?.throwIfAborted()
  }
  yield await parts.rest()
}

/** Reads the journal part by part, and goes on where more was written since. */
export class ChangesOfParts {
  readonly #store: JournalStore
  readonly #networkKey: NetworkKey
  readonly #wish: SpanWish
  readonly #collected: Collected
  #replay = new Replay()
  #expected = 0
  #until = 0
  #next = 0
  /** Until when the event log has what the parts do not: the run that was read last has no more of them. */
  #tail: number | null = null

  private constructor(store: JournalStore, networkKey: NetworkKey, wish: SpanWish) {
    this.#store = store
    this.#networkKey = networkKey
    this.#wish = wish
    this.#collected = new Collected(wish.stepMs, wish.exact ?? new Float64Array())
  }

  /** Those after `wish.from`. In turns. @param begin what was shown then */
  static async after(
    store: JournalStore,
    networkKey: NetworkKey,
    wish: SpanWish,
    begin: ShownRows,
  ): Promise<ChangesOfParts> {
    const parts = new ChangesOfParts(store, networkKey, wish)
    await inTurns(parts.#collected.begin(begin), wish.signal)
    parts.#next = store.journalPlace(networkKey, wish.from)?.from ?? 0
    return parts
  }

  /** What changed in the next part; null where no more was written by `wish.to`: more may have been when it is asked again. */
  async next(): Promise<readonly ShownChange[] | null> {
    const { from, to, signal } = this.#wish
    for (;;) {
      const part = this.#store.journalPart(this.#networkKey, this.#next, Number.MAX_SAFE_INTEGER)
      this.#tail = part === null || part.run ? Math.min(to, part?.at ?? to) : null
      if (part === null || (part.at > to && !this.#goesOn(part.id))) return null
      await this.#hearTail()
      this.#next = part.id + 1
      // Our clock showed that time again later: what it shows then is of the moment.
      if (part.at > to || !this.#store.journalClock(this.#networkKey).shows(part.id, part.at)) {
        this.#expected = -1
        continue
      }
      this.#until = part.until
      if (part.part === 0) {
        this.#replay = new Replay()
        this.#expected = 0
      }
      // After a gap nothing can be understood before the next group.
      if (part.part !== this.#expected) continue
      this.#expected += 1
      const replay = this.#replay
      const began = replay.whole
      if (!replay.take(part, to, began ? this.#collected : undefined, from)) this.#expected = -1
      // A group repeats what is shown: what differs from before has changed meanwhile.
      else if (replay.whole && !began && part.at > from) await inTurns(this.#collected.becomes(replay, part.at), signal)
      return this.#collected.done()
    }
  }

  /** Whether later parts are of an earlier time: our clock was set back. */
  #goesOn(id: number): boolean {
    return (this.#store.journalPlace(this.#networkKey, this.#wish.to)?.to ?? 0) > id
  }

  /** The step that the last part ended in, as far as that goes. */
  written(): readonly ShownChange[] {
    this.#collected.close()
    return this.#collected.done()
  }

  /** What changed after the last part, as the event log has it: the end. In turns. */
  async rest(): Promise<readonly ShownChange[]> {
    await this.#hearTail()
    return this.written()
  }

  async #hearTail(): Promise<void> {
    const [replay, to] = [this.#replay, this.#tail]
    if (to === null || !replay.whole || replay.endedAt !== null) return
    const { from, signal } = this.#wish
    for await (const { event, at } of tailOf(this.#store, this.#networkKey, { until: this.#until, to }, signal))
      replay.hear(event, at, at > from ? this.#collected : undefined)
  }
}

/** Changes, those of a step as one: of each row and edge the last. */
class Collected implements ReplayWatcher {
  readonly #rows = new Map<PeerId, PeerRow>()
  readonly #edges = new Map<string, Edge>()
  #changed = new Set<PeerId>()
  #changedEdges = new Map<string, Edge>()
  readonly #stepMs: number
  readonly #exact: Float64Array
  #done: ShownChange[] = []
  /** When the first and the last change of the step were; null where there are none. */
  #since: number | null = null
  #at = 0

  constructor(stepMs: number, exact: Float64Array) {
    this.#stepMs = stepMs
    this.#exact = exact
  }

  /** Takes what was shown at first, in steps. */
  *begin({ peers, edges }: ShownRows): Generator<void, void> {
    for (const row of peers) this.#rows.set(row.peerId, row)
    for (const [index, edge] of edges.entries()) {
      this.#edges.set(edgeKey(edge), edge)
      if (index % EDGES_AT_ONCE === EDGES_AT_ONCE - 1) yield
    }
  }

  row(row: PeerRow, at: number): void {
    this.#begin(at)
    this.#rows.set(row.peerId, row)
    this.#changed.add(row.peerId)
  }

  rowGone(peerId: PeerId, at: number): void {
    this.#begin(at)
    if (this.#rows.delete(peerId)) this.#changed.add(peerId)
  }

  edge(edge: Edge, at: number): void {
    this.#begin(at)
    const key = edgeKey(edge)
    this.#edges.set(key, edge)
    this.#changedEdges.set(key, edge)
  }

  edgeGone(edge: Edge, at: number): void {
    this.#begin(at)
    const key = edgeKey(edge)
    if (this.#edges.delete(key)) this.#changedEdges.set(key, edge)
  }

  ended(at: number): void {
    for (const peerId of this.#rows.keys()) this.rowGone(peerId, at)
    for (const edge of this.#edges.values()) this.edgeGone(edge, at)
  }

  /** Takes over all that is shown by then, in steps. */
  *becomes(shown: Pick<Replay, 'rows' | 'edges'>, at: number): Generator<void, void> {
    const [rows, links] = [new Set<PeerId>(), new Set<string>()]
    for (const row of shown.rows()) {
      rows.add(row.peerId)
      const before = this.#rows.get(row.peerId)
      if (before === undefined || Object.keys(fieldsOf(row, before, at)).length > 0) this.row(row, at)
      if (rows.size % ROWS_AT_ONCE === 0) yield
    }
    for (const peerId of this.#rows.keys()) if (!rows.has(peerId)) this.rowGone(peerId, at)
    yield
    for (const edge of shown.edges()) {
      const key = edgeKey(edge)
      links.add(key)
      if (this.#edges.get(key)?.at !== edge.at) this.edge(edge, at)
      if (links.size % EDGES_AT_ONCE === 0) yield
    }
    yield
    for (const [key, edge] of this.#edges) if (!links.has(key)) this.edgeGone(edge, at)
  }

  /** Steps that are over, once. */
  done(): readonly ShownChange[] {
    const done = this.#done
    this.#done = []
    return done
  }

  /** Ends the step. */
  close(): void {
    if (this.#since === null) return
    this.#done.push({
      at: this.#at,
      rows: [...this.#changed].flatMap((peerId) => this.#rows.get(peerId) ?? []),
      gone: [...this.#changed].filter((peerId) => !this.#rows.has(peerId)),
      edges: [...this.#changedEdges.keys()].flatMap((key) => this.#edges.get(key) ?? []),
      edgesGone: [...this.#changedEdges].flatMap(([key, edge]) => (this.#edges.has(key) ? [] : edge)),
    })
    this.#changed = new Set()
    this.#changedEdges = new Map()
    this.#since = null
  }

  #begin(at: number): void {
    if (this.#since !== null) {
      const over = at - this.#since >= this.#stepMs || at < this.#since
      if (over || this.#parts(this.#at, at)) this.close()
    }
    this.#since ??= at
    this.#at = at
  }

  /** Whether a time that is to be exact lies after the one change, or with it, and before the other. */
  #parts(before: number, at: number): boolean {
    const exact = this.#exact
    let [low, high] = [0, exact.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((exact[middle] ?? 0) < before) low = middle + 1
      else high = middle
    }
    return (exact[low] ?? Infinity) < at
  }
}

/** What a change makes of what was shown; both maps are changed in place. */
export function applyChange(
  { rows, edges }: { readonly rows: Map<PeerId, PeerRow>; readonly edges: Map<string, Edge> },
  change: ShownChange,
): void {
  for (const row of change.rows) rows.set(row.peerId, row)
  for (const peerId of change.gone) rows.delete(peerId)
  for (const edge of change.edges) edges.set(edgeKey(edge), edge)
  for (const edge of change.edgesGone) edges.delete(edgeKey(edge))
}
