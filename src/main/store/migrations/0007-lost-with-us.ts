import type Database from 'better-sqlite3'
import { INDEX_EVENTS } from '../event-text.ts'

/** A row of the log, as far as losses are told from it. */
interface Told {
  readonly seq: number
  readonly network: number
  readonly at: number
  readonly kind: string
  /** When what it tells began, where it says so. */
  readonly since: number | null
}

/** Events that begin or end a loss, as `LOSS_KINDS` of the monitor had them. */
const TURNS = `
  SELECT e.seq, e.network, e.at, k.id AS kind, CASE WHEN json_valid(e.detail) THEN e.detail ->> '$.since' END AS since
  FROM events e JOIN event_kinds k ON k.num = e.kind
  WHERE k.id IN ('NetworkLost', 'NetworkBack', 'NetworkJoined', 'NetworkLeft', 'NetworkFailed') ORDER BY e.network, e.seq`

/**
 * Peers that were purged while a loss lasted, by the numbers of the events that tell it and end it; and since it began, in the
 * same run: before a clock was set right, an earlier one may have logged later times.
 */
const PURGED = `
  SELECT e.seq, e.peer, e.at FROM events e JOIN event_kinds k ON k.num = e.kind
  WHERE e.network = @network AND k.id = 'PeerDeparted' AND e.seq > @after AND e.seq < @until
    AND (e.seq > @from OR e.at BETWEEN @since AND @told)
    AND CASE WHEN json_valid(e.detail) THEN e.detail ->> '$.reason' = 'purged' END`

/**
 * A peer that was purged while we had lost the network did not go silent: it is not known what became of it. Such departures
 * have a reason of their own, which those of before are given here.
 */
export const lostWithUs = {
  version: 7,
  name: 'lost with us',
  sql: '',
  fill: (db: Database.Database): void => {
    const purged = db.prepare<[LossSpan], Purged>(PURGED)
    const event = db.prepare<[number]>(`UPDATE events SET detail = json_set(detail, '$.reason', 'lost') WHERE seq = ?`)
    const session = db.prepare<[number, number, number]>(
      "UPDATE sessions SET reason = 'lost' WHERE network = ? AND peer = ? AND ended_at = ? AND reason = 'purged'",
    )
    // Who went silent once more after that has a later departure.
    const peer = db.prepare<[{ network: number; peer: number; seq: number }]>(`
      UPDATE peers SET state = 'lost', departure_reason = 'lost'
      WHERE network = @network AND peer = @peer AND state = 'purged' AND NOT EXISTS (SELECT 1 FROM events
        WHERE network = @network AND peer = @peer AND seq > @seq
        AND kind = (SELECT num FROM event_kinds WHERE id = 'PeerDeparted'))`)
    const index = db.prepare<[string]>(INDEX_EVENTS)
    for (const loss of losses(db.prepare<[], Told>(TURNS).all())) {
      const { network } = loss
      const rows = purged.all(loss)
      for (const row of rows) {
        event.run(row.seq)
        session.run(network, row.peer, row.at)
        peer.run({ network, peer: row.peer, seq: row.seq })
      }
      index.run(JSON.stringify(rows.map(({ seq }) => seq)))
    }
  },
}

interface Purged {
  readonly seq: number
  readonly peer: number
  readonly at: number
}

/** A loss: by numbers of events, and by times. */
interface LossSpan {
  readonly network: number
  /** The turn before it: a joining or the end of another loss. */
  readonly after: number
  /** The event that tells it. */
  readonly from: number
  /** The turn that ends it. */
  readonly until: number
  /** When it began. */
  readonly since: number
  /** When it was told, which is later. */
  readonly told: number
}

function* losses(turns: readonly Told[]): Iterable<LossSpan> {
  for (const [place, { seq, network, at, kind, since }] of turns.entries()) {
    if (kind !== 'NetworkLost') continue
    const numberOf = (turn: Told | undefined): number | null => (turn?.network === network ? turn.seq : null)
    const after = numberOf(turns[place - 1]) ?? 0
    const until = numberOf(turns[place + 1]) ?? Number.MAX_SAFE_INTEGER
    yield { network, after, from: seq, until, since: since ?? at, told: at }
  }
}
