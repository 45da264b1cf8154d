/** What of an event can be searched. */

/** Characters of an event's texts that are searched: those of usual entries many times over, an eighth of the largest. */
export const SEARCHED_CHARACTERS = 2048

/** What is searched of the event `e`: its kind, its peer and the texts in it. All ids begin alike, which is left out. */
const EVENT_TEXT = `
  (SELECT words FROM event_kinds WHERE num = e.kind) ||
  coalesce((SELECT ' ' || substr(id, 9) || ' ' || substr(id, -6) || ' ' || nickname FROM peer_ids WHERE num = e.peer), '') ||
  coalesce((SELECT ' ' || substr(group_concat(atom, ' '), 1, ${SEARCHED_CHARACTERS}) FROM json_tree(e.detail)
    WHERE type = 'text'), '')`

/** Plain re-announcements are most of a log and say nothing new: they are not searched. */
const IS_SEARCHED = `(
  e.kind IS NOT (SELECT num FROM event_kinds WHERE id = 'PeerUpdated') OR json_array_length(e.detail, '$.changed') > 0)`

/** Makes events searchable that were written since the last commit; test/unit/store asserts the plan. */
export const INDEX_EVENTS = `
  INSERT OR REPLACE INTO event_text (rowid, text) SELECT e.network << 36 | e.seq, ${EVENT_TEXT}
  FROM json_each(?) j CROSS JOIN events e ON e.seq = j.value WHERE ${IS_SEARCHED}`
