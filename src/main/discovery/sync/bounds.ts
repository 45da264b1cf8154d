/** Rule SY4. Sizes in bytes, times in milliseconds. */
export const SYNC_BOUNDS = {
  entries: 50_000,
  bytes: 64 * 1024 * 1024,
  durationMs: 30_000,
  /** How long the other side may be silent. */
  silenceMs: 10_000,
} as const
