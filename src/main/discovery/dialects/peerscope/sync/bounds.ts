/** Rules SY4 and SY10, for the messages of a reconciling sync. Sizes in bytes. */
export const RECONCILE_BOUNDS = {
  entries: 50_000,
  bytes: 64 * 1024 * 1024,
  pageBytes: 256 * 1024,
  /** Most ids in a want or an offer. */
  itemsAMessage: 512,
  /** Most ranges in one request. */
  prefixes: 64,
  /** Ranges that may wait to be looked into. */
  openRanges: 16 * 4096,
  /** Requests that one sync may make: two catalogs with nothing in common need a tenth. */
  requests: 5000,
} as const
