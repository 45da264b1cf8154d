/** Limits of entries and requests (rules EN5, PG2, TP1). Sizes in bytes, times in milliseconds. */

/** Rule EN5. Entries of mosaik networks have limits of their own (rule MO10). */
export const ENTRY_LIMITS = {
  entryBytes: 16 * 1024,
  addresses: 32,
  addressBytes: 256,
  tags: 64,
  tagBytes: 64,
  streams: 256,
  groups: 256,
  tickets: 16,
  ticketBytes: 4 * 1024,
  protocolVersionBytes: 64,
} as const

/** Rule AN14: an announce interval that an entry states is longer than `above`, and `most` at most. */
export const STATED_INTERVAL = { above: 45_000, most: 60 * 60_000 } as const

/** Rule TP1: most ids in one answer to a request for neighbors. */
export const NEIGHBORS_MAX_IDS = 64

/** Rule PG2: how long a ping or a `neighbors` request may take; also the deadline of their inbound streams. */
export const REQUEST_TIMEOUT = 5000
