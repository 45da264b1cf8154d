/**
 * The first schema. Ids of peers and kinds of events are long texts that occur very often: they are kept once and
 * referred to by number, which makes the log about three times smaller. `networks.forgotten` hides a network at once
 * while its rows are deleted in small steps.
 */
export const initial = {
  version: 1,
  name: 'initial',
  sql: `
    CREATE TABLE identity (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      secret BLOB NOT NULL CHECK (length(secret) = 32)
    ) STRICT;

    CREATE TABLE settings (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- last_seq: the highest number that an event ever had, also when that event is gone
    CREATE TABLE counters (
      name TEXT PRIMARY KEY,
      value INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    INSERT INTO counters (name, value) VALUES ('last_seq', 0);

    CREATE TABLE networks (
      num INTEGER PRIMARY KEY,
      id TEXT NOT NULL,
      name TEXT,
      last_joined_at INTEGER,
      bootstrap TEXT NOT NULL DEFAULT '[]',
      tags TEXT NOT NULL DEFAULT '[]',
      forgotten INTEGER NOT NULL DEFAULT 0 CHECK (forgotten IN (0, 1))
    ) STRICT;
    CREATE UNIQUE INDEX networks_by_id ON networks (id) WHERE forgotten = 0;

    CREATE TABLE peer_ids (
      num INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE
    ) STRICT;

    CREATE TABLE event_kinds (
      num INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE
    ) STRICT;

    CREATE TABLE peers (
      num INTEGER PRIMARY KEY,
      network INTEGER NOT NULL REFERENCES networks (num),
      peer INTEGER NOT NULL,
      state TEXT NOT NULL,
      departure_reason TEXT,
      protocol_version TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      addresses TEXT NOT NULL,
      tags TEXT NOT NULL,
      streams TEXT NOT NULL,
      groups TEXT NOT NULL,
      ticket_count INTEGER NOT NULL,
      source TEXT NOT NULL,
      first_seen INTEGER NOT NULL,
      last_seen INTEGER NOT NULL,
      rtt_srtt REAL,
      rtt_var REAL,
      rtt_last REAL,
      rtt_at INTEGER,
      entry BLOB,
      signature BLOB,
      UNIQUE (network, peer)
    ) STRICT;

    CREATE TABLE peer_versions (
      network INTEGER NOT NULL REFERENCES networks (num),
      peer INTEGER NOT NULL,
      started_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      at INTEGER NOT NULL,
      source TEXT NOT NULL,
      PRIMARY KEY (network, peer, started_at, updated_at)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE rtt_samples (
      network INTEGER NOT NULL REFERENCES networks (num),
      peer INTEGER NOT NULL,
      at INTEGER NOT NULL,
      ms REAL NOT NULL,
      PRIMARY KEY (network, peer, at)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE events (
      seq INTEGER PRIMARY KEY,
      network INTEGER NOT NULL REFERENCES networks (num),
      at INTEGER NOT NULL,
      kind INTEGER NOT NULL,
      peer INTEGER,
      detail TEXT NOT NULL
    ) STRICT;
    CREATE INDEX events_by_kind ON events (network, kind, seq);
    CREATE INDEX events_by_peer ON events (network, peer, kind, seq) WHERE peer IS NOT NULL;
  `,
}
