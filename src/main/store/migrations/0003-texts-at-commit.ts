/**
 * What is searched of new events is written once for each commit, by the writer. A trigger did so for each event: SQLite's
 * full-text search writes a segment of its own at the end of each statement with a trigger, which took ten times as long as
 * the event itself, and had to be merged later.
 */
export const textsAtCommit = {
  version: 3,
  name: 'texts at commit',
  sql: 'DROP TRIGGER events_text_insert;',
}
