import type Database from 'better-sqlite3'
import { nickname } from '../../../shared/nickname.ts'
import { kindWords } from '../rows.ts'

/** What is searched of a peer; docs are kept under `network << 36 | peer`, so that a network is a range of row ids. */
function peerText(network: string, peer: string): string {
  return `
    DELETE FROM peer_text WHERE rowid = ${network} << 36 | ${peer};
    INSERT INTO peer_text (rowid, text)
    SELECT ${network} << 36 | ${peer}, substr(i.id, 9) || ' ' || substr(i.id, -6) || ' ' || i.nickname || ' ' ||
      coalesce((SELECT group_concat(t.value, ' ') FROM peers p, json_each(p.tags) t
        WHERE p.network = ${network} AND p.peer = ${peer}), '') || ' ' ||
      coalesce((SELECT name || ' ' || note FROM notes WHERE network = ${network} AND peer = ${peer}), '')
    FROM peer_ids i WHERE i.num = ${peer} AND (
      EXISTS (SELECT 1 FROM peers WHERE network = ${network} AND peer = ${peer})
      OR EXISTS (SELECT 1 FROM notes WHERE network = ${network} AND peer = ${peer}));`
}

function peerTextTrigger(name: string, when: string, row: 'new' | 'old'): string {
  return `CREATE TRIGGER ${name} AFTER ${when} BEGIN ${peerText(`${row}.network`, `${row}.peer`)} END;`
}

/** What is searched of an event: its kind, its peer and every text in it. All ids begin alike, which is left out. */
const EVENT_TEXT = (event: string): string => `
  (SELECT words FROM event_kinds WHERE num = ${event}.kind) ||
  coalesce((SELECT ' ' || substr(id, 9) || ' ' || substr(id, -6) || ' ' || nickname FROM peer_ids
    WHERE num = ${event}.peer), '') ||
  coalesce((SELECT ' ' || group_concat(atom, ' ') FROM json_tree(${event}.detail) WHERE type = 'text'), '')`

/** Plain re-announcements are most of a log and say nothing new: they are not searched. */
const IS_SEARCHED = (event: string): string => `(
  ${event}.kind IS NOT (SELECT num FROM event_kinds WHERE id = 'PeerUpdated')
  OR json_array_length(${event}.detail, '$.changed') > 0)`

/**
 * History: sessions, notes, snapshots of the topology, search, and what finds a past moment quickly.
 *
 * `event_blocks` says for each 4096 numbers of the log which time the network's events have and how many they
 * are, so that a span of time is found without an index over all events. The texts of search are kept without their source (contentless): rows of
 * `peer_text` and `event_text` belong to those of `peers`, `notes` and `events` and are kept by triggers. Their merging is
 * left to the sweeper, in small steps.
 */
