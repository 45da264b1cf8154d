/**
 * Whether a group of the journal begins a run, or was begun because our clock was set: where that showed a time twice, its groups tell
 * which parts are of which. Null in groups of earlier versions, of which times tell it.
 */
export const turnedGroups = {
  version: 9,
  name: 'groups since our clock was set',
  sql: `
    ALTER TABLE journal ADD COLUMN turned INTEGER CHECK (turned IN (0, 1));
    CREATE INDEX journal_turns ON journal (network, id) WHERE part = 0 AND turned IS NOT 0;
  `,
}
