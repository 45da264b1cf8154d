/** A shared moment that is opened: its pictures, events and counts, as the live ones are asked for. */
import type { ContractInputs, EventsFound, Nearest, PastPicture } from '../../../shared/contract.ts'
import type { ClockStretches } from '../../../shared/clock-stretches.ts'
import { clockOfLog, countedBy } from '../../../shared/clock-turns.ts'
import { LimitExceeded } from '../../../shared/errors.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import { eventAsOf, peerOf } from '../../../shared/events.ts'
import { eventFields } from '../../../shared/filter-events.ts'
import { NOTED_FIELDS } from '../../../shared/filter-peers.ts'
import { parseFilter } from '../../../shared/filter.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { countByLane, laneOf } from '../../../shared/lanes.ts'
import type { Loss } from '../../../shared/loss.ts'
import { rowInLoss } from '../../../shared/loss.ts'
import type { EventCounts } from '../../../shared/lanes.ts'
import type { Parted } from '../../../shared/parted.ts'
import type { Edge, PeerRow } from '../../../shared/peer.ts'
import { edgeKey } from '../../../shared/peer.ts'
import { RowsIn } from '../../../shared/rows-in.ts'
import type { MomentSpan } from '../../../shared/reports.ts'
import type { Among } from '../../store/health-types.ts'
import type { VersionRecord } from '../../store/types.ts'
import { aloneAt, everybodyLeft, wentLast } from '../deserted.ts'
import { LOSS_KINDS, lossBegan, lossOf } from '../loss.ts'
import { stallSpan } from '../insight/logged.ts'
import { PARTED_KINDS, partedIn } from '../insight/parted.ts'
import { CLOCK_KINDS } from '../insight/wrong-clock.ts'
import type { PartedSource } from '../insight/shown-parted.ts'
import { lookedSplit, shownParted } from '../insight/shown-parted.ts'
import { logThen } from '../insight/store-then.ts'
import type { Run } from '../insight/runs.ts'
import { LinesOfLoss } from '../journal/lines-of-loss.ts'
import { purgeAfterOf } from '../purge-after.ts'
import { inTurns, turn } from '../turns.ts'
import type { MomentLine } from './moment-lines.ts'
import { CHANGES_AT_ONCE, Cursor, gapsIn } from './played-cursor.ts'
import type { Change } from './played-cursor.ts'
import { lastAt, logOf, THIS_NETWORK } from './played-log.ts'
import type { Measured } from './played-measured.ts'
import { measuredIn, versionsIn } from './played-measured.ts'

/** Most that is kept of a file: rows, links and events, those of its changes included. */
const MAX_RECORDS = 2_000_000
/** Events that are looked at before others have a turn. */
const EVENTS_AT_ONCE = 5000
/** Rows that a filter is asked of before others have a turn. */
const ROWS_AT_ONCE = 1000

const LOSS: ReadonlySet<string> = new Set(LOSS_KINDS)
const PARTED: ReadonlySet<string> = new Set(PARTED_KINDS)
/** What is told of ourselves: also what came before the span, or was told after it, says how it was in it. */
const OURSELVES: ReadonlySet<string> = new Set([...LOSS_KINDS, ...CLOCK_KINDS, 'Islands', 'Stalled'])

/** What was read of a shared moment; filled line by line, then asked. */
export class PlayedFile {
  readonly #rows = new Map<PeerId, PeerRow>()
  readonly #edges = new Map<string, Edge>()
  readonly #changes: Change[] = []
  /** All that it holds, those of the span, and all with the moments that they count for. */
  #told: LoggedEvent[] = []
  #events: readonly LoggedEvent[] = []
  #counted: readonly LoggedEvent[] = []
  #ofOurselves: readonly LoggedEvent[] = []
  #clock = clockOfLog([])
  #records = 0
  /** The picture that was made last, from which a later one is not far. */
  #cursor: Cursor | null = null
  /** The lines of the loss that was looked at last. */
  #lines: Followed | null = null
  /** What was measured of each peer; null until that is asked for. */
  #measured: ReadonlyMap<PeerId, Measured> | null = null
  /** When nothing was shown; null until that is asked for. */
  #gaps: readonly Run[] | null = null

