/** Rule SY4, of every sync. Milliseconds. */
export const SYNC_BOUNDS = {
  durationMs: 30_000,
  /** How long the other side may be silent. */
  silenceMs: 10_000,
} as const

/** The same, as exchanges take them. */
export const SYNC_TIMES = { totalMs: SYNC_BOUNDS.durationMs, silenceMs: SYNC_BOUNDS.silenceMs } as const
