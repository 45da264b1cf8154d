/** The peers of a snapshot file as rows, for a window that looks at it. */
import type { WorkMessage } from '../../../shared/contract.ts'
import type { PeerRow, PeerState } from '../../../shared/peer.ts'
import type { RowsMessage } from '../../../shared/reports.ts'
import { turn } from '../turns.ts'
import type { SnapshotEntry } from './read-snapshot.ts'

/** Rows of one part: a few milliseconds of work, sending them included. */
const ROWS_OF_PART = 500

/** Tells how far the reading is, then its rows in parts; others have a turn after each. @throws what the reading throws */
export async function* lookedAt(
  reading: AsyncIterable<WorkMessage<readonly SnapshotEntry[]>>,
): AsyncGenerator<RowsMessage> {
  for await (const message of reading) {
    if (message.kind === 'progress') {
      yield message
      continue
    }
    const { result } = message
    for (let from = 0; from < result.length; from += ROWS_OF_PART) {
      yield { kind: 'rows', peers: result.slice(from, from + ROWS_OF_PART).map(snapshotRow) }
      await turn()
    }
    yield { kind: 'done' }
  }
}

/** A snapshot's peer as a row of a table. Nothing is known of links. */
function snapshotRow({ peerId, state, source, firstSeen, lastSeen, rtt, signed }: SnapshotEntry): PeerRow {
  const entry = signed?.entry
  return {
    peerId,
    self: false,
    state: isState(state) ? state : 'stored',
    signed: signed !== null,
    protocolVersion: entry?.protocolVersion ?? '',
    version: entry?.version ?? { startedAt: firstSeen, updatedAt: lastSeen },
    addresses: entry?.addresses ?? [],
    tags: entry?.tags ?? [],
    streams: entry?.streams ?? [],
    functions: entry?.functions ?? [],
    groups: entry?.groups ?? [],
    ticketCount: entry?.tickets.length ?? 0,
    neighbor: false,
    connected: false,
    source,
    firstSeen,
    lastSeen,
    rtt,
  }
}

function isState(text: string): text is PeerState {
  return ['online', 'departed', 'purged', 'lost', 'removed', 'displaced', 'stored'].includes(text)
}