export const history = {
  version: 2,
  name: 'history',
  sql: `
    ALTER TABLE peer_ids ADD COLUMN nickname TEXT NOT NULL DEFAULT '';
    ALTER TABLE event_kinds ADD COLUMN words TEXT NOT NULL DEFAULT '';

    CREATE TABLE event_blocks (
      network INTEGER NOT NULL REFERENCES networks (num),
      block INTEGER NOT NULL,
      min_at INTEGER NOT NULL,
      max_at INTEGER NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (network, block)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX event_blocks_by_age ON event_blocks (min_at);

    CREATE TABLE sessions (
      id INTEGER PRIMARY KEY,
      network INTEGER NOT NULL REFERENCES networks (num),
      peer INTEGER NOT NULL,
      started_at INTEGER NOT NULL,
      ended_at INTEGER,
      reason TEXT,
      source TEXT NOT NULL,
      first_started_at INTEGER NOT NULL,
      first_updated_at INTEGER NOT NULL,
      last_started_at INTEGER,
      last_updated_at INTEGER,
      CHECK ((ended_at IS NULL) = (reason IS NULL))
    ) STRICT;
    CREATE INDEX sessions_by_start ON sessions (network, started_at, id, ended_at);
    CREATE INDEX sessions_by_peer ON sessions (network, peer, started_at, id, ended_at);
    CREATE INDEX sessions_by_end ON sessions (ended_at) WHERE ended_at IS NOT NULL;
    CREATE UNIQUE INDEX sessions_open ON sessions (network, peer) WHERE ended_at IS NULL;

    CREATE TABLE notes (
      network INTEGER NOT NULL REFERENCES networks (num),
      peer INTEGER NOT NULL,
      name TEXT NOT NULL,
      note TEXT NOT NULL,
      PRIMARY KEY (network, peer)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE topologies (
      id INTEGER PRIMARY KEY,
      network INTEGER NOT NULL REFERENCES networks (num),
      at INTEGER NOT NULL,
      edge_count INTEGER NOT NULL,
      edges BLOB NOT NULL
    ) STRICT;
    CREATE INDEX topologies_by_time ON topologies (network, at, id, edge_count);
    CREATE INDEX topologies_by_age ON topologies (at);

    -- present: who was in the catalog after the event with the number seq, and which event has its state
    CREATE TABLE checkpoints (
      num INTEGER PRIMARY KEY,
      network INTEGER NOT NULL REFERENCES networks (num),
      seq INTEGER NOT NULL,
      present BLOB NOT NULL,
      UNIQUE (network, seq)
    ) STRICT;

    CREATE VIRTUAL TABLE peer_text USING fts5(text, content='', contentless_delete=1,
      tokenize='unicode61 remove_diacritics 2');
    CREATE VIRTUAL TABLE event_text USING fts5(text, content='', contentless_delete=1,
      tokenize='unicode61 remove_diacritics 2');
    INSERT INTO peer_text (peer_text, rank) VALUES ('automerge', 0), ('crisismerge', 1000);
    INSERT INTO event_text (event_text, rank) VALUES ('automerge', 0), ('crisismerge', 1000);

    ${peerTextTrigger('peers_text_insert', 'INSERT ON peers', 'new')}
    ${peerTextTrigger('peers_text_update', 'UPDATE OF tags ON peers WHEN old.tags IS NOT new.tags', 'new')}
    ${peerTextTrigger('peers_text_delete', 'DELETE ON peers', 'old')}
    ${peerTextTrigger('notes_text_insert', 'INSERT ON notes', 'new')}
    ${peerTextTrigger('notes_text_update', 'UPDATE ON notes', 'new')}
    ${peerTextTrigger('notes_text_delete', 'DELETE ON notes', 'old')}
    CREATE TRIGGER events_text_insert AFTER INSERT ON events WHEN ${IS_SEARCHED('new')} BEGIN
      DELETE FROM event_text WHERE rowid = new.network << 36 | new.seq;
      INSERT INTO event_text (rowid, text) VALUES (new.network << 36 | new.seq, ${EVENT_TEXT('new')});
    END;
    CREATE TRIGGER events_text_delete AFTER DELETE ON events BEGIN
      DELETE FROM event_text WHERE rowid = old.network << 36 | old.seq;
    END;
  `,
  fill: (db: Database.Database): void => {
    nameAll(db, 'peer_ids', 'nickname', nickname)
    nameAll(db, 'event_kinds', 'words', kindWords)
    db.exec(FROM_ROWS)
  },
}

function nameAll(db: Database.Database, table: string, column: string, nameOf: (id: string) => string): void {
  const name = db.prepare<[string, number]>(`UPDATE ${table} SET ${column} = ? WHERE num = ?`)
  const ids = db.prepare<[], { num: number; id: string }>(`SELECT num, id FROM ${table}`).all()
  for (const { num, id } of ids) name.run(nameOf(id), num)
}

/** What the rows of version 1 already tell. Presences are read from the log; those without an end are still open. */
const FROM_ROWS = `
  INSERT INTO event_blocks (network, block, min_at, max_at, count)
  SELECT network, seq / 4096, min(at), max(at), count(*) FROM events GROUP BY 1, 2;

  INSERT INTO sessions (network, peer, started_at, ended_at, reason, source, first_started_at, first_updated_at,
    last_started_at, last_updated_at)
  SELECT network, peer, at, CASE WHEN next_kind IS NOT NULL THEN max(at, next_at) END,
    CASE next_kind WHEN 'PeerDeparted' THEN next_detail ->> '$.reason' WHEN 'PeerDiscovered' THEN 'unknown' END,
    detail ->> '$.source', detail ->> '$.version.startedAt', detail ->> '$.version.updatedAt',
    next_detail ->> '$.version.startedAt', next_detail ->> '$.version.updatedAt'
  FROM (
    SELECT e.seq, e.network, e.peer, e.at, e.detail, k.id AS kind, lead(k.id) OVER presence AS next_kind,
      lead(e.at) OVER presence AS next_at,
      CASE lead(k.id) OVER presence WHEN 'PeerDeparted' THEN lead(e.detail) OVER presence END AS next_detail
    FROM events e JOIN event_kinds k ON k.num = e.kind
    WHERE e.peer IS NOT NULL AND k.id IN ('PeerDiscovered', 'PeerDeparted')
    WINDOW presence AS (PARTITION BY e.network, e.peer ORDER BY e.seq)
  ) WHERE kind = 'PeerDiscovered' ORDER BY seq;

  INSERT INTO peer_text (rowid, text)
  SELECT p.network << 36 | p.peer, substr(i.id, 9) || ' ' || substr(i.id, -6) || ' ' || i.nickname || ' ' ||
    coalesce((SELECT group_concat(t.value, ' ') FROM json_each(p.tags) t), '')
  FROM peers p JOIN peer_ids i ON i.num = p.peer ORDER BY p.network, p.peer;

  INSERT INTO event_text (rowid, text)
  SELECT e.network << 36 | e.seq, ${EVENT_TEXT('e')} FROM events e WHERE ${IS_SEARCHED('e')} ORDER BY e.network, e.seq;
`
