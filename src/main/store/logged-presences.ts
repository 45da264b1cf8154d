import type Database from 'better-sqlite3'
import type { EventLog } from './event-log.ts'
import type { Presence } from './health-types.ts'

/** The queries, by name; test/unit/store asserts the plan of each. */
export const LOGGED_PRESENCES_QUERIES = {
  kindOf: 'SELECT num FROM event_kinds WHERE id = ?',
  setAfter: 'SELECT seq FROM events WHERE network = ? AND kind = ? AND seq > ? LIMIT 1',
  stepsOfKind: `
    SELECT seq, at, peer, detail ->> '$.reason' AS reason FROM events
    WHERE network = @network AND kind = @kind AND seq > @after AND seq <= @until ORDER BY seq LIMIT @limit`,
  stepsOfPeer: `
    SELECT seq, at FROM events WHERE network = ? AND peer = ? AND kind = ? ORDER BY seq DESC LIMIT ?`,
} as const

/** Rows that are read in one step. */
const AT_ONCE = 1000

interface Page {
  readonly network: number
  readonly kind: number
  readonly after: number
  readonly until: number
  readonly limit: number
}

interface Row {
  readonly seq: number
  readonly at: number
  readonly peer: number | null
  readonly reason: string | null
}

/** A presence began, or ended where there is a reason. */
interface Step {
  readonly at: number
  readonly peer: number
  readonly reason: string | null
}

/**
 * Presences as the event log has them, in the order in which its events happened. The table of presences has only their times,
 * and those of open ones are moved with the clock: where that was set since, they do not tell how it was. Throws what SQLite throws.
 */
export class LoggedPresences {
  readonly #log: EventLog
  readonly #statements

  constructor(db: Database.Database, log: EventLog) {
    this.#log = log
    this.#statements = {
      kind: db.prepare<[string], number>(LOGGED_PRESENCES_QUERIES.kindOf).pluck(),
      setAfter: db.prepare<[number, number, number], number>(LOGGED_PRESENCES_QUERIES.setAfter).pluck(),
      ofKind: db.prepare<[Page], Row>(LOGGED_PRESENCES_QUERIES.stepsOfKind),
      ofPeer: db.prepare<[number, number, number, number], Pick<Row, 'seq' | 'at'>>(
        LOGGED_PRESENCES_QUERIES.stepsOfPeer,
      ),
    }
  }

  /** Whether our clock was set since the moment, or showed a time from then on twice. */
  wasSet(network: number, from: number): boolean {
    if (this.#log.clock(network).repeatsSince(from)) return true
    const jumps = this.#kind('ClockJumped')
    if (jumps === null) return false
    return this.#statements.setAfter.get(network, jumps, this.#lastAt(network, from)) !== undefined
  }

  /** Tells all beginnings of a span, then all ends, at the moments that they count for. In steps of some milliseconds. */
  *walk(
    network: number,
    { from, to }: { readonly from: number; readonly to: number },
    tell: (step: Step) => void,
  ): Generator<void, void> {
    const clock = this.#log.clock(network)
    const { after, until } = clock.span(from, to, (moment) => this.#lastAt(network, moment))
    for (const name of ['PeerDiscovered', 'PeerDeparted']) {
      const kind = this.#kind(name)
      for (let last: number | undefined = kind === null ? undefined : after; last !== undefined;) {
        const page: Row[] = this.#statements.ofKind.all({
          network,
          kind: kind ?? 0,
          after: last,
          until,
          limit: AT_ONCE,
        })
        for (const { seq, at: then, peer, reason } of page) {
          const at = clock.counted(seq, then)
          if (at >= from && at <= to && peer !== null)
            tell({ at, peer, reason: name === 'PeerDiscovered' ? null : (reason ?? 'unknown') })
        }
        last = page.length < AT_ONCE ? undefined : page.at(-1)?.seq
        yield
      }
    }
  }

  /** When a peer was here, oldest first, the newest where they are very many. */
  of(network: number, peer: number, most: number): readonly Presence[] {
    const clock = this.#log.clock(network)
    const steps = ['PeerDiscovered', 'PeerDeparted'].flatMap((name) => {
      const kind = this.#kind(name)
      if (kind === null) return []
      const rows = this.#statements.ofPeer.all(network, peer, kind, most)
      return rows.map(({ seq, at }) => ({ seq, at: clock.counted(seq, at), begins: name === 'PeerDiscovered' }))
    })
    const presences: { from: number; to: number | null }[] = []
    for (const { at, begins } of steps.sort((a, b) => a.seq - b.seq)) {
      const open = presences.at(-1)
      if (open !== undefined) open.to ??= at
      if (begins) presences.push({ from: at, to: null })
    }
    return presences
  }

  #lastAt(network: number, moment: number): number {
    return this.#log.lastAt(network, moment)?.seq ?? 0
  }

  #kind(name: string): number | null {
    return this.#statements.kind.get(name) ?? null
  }
}
