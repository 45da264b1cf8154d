import type { LinkState } from '../stores/subscription.ts'
import { strings } from '../ui/strings.ts'

/** A link that is down for this long needs the user's help, milliseconds. */
const LONG_MS = 15_000

/**
 * What happened to the link with the engine, and what to do; null where nothing is wrong so far. A refused window has a page
 * of its own.
 * @param now milliseconds since the epoch
 * @param desktop whether this is the window of the desktop app
 */
export function linkWords(link: LinkState, now: number, desktop: boolean): string | null {
  const text = strings.link
  const long = now - link.liveAt >= LONG_MS
  if (link.state === 'ended') return text.ended
  if (link.silentSince !== null) return now - link.silentSince >= LONG_MS ? text.silentLong : text.silent
  if (link.state === 'lost' || (link.state === 'connecting' && long))
    return long ? (desktop ? text.lostLongDesktop : text.lostLong) : text.lost
  return null
}
