/** The peers that ended together last, whether or not the network looked split by it. In turns. */
import { HEALTH_SPAN_MS } from '../../../shared/health.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { clockDrift } from '../detail.ts'
import { eventsIn, stallsIn } from './logged.ts'
import { toTheirAddresses } from './network-events.ts'
import type { ClockBefore, NetworkFacts } from './network-facts.ts'
import { isJoined, isSplit, refusalsSince, TOGETHER_MS } from './network-facts.ts'
import type { Begin } from './network-trouble.ts'
import { beginOf, networkFacts } from './network-trouble.ts'
import { stallBehind } from './stalls.ts'
import type { Background, Nearness, WentAt } from './by-chance.ts'
import { backgroundOf, beyondChance } from './by-chance.ts'
import type { EndedTogether } from './why-apart.ts'
import { endedWith } from './why-apart.ts'
import type { WhySource } from './why-facts.ts'
import type { WrongClock } from './wrong-clock.ts'
import { wrongClockAt, wrongClocksIn } from './wrong-clock.ts'
import { BROKE_NEAR, brokeOffAt, isMissed, purgedNear, rowsOf } from './why-together.ts'

/** Peers are looked at of so many groups at most, those that went last: of those that need not have gone near each other by chance. */
const MOST_LOOKED = 12

/** What is known of the network; where nothing is wrong with it, or something was before, with who ended together since. */
export async function lastFacts(source: WhySource): Promise<NetworkFacts> {
  const facts = networkFacts(source)
  if (!isJoined(source.state) || isSplit(source)) return facts
  const { now, purgeAfterMs } = source
  const clocks = await wrongClocksIn(source, now - HEALTH_SPAN_MS, now, purgeAfterMs)
  const together = await endedTogether(source, clocks)
  const clockBefore = await clockBeforeOf(source, clocks)
  const isBefore = clockBefore !== null && (together === null || together.since <= clockBefore.clock.to)
  if (isBefore && facts.parted === null && facts.lostBefore === null)
    return networkFacts(source, { ...(together ?? beginOf(source)), clockBefore })
  if (together === null) return facts
  const { parted, lostBefore, since, apart } = facts
  // They are told with the trouble that came of it.
  const isPart = together.since <= since + TOGETHER_MS || [...together.apart].every((peerId) => apart.has(peerId))
  return (parted !== null || lostBefore !== null) && isPart ? facts : networkFacts(source, together)
}

/** The last time in which our clock was wrong, of those that are over and that Health tells of. */
async function clockBeforeOf(source: WhySource, clocks: readonly WrongClock[]): Promise<ClockBefore | null> {
  const clock = clocks.at(-1)
  if (clock === undefined || clock.to > source.now) return null
  const { events } = await eventsIn(source, ['PeerDeparted'], clock.from, clock.to)
  const gone = new Set(
    events.flatMap(({ event }) => (event.kind === 'PeerDeparted' && event.reason === 'purged' ? event.peerId : [])),
  )
  if (gone.size === 0) return null
  const back = [...rowsOf(source.rows(), gone).values()].filter(({ state }) => state === 'online').length
  return { clock, gone: gone.size, back }
}

/** Those that did so last in the ten minutes that Health counts; null where nobody did, and once all of them are back. */
async function endedTogether(source: WhySource, clocks: readonly WrongClock[]): Promise<Begin | null> {
  const { now, purgeAfterMs } = source
  const lately = await wentLately(source)
  if (lately.went.length === 0) return null
  const background = await backgroundOf(source, now)
  const stalls = await stallsIn(source, now - HEALTH_SPAN_MS - purgeAfterMs, now)
  const seen = new Set<PeerId>()
  let looked = 0
  for (const gone of lately.went) {
    // A look costs much of the log. Most went alone, which is known without one.
    if (seen.has(gone.row.peerId) || !mayBeOfSome(gone, lately, background, purgeAfterMs)) continue
    looked += 1
    if (looked > MOST_LOOKED) return null
    const found = await groupOf(source, gone, background)
    if (found === null) continue
    // When one went that was our neighbor is known exactly, and so is who went with it.
    const others = lately.went.filter((other) => other.downAt !== null && found.begin.apart.has(other.row.peerId))
    const [neighbor] = gone.downAt === null ? others : []
    const { begin, ended } = (neighbor === undefined ? null : await groupOf(source, neighbor, background)) ?? found
    for (const peerId of begin.apart) seen.add(peerId)
    // Without a dial that tells it, our own stall or a wrong clock explains that nothing was heard of them.
    const wentAt = gone.goneAt ?? begin.since
    const isOurs = stallBehind(wentAt, stalls, purgeAfterMs) !== null || wrongClockAt(wentAt, clocks) !== null
    if (ended.cause.confidence !== 'likely' && isOurs) continue
    const peers = [...begin.apart].toSorted()
    const rows = rowsOf(source.rows(), begin.apart)
    const isBack = (peerId: PeerId): boolean => {
      const other = rows.get(peerId)
      return other?.state === 'online' && !isMissed(other, begin.since)
    }
    return { ...begin, together: { peers, back: peers.filter(isBack).length } }
  }
  return null
}

