/** Rule AN14: in a large network each node announces itself more rarely, so that what each hears does not grow with it. */
import type { PeerEntry } from '../../../shared/peer.ts'
import type { Env } from '../core/env.ts'
import { STATED_INTERVAL } from '../limits.ts'

/** How far the interval may be from what the number of peers asks for before it changes: that differs a little all the time. */
const OFF = 1.25
/** So many of the peers may not know what the interval of an entry means. */
const OLDER_PART = 0.1

/** Our entry with the announce interval that it states from now on; none where it is that of the settings. */
export function paced({ announcedEvery, ...entry }: PeerEntry, env: Env): PeerEntry {
  const { dialect, catalog, config } = env
  const { pace } = dialect
  if (pace === null || !pace.readBy(dialect.protocolVersion)) return entry
  const next = nextInterval(announcedEvery, catalog.size / pace.perSecond, config.announceInterval)
  return next === null || manyAreOlder(env) ? entry : { ...entry, announcedEvery: next }
}

/**
 * The interval to state from now on, whole milliseconds; null where that of the settings stands.
 * @param before what is stated until now
 * @param dueS seconds that the number of peers asks for
 * @param set the interval of the settings, milliseconds
 */
export function nextInterval(before: number | undefined, dueS: number, set: number): number | null {
  const { above, most } = STATED_INTERVAL
  const usual = Math.max(above, set)
  const due = Math.min(most, Math.ceil(dueS * 1000))
  const now = before ?? usual
  const next = due > now * OFF || due * OFF < now ? due : now
  return next > usual ? next : null
}

/** Whether too many peers would purge us between two announcements. */
function manyAreOlder({ dialect: { pace }, catalog }: Env): boolean {
  let older = 0
  for (const { entry } of catalog.others()) if (pace?.readBy(entry.protocolVersion) !== true) older += 1
  return older > catalog.size * OLDER_PART
}
