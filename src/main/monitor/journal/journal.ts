/** Keeps what a view shows of a network, so that a past moment can be shown as it was. */
import { StoreFailed } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { Edge, PeerRow } from '../../../shared/peer.ts'
import type { Clock } from '../../discovery/ports.ts'
import type { NewJournalPart } from '../../store/journal-types.ts'
import type { Store } from '../../store/types.ts'
import { turn } from '../turns.ts'
import type { View, ViewWatcher } from '../view.ts'
import type { EncodedPart } from './encoder.ts'
import { JournalEncoder } from './encoder.ts'
import { fieldsOf, isRoutine } from './row-fields.ts'

/** How long changes wait to be written, milliseconds: what is lost where the process is killed. */
const WRITE_MS = 5000
/** Characters of a part, before it is deflated: some milliseconds of work to read. */
const PART_SIZE = 32_768
/** Rows and edges that are written down at once, when all of them are. */
const AT_ONCE = 1000
/** Bytes of changes after which all that is shown is written down again; twice that itself where that is more. */
const GROUP_BYTES = 192 * 1024
/**
 * Peers of a network that are written down each time they announce themselves or are measured. In a larger one each waits for
 * so long after it was written, for each peer that there is, and at most for a minute: a dozen a second are written, however
 * many there are. All else, as that it came, changed its tags or left, is written with its own time.
 */
const FEW_PEERS = 40
const WAIT_EACH_MS = 80
const WAIT_MOST_MS = 60_000
/** A smaller change of the clock against the monotonic one does not set it, milliseconds. */
const JUMP_MS = 5000
/** About what a part takes in the file beside its bytes. */
const PART_BYTES = 64

/** What a journal works with. */
export interface JournalParts {
  readonly store: Pick<Store, 'putJournal'>
  readonly networkKey: NetworkKey
  readonly view: View
  readonly clock: Clock
  /** Is called with what fails for another reason than that the store is closed. */
  readonly failed?: ((error: unknown) => void) | undefined
}

/** A row as it was written last, and when. */
interface Written {
  readonly row: PeerRow
  readonly at: number
}

/**
 * Writes groups of parts: each begins with all that is shown, so that a moment is never far from one, and goes on with the
 * changes, a part every few seconds. A new group is begun when the changes take as much space as the beginning.
 */
export class Journal implements ViewWatcher {
  readonly #parts: JournalParts
  #encoder = new JournalEncoder()
  #written = new Map<PeerId, Written>()
  /** Rows of peers that announced themselves, or were measured, and wait to be written. */
  readonly #late = new Map<PeerId, PeerRow>()
  #part = 0
  #run = true
  /** Whether the next group begins a run, or is begun because the clock was set. */
  #turned = true
  /** Bytes of the group's changes, and of its beginning. */
  #changed = 0
  #whole = 0
  /** What happened while all that is shown is written down; null at other times. */
  #waiting: (() => void)[] | null = null
  #beginning: Promise<void> = Promise.resolve()
  #cancel: (() => void) | null = null
  #ended = false
  /** Whether a group failed to begin: what follows cannot be understood before another one. */
  #broken = false
  /** When what is told now became known; null for now. */
  #knownAt: number | null = null
  /** The clock as it was when something was told last, and where the last part ends: later parts do not go back behind it. */
  #clockAt = -Infinity
  #floor = -Infinity
  /** By how much that was ahead of the monotonic clock. */
  #ahead: number | null = null

  constructor(parts: JournalParts) {
    this.#parts = parts
  }

  /** Begins with what is shown now. */
  start(): void {
    this.#parts.view.watch(this)
    this.#guard(() => this.#begin())
  }

  /** Settles when all that was shown is with the store; never rejects. */
  get settled(): Promise<void> {
    return this.#settle()
  }

