import { DEFAULT_CONFIG } from '../../../../../shared/config.ts'

/** Rules SY4 and SY10, for the messages of a reconciling sync. Sizes in bytes. */
export const RECONCILE_BOUNDS = {
  /** A catalog that is full, with the entry of its own node (rule CT8). */
  entries: DEFAULT_CONFIG.maxPeers + 1,
  bytes: 64 * 1024 * 1024,
  pageBytes: 256 * 1024,
  /** Most ids in a want or an offer. */
  itemsAMessage: 512,
  /**
   * Most entries that a page passes over since they may not be sent: stale ones wait to be purged, after we were alone for long all of
   * them. To walk over so many takes some milliseconds.
   */
  withheldAPage: 4096,
  /** Most ranges in one request. */
  prefixes: 64,
  /** Ranges that may wait to be looked into. */
  openRanges: 16 * 4096,
  /** Requests that one sync may make: two catalogs with nothing in common need a tenth. */
  requests: 5000,
} as const
