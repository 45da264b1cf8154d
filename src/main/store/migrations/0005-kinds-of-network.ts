/**
 * Networks of several kinds: two of them may have the same id, entries of some name functions, and some are reached through
 * relays that the user chose.
 */
export const kindsOfNetwork = {
  version: 5,
  name: 'kinds of network',
  sql: `
    ALTER TABLE networks ADD COLUMN kind TEXT NOT NULL DEFAULT 'peerscope';
    ALTER TABLE networks ADD COLUMN relay TEXT NOT NULL DEFAULT 'off';
    ALTER TABLE networks ADD COLUMN entry_version TEXT;
    DROP INDEX networks_by_id;
    CREATE UNIQUE INDEX networks_by_id ON networks (id, kind) WHERE forgotten = 0;
    ALTER TABLE peers ADD COLUMN functions TEXT NOT NULL DEFAULT '[]';
  `,
}