  async #settle(): Promise<void> {
    let waited: Promise<void> | null = null
    // What happened meanwhile may have begun another group.
    while (waited !== this.#beginning) {
      waited = this.#beginning
      await waited
    }
  }

  /**
   * What is told from now on became known at that moment, milliseconds since the epoch, and not just now; null ends it. A view
   * shows rows some time after the events that changed them.
   */
  known(at: number | null): void {
    this.#knownAt = at
  }

  /** Writes what waits, so that it can be read. */
  flush(): void {
    this.#guard(() => this.#flush())
  }

  /** The network is left: nothing is shown from now on. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#parts.view.watch(null)
    this.#tell((now) => this.#encoder.end(now))
    this.flush()
  }

  row(row: PeerRow): void {
    this.#tell((now) => this.#row(now, row))
  }

  rowGone({ peerId }: PeerRow): void {
    this.#tell((now) => {
      const before = this.#written.get(peerId)?.at ?? now
      this.#written.delete(peerId)
      this.#late.delete(peerId)
      this.#encoder.gone(Math.max(now, before), peerId)
    })
  }

  edge(edge: Edge): void {
    this.#tell((now) => this.#encoder.edge(now, edge))
  }

  edgeGone(edge: Edge): void {
    this.#tell((now) => this.#encoder.edgeGone(now, edge))
  }

  #flush(): void {
    this.#cancel?.()
    this.#cancel = null
    if (this.#waiting !== null) return
    if (this.#broken) return this.#ended ? undefined : this.#begin()
    this.#writeLate(Math.floor(this.#parts.clock.now()))
    this.#write(this.#encoder.take())
    if (!this.#ended && this.#changed > Math.max(GROUP_BYTES, 2 * this.#whole)) this.#begin()
    return undefined
  }

  #tell(change: (now: number) => void): void {
    const clock = Math.floor(this.#parts.clock.now())
    const now = Math.min(clock, Math.floor(this.#knownAt ?? clock))
    if (this.#waiting === null) this.#guard(() => this.#take(clock, now, change))
    else this.#waiting.push(() => this.#take(clock, now, change))
  }

  /** What fails here must not fail who changes the view, nor a timer. */
  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#fail(error)
    }
  }

  #take(clock: number, now: number, change: (now: number) => void): void {
    const ahead = clock - this.#parts.clock.monotonic()
    if (clock < this.#clockAt || Math.abs(ahead - (this.#ahead ?? ahead)) >= JUMP_MS) this.#wasSet(clock)
    this.#clockAt = clock
    this.#ahead = ahead
    if (!this.#broken) change(Math.max(now, this.#floor))
    if (this.#encoder.size > PART_SIZE) this.#flush()
    else if (!this.#ended) this.#cancel ??= this.#parts.clock.schedule(WRITE_MS, () => this.flush())
  }

  /** The clock was set: what is written begins again, and where it was set back, times before that one come again. */
  #wasSet(clock: number): void {
    if (!this.#broken) this.#write(this.#encoder.take())
    this.#floor = -Infinity
    this.#clockAt = clock
    this.#turned = true
    this.#encoder = new JournalEncoder()
    this.#begin()
  }

  #row(at: number, row: PeerRow): void {
    const { peerId } = row
    const before = this.#written.get(peerId)
    const now = Math.max(at, before?.at ?? at)
    const fields = fieldsOf(row, before?.row, now)
    if (before !== undefined && isRoutine(fields) && now - before.at < this.#waitMs()) {
      this.#late.set(peerId, row)
      return
    }
    this.#late.delete(peerId)
    this.#written.set(peerId, { row, at: now })
    this.#encoder.row(now, peerId, fields)
  }

  #writeLate(now: number): void {
    if (this.#late.size === 0) return
    const late = [...this.#late.values()]
    for (const row of late) this.#row(Math.max(now, this.#floor), row)
  }

  #waitMs(): number {
    const peers = this.#written.size
    return peers <= FEW_PEERS ? 0 : Math.min(WAIT_MOST_MS, peers * WAIT_EACH_MS)
  }

  /** Writes down all that is shown: of few at once, of many in turns, while what changes waits. */
  #begin(): void {
    const { view, clock } = this.#parts
    this.#broken = false
    const now = Math.floor(clock.now())
    const steps = wholeOf([...view.rows()], [...view.edges()], now)
    this.#waiting = []
    let step = steps.next()
    // The first two parts of work are not worth a turn.
    if (step.done !== true) step = steps.next()
    if (step.done === true) return this.#begun(step.value)
    this.#beginning = (async () => {
      while (step.done !== true) {
        await turn()
        step = steps.next()
      }
      this.#begun(step.value)
    })().catch((error: unknown) => this.#fail(error))
    return undefined
  }

  /** A closed store keeps nothing. After anything else a group begins with what happens next: what waited is part of it. */
  #fail(error: unknown): void {
    this.#broken = true
    this.#waiting = null
    if (error instanceof StoreFailed) {
      this.#ended = true
      this.#cancel?.()
      this.#cancel = null
      this.#parts.view.watch(null)
    } else this.#parts.failed?.(error)
  }

  #begun({ encoder, parts, written }: Whole): void {
    this.#encoder = encoder
    this.#written = written
    this.#late.clear()
    this.#part = 0
    this.#parts.store.putJournal(
      this.#parts.networkKey,
      parts.map((part) => this.#next(part)),
    )
    this.#whole = parts.reduce((sum, { bytes }) => sum + bytes.length + PART_BYTES, 0)
    this.#changed = 0
    this.#floor = Math.max(this.#floor, parts.at(-1)?.until ?? this.#floor)
    this.#takeWaiting()
    if (this.#ended) this.#flush()
  }

  /** Takes what happened meanwhile. Where that begins another group, the rest waits for it. */
  #takeWaiting(): void {
    const waiting = this.#waiting ?? []
    this.#waiting = null
    for (const [index, take] of waiting.entries()) {
      take()
      if (!this.#isWaiting()) continue
      this.#waiting = [...(this.#waiting ?? []), ...waiting.slice(index + 1)]
      return
    }
  }

  #isWaiting(): boolean {
    return this.#waiting !== null
  }

  #write(part: EncodedPart | null): void {
    if (part === null) return
    this.#floor = part.until
    this.#changed += part.bytes.length + PART_BYTES
    this.#parts.store.putJournal(this.#parts.networkKey, [this.#next(part)])
  }

  #next(part: EncodedPart): NewJournalPart {
    const isHead = this.#part === 0
    const next = { ...part, part: this.#part, run: this.#run, turned: isHead && this.#turned }
    if (isHead) this.#turned = false
    this.#part += 1
    this.#run = false
    return next
  }
}

interface Whole {
  readonly encoder: JournalEncoder
  readonly parts: readonly EncodedPart[]
  readonly written: Map<PeerId, Written>
}

/** All that is shown, as the first parts of a group, in steps of some milliseconds. */
function* wholeOf(rows: readonly PeerRow[], edges: readonly Edge[], now: number): Generator<void, Whole> {
  const encoder = new JournalEncoder()
  const parts: EncodedPart[] = []
  const written = new Map<PeerId, Written>()
  const cut = (): void => {
    const part = encoder.size > PART_SIZE ? encoder.take() : null
    if (part !== null) parts.push(part)
  }
  for (const [index, row] of rows.entries()) {
    written.set(row.peerId, { row, at: now })
    encoder.row(now, row.peerId, fieldsOf(row, undefined, now))
    cut()
    if (index % AT_ONCE === AT_ONCE - 1) yield
  }
  for (const [index, edge] of edges.entries()) {
    encoder.edge(now, edge)
    cut()
    if (index % AT_ONCE === AT_ONCE - 1) yield
  }
  parts.push(encoder.take(now))
  return { encoder, parts, written }
}
