/**
 * What the views showed of a network, change by change, so that a past moment shows what was known then. A group of parts
 * begins with all that was shown (its part 0, and some more where that is much); each further part holds the changes of some
 * seconds. `run` is 1 where a group begins a run. Older history has no journal: its moments are rebuilt from the event log,
 * with the links of `topologies`.
 *
 * `loop_delays` has how late our own event loop ran while a network was joined: the largest delay, in milliseconds, since the row
 * before.
 */
export const journal = {
  version: 6,
  name: 'journal and event-loop delays',
  sql: `
    CREATE TABLE journal (
      id INTEGER PRIMARY KEY,
      network INTEGER NOT NULL REFERENCES networks (num),
      part INTEGER NOT NULL,
      run INTEGER NOT NULL CHECK (run IN (0, 1)),
      at INTEGER NOT NULL,
      until INTEGER NOT NULL,
      bytes BLOB NOT NULL
    ) STRICT;
    CREATE INDEX journal_by_time ON journal (network, at, id);
    CREATE INDEX journal_groups ON journal (network, id, at) WHERE part = 0;
    CREATE INDEX journal_by_age ON journal (at);

    CREATE TABLE loop_delays (
      network INTEGER NOT NULL REFERENCES networks (num),
      at INTEGER NOT NULL,
      ms REAL NOT NULL,
      PRIMARY KEY (network, at)
    ) STRICT, WITHOUT ROWID;
  `,
}
