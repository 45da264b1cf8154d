/**
 * The time by the clock of the host, which everything that is shown is of. Where the page is on another machine its own clock may
 * show another one.
 */

/** Less is the way of a message, milliseconds: on one machine there is no difference. */
const SAME_MS = 2000
/** For so long all messages tell an earlier time before it is taken: one may have been late, or waited while the tab slept. */
const EARLIER_MS = 5000

let aheadMs = 0
let isHeard = false
/** Since when all messages told an earlier time, by the monotonic clock, and the latest of those; null where the last one did not. */
let earlier: { readonly since: number; readonly aheadMs: number } | null = null

/** A message came that the host sent at that moment by its clock, milliseconds since the epoch. */
export function heardHostTime(at: number): void {
  const found = at - Date.now()
  if (found > aheadMs - SAME_MS || !isHeard) {
    earlier = null
    isHeard = true
    if (Math.abs(found - aheadMs) >= SAME_MS) take(found)
    return
  }
  const now = performance.now()
  earlier = { since: earlier?.since ?? now, aheadMs: Math.max(earlier?.aheadMs ?? -Infinity, found) }
  if (now - earlier.since < EARLIER_MS) return
  take(earlier.aheadMs)
  earlier = null
}

function take(found: number): void {
  aheadMs = Math.abs(found) < SAME_MS ? 0 : found
}

/** Now, milliseconds since the epoch. */
export function hostNow(): number {
  return Date.now() + aheadMs
}