/** Whether so many went near the moment at which one did that it need not be chance, whatever else is known of them. */
function mayBeOfSome(
  { row: { peerId }, downAt, goneAt }: Gone,
  { downs, purges }: Lately,
  background: Background,
  purgeAfterMs: number,
): boolean {
  const isMore = (at: number | null, all: readonly WentAt[], nearness: Nearness, times: readonly WentAt[]): boolean => {
    if (at === null) return false
    const near = all.filter((other) => other.peerId !== peerId && Math.abs(other.at - at) <= nearness.withinMs)
    return beyondChance(near, at, { ...background, times }, nearness).size > 0
  }
  return (
    isMore(downAt, downs, BROKE_NEAR, background.broke) ||
    isMore(goneAt, purges, purgedNear(purgeAfterMs), background.purged)
  )
}

/** Who ended together with one that went. */
async function groupOf(
  source: WhySource,
  { row, goneAt }: Pick<Gone, 'row' | 'goneAt'>,
  background: Background,
): Promise<EndedTogether | null> {
  const { store, networkKey, now } = source
  const aheadMs = clockDrift(store.versionsOf(networkKey, row.peerId)) ?? 0
  const heardAt = Math.max(row.rtt?.at ?? -Infinity, row.version.updatedAt - aheadMs)
  const down = await brokeOffAt(source, row.peerId, heardAt, goneAt ?? now)
  return await endedWith(source, row, { down, heardAt, goneAt }, background)
}

/** A peer that went. Times are milliseconds since the epoch. */
interface Gone {
  readonly row: PeerRow
  /** When it was purged; null where it counts as here. */
  readonly goneAt: number | null
  /** When it broke off from us; null where it was no neighbor. */
  readonly downAt: number | null
}

/** What happened in the ten minutes, as far as it is of this run. */
interface Lately {
  /** Who went silent, or broke off and refused a dial since, and is not back; who went last comes first. */
  readonly went: readonly Gone[]
  /** All that broke off, or were purged, back or not, in the order of time. */
  readonly downs: readonly WentAt[]
  readonly purges: readonly WentAt[]
}

async function wentLately(source: WhySource): Promise<Lately> {
  const { now } = source
  const from = now - HEALTH_SPAN_MS
  const { events } = await eventsIn(source, ['NeighborDown', 'PeerDeparted', 'DialFailed', 'NetworkJoined'], from, now)
  // Of an earlier run nothing holds.
  const run = events.slice(events.findLastIndex(({ event }) => event.kind === 'NetworkJoined') + 1)
  const [downAt, goneAt] = [new Map<PeerId, number>(), new Map<PeerId, number>()]
  for (const { event, at, lastAt = at } of run)
    if (event.kind === 'NeighborDown') downAt.set(event.peerId, Math.max(lastAt, downAt.get(event.peerId) ?? 0))
    else if (event.kind === 'PeerDeparted' && event.reason === 'purged') goneAt.set(event.peerId, at)
  const rows = rowsOf(source.rows(), new Set([...downAt.keys(), ...goneAt.keys()]))
  const missed = [...downAt].flatMap(([peerId, at]) => (isMissed(rows.get(peerId), at) ? peerId : []))
  const refusals = refusalsSince(
    { events: toTheirAddresses(run, source) },
    missed,
    (peerId) => downAt.get(peerId) ?? now,
  )
  const found: Gone[] = []
  for (const [peerId, at] of goneAt) {
    const row = rows.get(peerId)
    if (row?.state === 'purged') found.push({ row, goneAt: at, downAt: downAt.get(peerId) ?? null })
  }
  for (const [peerId, dials] of refusals) {
    const row = rows.get(peerId)
    if (row !== undefined && dials.length > 0) found.push({ row, goneAt: null, downAt: downAt.get(peerId) ?? null })
  }
  const at = ({ downAt: down, goneAt: purged }: Gone): number => down ?? purged ?? now
  return {
    went: found.toSorted((a, b) => at(b) - at(a)),
    downs: inTime(downAt),
    purges: inTime(goneAt),
  }
}

function inTime(found: ReadonlyMap<PeerId, number>): readonly WentAt[] {
  return [...found].map(([peerId, at]) => ({ peerId, at })).toSorted((a, b) => a.at - b.at)
}
