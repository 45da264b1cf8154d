/** How a row that happened again was before, as JSON: a past moment shows it as it was then. */
export const earlierStates = {
  version: 8,
  name: 'earlier states of events',
  sql: 'ALTER TABLE events ADD COLUMN earlier TEXT;',
}
