/**
 * One row for what happens to one and the same again and again, such as a peer that cannot be reached: how often it happened,
 * and when last. `at` is when it happened first.
 */
export const repeatedEvents = {
  version: 4,
  name: 'repeated events',
  sql: `
    ALTER TABLE events ADD COLUMN times INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE events ADD COLUMN last_at INTEGER;
  `,
}