  /** @throws LimitExceeded for more than a window shows */
  take(line: MomentLine): void {
    if (line.kind === 'events') this.#told.push(...line.events)
    else if (line.kind === 'change') this.#changes.push(line)
    else {
      for (const row of line.rows) this.#rows.set(row.peerId, row)
      for (const edge of line.edges) this.#edges.set(edgeKey(edge), edge)
    }
    this.#records += line.kind === 'events' ? line.events.length : line.rows.length + line.edges.length + 1
    if (this.#records > MAX_RECORDS) throw new LimitExceeded('records of a shared moment', MAX_RECORDS)
  }

  /** All is taken. Changes come in the order of the file; events in that of their numbers. Those outside of the span are not listed. */
  end({ from, to }: Pick<MomentSpan, 'from' | 'to'> = { from: -Infinity, to: Infinity }): void {
    this.#told.sort((a, b) => a.seq - b.seq)
    this.#clock = clockOfLog(this.#told)
    const rows = new RowsIn(this.#clock, from, to)
    this.#events = this.#told.filter((logged) => rows.happened(logged) !== null)
    this.#counted = this.#clock.repeats ? this.#told.map((logged) => rows.counted(logged)) : this.#told
    this.#ofOurselves = this.#counted.filter(({ event }) => OURSELVES.has(event.kind))
  }

  /** What the clock of its sender showed when. */
  get clock(): ClockStretches {
    return this.#clock
  }

  /** The events of its span, in the order of their numbers. */
  get events(): readonly LoggedEvent[] {
    return this.#events
  }

  /** All that it holds: also those around the span that say how it was in it, in the same order. */
  get told(): readonly LoggedEvent[] {
    return this.#told
  }

  /** Those that tell of ourselves, also from before the span and told after it, with the moments that they count for. */
  get ofOurselves(): readonly LoggedEvent[] {
    return this.#ofOurselves
  }

  /** The network as it was shown at a moment of the span; in turns. @throws what the signal was fired with */
  async at(at: number, moment: MomentSpan, signal?: AbortSignal): Promise<PastPicture> {
    const cursor = this.#cursorAt(at)
    try {
      await inTurns(this.#lead(cursor, at), signal)
    } finally {
      // The next one goes on from there, also where this one was called off.
      this.#cursor = cursor
    }
    const last = lastAt(moment, at)
    const seq =
      this.#events.findLast((event) => this.#clock.counted(event.seq, event.at) <= at && event.seq <= last)?.seq ?? 0
    const [peers, edges] = [[...cursor.rows.values()], [...cursor.edges.values()]]
    const shown = { at, seq, peers, edges }
    if (peers.length === 0)
      return {
        ...shown,
        edgesAt: null,
        loss: null,
        deserted: false,
        alone: false,
        stall: null,
        parted: null,
        nearest: await this.#nearest(at),
      }
    const stall = stallSpan(
      this.#ofOurselves.find((logged) => stallSpan(logged, at) !== null),
      at,
    )
    const loss = this.#lossAt(at)
    return {
      ...shown,
      edgesAt: at,
      loss,
      deserted: loss === null && everybodyLeft(this.#wentLast(at), peers),
      alone: this.#aloneAt(at, peers, loss, moment),
      stall,
      parted: await this.#partedAt(at, peers, moment, signal),
      ...(loss === null &&
      (await lookedSplit(shown, async () => await this.#sourceAt(at, peers, moment, signal), signal))
        ? { islandsEnded: true }
        : {}),
      nearest: null,
    }
  }

  /** The same as a window draws it: in a loss with the links as they were known when its sender lost the network. In turns. */
  async drawnAt(at: number, moment: MomentSpan, signal?: AbortSignal): Promise<PastPicture> {
    const picture = await this.at(at, moment, signal)
    if (picture.loss === null) return picture
    const followed = this.#followed(picture.loss)
    const { lines } = followed
    for (let change = this.#changes[followed.next]; change !== undefined && change.at <= at;) {
      lines.take(change)
      followed.next += 1
      if (followed.next % CHANGES_AT_ONCE === 0) {
        await turn()
        signal?.throwIfAborted()
      }
      change = this.#changes[followed.next]
    }
    return { ...picture, edges: [...picture.edges, ...lines.at(at)] }
  }

  /** The lines of a loss, as far as a picture of it was made. */
  #followed(loss: Loss): Followed {
    if (this.#lines?.lossAt === loss.at) return this.#lines
    return (this.#lines = { lossAt: loss.at, lines: new LinesOfLoss(loss, this.#rows.values()), next: 0 })
  }

  /** The loss that lasted at a moment; null where there was none. */
  #lossAt(at: number): Loss | null {
    return lossOf(this.#ofOurselves.findLast((logged) => LOSS.has(logged.event.kind) && lossBegan(logged) <= at))
  }

  /** The neighbor that went last before a moment; null where the file does not tell. */
  #wentLast(at: number): PeerId | null {
    const down = this.#counted.filter((logged) => logged.event.kind === 'NeighborDown' && logged.at <= at)
    return wentLast(down.map((logged) => eventAsOf(logged, at)))
  }

  /** Whether nobody had been met since its sender joined, where it holds all that happened since. */
  #aloneAt(at: number, rows: readonly PeerRow[], loss: Loss | null, moment: MomentSpan): boolean {
    const joined = this.#ofOurselves.findLast(({ event, at: then }) => event.kind === 'NetworkJoined' && then <= at)
    if (joined === undefined || joined.at < moment.from) return false
    return aloneAt(logOf(this.#told, moment, this.#clock), THIS_NETWORK, at, loss, rows)
  }

  /** The last split before a moment whose other island was taken for gone; null where there was none. In turns. */
  async #partedAt(
    at: number,
    rows: readonly PeerRow[],
    moment: MomentSpan,
    signal?: AbortSignal,
  ): Promise<Parted | null> {
    const last = lastAt(moment, at)
    const told = this.#ofOurselves.filter(
      (logged) => PARTED.has(logged.event.kind) && logged.at <= at && logged.seq <= last,
    )
    const purgedAt = (peerId: PeerId): number | null =>
      this.#counted.findLast(
        ({ event, at: then, seq }) =>
          event.kind === 'PeerDeparted' && event.peerId === peerId && then <= at && seq <= last,
      )?.at ?? null
    const found = partedIn(told.toReversed(), at, rows, purgedAt)
    return found === null ? null : shownParted(found, await this.#sourceAt(at, rows, moment, signal))
  }

  /** What is asked why the network was so at a moment. In turns. */
  async #sourceAt(
    at: number,
    rows: readonly PeerRow[],
    moment: MomentSpan,
    signal?: AbortSignal,
  ): Promise<PartedSource> {
    const measured = await this.measured(signal)
    const versionsOf = (_: unknown, peerId: PeerId): VersionRecord[] => [...versionsIn(measured, peerId, at)]
    const store = { ...logThen(logOf(this.#told, moment, this.#clock), at), getSetting: () => undefined, versionsOf }
    // Looked for in all that the file holds.
    const purgeAfterMs = purgeAfterOf(store, THIS_NETWORK)
    return { store, networkKey: THIS_NETWORK, rows: () => rows, status: null, purgeAfterMs, now: at }
  }

  /** The peers that were shown at each of some moments, which ascend; in steps. */
  *visit(moments: readonly number[], see: (rows: Iterable<PeerRow>) => void): Generator<void, void> {
    const cursor = this.#cursorAt(moments[0] ?? 0)
    for (const at of moments) {
      yield* this.#lead(cursor, at)
      see(cursor.rows.values())
      yield
    }
    this.#cursor = cursor
  }

  /** Rows as they changed, in the order of time: all fields of the first of a peer, of the next ones those that are new. */
  *changesOfRows(): Generator<readonly Partial<PeerRow>[]> {
    yield [...this.#rows.values()]
    for (const { rows } of this.#changes) yield rows
  }

  /** What was measured of each peer; found once. In turns. @throws what the signal was fired with */
  async measured(signal?: AbortSignal): Promise<ReadonlyMap<PeerId, Measured>> {
    return (this.#measured ??= await inTurns(measuredIn(this.changesOfRows()), signal))
  }

  /** Where to begin for a moment; it is kept for the next one once it was led there. */
  #cursorAt(at: number): Cursor {
    const before = this.#cursor
    this.#cursor = null
    return before !== null && before.at <= at ? before : new Cursor(this.#rows, this.#edges)
  }

  *#lead(cursor: Cursor, at: number): Generator<void, void> {
    for (let change = this.#changes[cursor.next]; change !== undefined && change.at <= at;) {
      cursor.apply(change)
      if (cursor.next % CHANGES_AT_ONCE === 0) yield
      change = this.#changes[cursor.next]
    }
    cursor.at = at
  }

  /** When nothing was shown, in the order of time. In turns. */
  async gaps(): Promise<readonly Run[]> {
    return (this.#gaps ??= await gapsIn(new Cursor(this.#rows, this.#edges), this.#changes))
  }

  /** The moments nearest to one at which nothing was shown, at which something was. In turns. */
  async #nearest(at: number): Promise<Nearest> {
    const gaps = await this.gaps()
    const { from, to } = gaps.find((gap) => gap.from <= at && at < gap.to) ?? { from: -Infinity, to: Infinity }
    return { before: from === -Infinity ? null : from - 1, after: to === Infinity ? null : to }
  }

  /** A page of its events, newest first, or oldest first where `after` is given. @throws FilterError */
  async page(
    { before = Infinity, after, limit = 200, from, to, lanes, ...chosen }: ContractInputs['events']['page'],
    moment: MomentSpan,
    signal?: AbortSignal,
  ): Promise<EventsFound> {
    const passes = this.#choice(chosen, moment)
    const last = to === undefined ? Infinity : lastAt(moment, to)
    const rows = new RowsIn(this.#clock, from, to)
    const events: LoggedEvent[] = []
    const count = this.#events.length
    for (let looked = 0; looked < count; looked += 1) {
      if (looked % EVENTS_AT_ONCE === EVENTS_AT_ONCE - 1) {
        await turn()
        signal?.throwIfAborted()
      }
      const logged = this.#events[after === undefined ? count - 1 - looked : looked]
      if (logged === undefined || logged.seq >= before || logged.seq > last || logged.seq <= (after ?? -Infinity))
        continue
      // Oldest first the user goes from one to the next: to where they began.
      if (after === undefined ? rows.happened(logged) === null : !rows.began(logged)) continue
      if (lanes !== undefined && !lanes.includes(laneOf(logged.event))) continue
      if (!passes(logged)) continue
      if (events.length === limit) return { events, next: events.at(-1)?.seq ?? null }
      events.push(logged)
    }
    return { events, next: null }
  }

  /** Events by lane in bins of one width. @throws FilterError */
  counts(
    { from, to, bins, barsFrom = from, ...chosen }: ContractInputs['history']['counts'],
    moment: MomentSpan,
  ): EventCounts {
    const wanted = this.#events.filter(this.#choice(chosen, moment)).map((logged) => countedBy(this.#clock, logged))
    return countByLane(wanted, { from, to, bins }, barsFrom)
  }

  /** Which events are asked for, whenever they were. @throws FilterError */
  #choice(
    {
      kinds,
      peerId,
      filter = '',
      asOf,
    }: Pick<ContractInputs['history']['counts'], 'kinds' | 'peerId' | 'filter' | 'asOf'>,
    moment: MomentSpan,
  ): (logged: LoggedEvent) => boolean {
    const then = asOf ?? moment.asOf
    const loss = this.#lossAt(then)
    const fields = eventFields((id) => {
      const row = this.#rowOf(id)
      return row && rowInLoss(row, loss)
    })
    const passes = filter.trim() === '' ? null : parseFilter(filter, fields)
    return (logged) =>
      (kinds === undefined || kinds.includes(logged.event.kind)) &&
      (peerId === undefined || peerOf(logged.event) === peerId) &&
      (passes === null || passes(logged, then))
  }

  /** Which peers pass a filter, as they are shown last in it; null for all. In turns. @throws FilterError, what the signal was fired with */
  async among(filter: string, moment: MomentSpan, signal?: AbortSignal): Promise<Among> {
    if (filter.trim() === '') return null
    return await this.passing(parseFilter(filter, NOTED_FIELDS), moment, signal)
  }

  /** The same by another rule. In turns. @throws what the signal was fired with */
  async passing(
    passes: (row: PeerRow, now: number) => boolean,
    { asOf }: MomentSpan,
    signal?: AbortSignal,
  ): Promise<(peerId: PeerId) => boolean> {
    const cursor = new Cursor(this.#rows, this.#edges)
    const last = new Map(cursor.rows)
    for (const change of this.#changes) {
      cursor.apply(change)
      for (const { peerId } of change.rows) {
        const row = cursor.rows.get(peerId)
        if (row !== undefined) last.set(peerId, row)
      }
      if (cursor.next % CHANGES_AT_ONCE === 0) await turn()
      signal?.throwIfAborted()
    }
    const loss = this.#lossAt(asOf)
    const chosen = new Set<PeerId>()
    let looked = 0
    for (const [peerId, row] of last) {
      if (passes(rowInLoss(row, loss), asOf)) chosen.add(peerId)
      looked += 1
      if (looked % ROWS_AT_ONCE === 0) await turn()
      signal?.throwIfAborted()
    }
    return (peerId) => chosen.has(peerId)
  }

  #rowOf(peerId: PeerId): PeerRow | undefined {
    return this.#cursor?.rows.get(peerId) ?? this.#rows.get(peerId)
  }
}

/** The lines of a loss, and how many changes are in them. */
interface Followed {
  readonly lossAt: number
  readonly lines: LinesOfLoss
  next: number
}
