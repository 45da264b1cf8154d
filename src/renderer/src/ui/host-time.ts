/**
 * The time by the clock of the host, which everything that is shown is of. Where the page is on another machine its own clock may
 * show another one.
 */

/** Less is the way of a message, milliseconds: on one machine there is no difference. */
const SAME_MS = 2000

let aheadMs = 0

/** A message came that the host sent at that moment by its clock, milliseconds since the epoch. */
export function heardHostTime(at: number): void {
  const found = at - Date.now()
  if (Math.abs(found - aheadMs) < SAME_MS) return
  aheadMs = Math.abs(found) < SAME_MS ? 0 : found
}

/** Now, milliseconds since the epoch. */
export function hostNow(): number {
  return Date.now() + aheadMs
}
