/** Which peers went together: cut off by a split, or ended at the same moment. In turns. */
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { Background } from './by-chance.ts'
import { backgroundOf, beyondChance } from './by-chance.ts'
import { LASTING_MS } from './island-watch.ts'
import { eventsIn, stallOf } from './logged.ts'
import { dialsTo, isSplit, NEAR_MS, ofKind, refusalsSince, SLACK_MS } from './network-facts.ts'
import type { Begin } from './network-trouble.ts'
import { lasting } from './parted.ts'
import { beginOf, networkFacts, splitBegin } from './network-trouble.ts'
import type { WhySource } from './why-facts.ts'
import type { PeerFacts, Ranked } from './why-parts.ts'
import { dialsTell } from './why-parts.ts'
import { endedRather } from './why-split.ts'
import type { Went } from './why-together.ts'
import { BROKE_NEAR, isSilent, purgedNear, wentWith } from './why-together.ts'

const NOBODY_ELSE: ReadonlySet<PeerId> = new Set()

/** The split in which a peer is on a different island from us, or was when it went; and whether those there only ended. */
export async function apartOf(
  source: WhySource,
  row: PeerRow,
  until: number,
  heardAt: number,
): Promise<PeerFacts['apart']> {
  const { peerId } = row
  const begin = row.state === 'online' ? apartNow(source, row, heardAt) : await apartThen(source, row, until, heardAt)
  if (begin === null) return null
  // What is said of the network holds of the peer as well.
  const ended = endedRather(networkFacts(source, begin))
  const known = begin.apart.has(peerId)
  const unlinked = !known && row.state !== 'online'
  // Where the others only ended nothing cut off one of which no link was known.
  if (unlinked && ended !== null) return null
  const others = [...begin.apart].filter((other) => other !== peerId)
  return { since: begin.since, seq: begin.told[0]?.seq ?? null, others, unlinked, ended: known ? ended : null }
}

/** The same of those that went at the moment at which it did, where no split is told: they ended rather than being cut off, or nothing is said. */
export async function apartWith(source: WhySource, row: PeerRow, went: Went): Promise<PeerFacts['apart']> {
  const found = await endedWith(source, row, went)
  if (found === null) return null
  const { begin, ended } = found
  const others = [...begin.apart].filter((other) => other !== row.peerId)
  return { since: begin.since, seq: went.down?.seq ?? null, others, unlinked: false, ended }
}

/** Peers that ended together, and how that is known. */
export interface EndedTogether {
  readonly begin: Begin
  readonly ended: Ranked
}

/**
 * Who ended together with a peer, itself included; null where nobody did, it may have been chance, or that is not known.
 * @param background who went around that moment, where it is known already
 */
export async function endedWith(
  source: WhySource,
  { peerId }: PeerRow,
  went: Went,
  background: Background | null = null,
): Promise<EndedTogether | null> {
  const { down, goneAt } = went
  const { since, broke, purged } = await wentWith(source, peerId, went)
  if (broke.length + purged.length === 0) return null
  const all = new Set([peerId, ...[...broke, ...purged].map((other) => other.peerId)])
  const begin = { since, untoldMs: 0, held: [], apart: all, told: [], parted: null, lostBefore: null, together: null }
  const facts = networkFacts(source, begin)
  // That one was purged at about the same time is chance, but where nobody listens at its address.
  const silent = new Set([peerId, ...purged.map((other) => other.peerId)])
  const refused = refusalsSince(facts, silent, () => since)
  const stalls = ofKind(facts, 'Stalled').flatMap(stallOf)
  const dials = dialsTo(facts, silent, () => since)
  const isTold = (other: PeerId): boolean => {
    if ((refused.get(other) ?? []).length > 0) return true
    // Elsewhere something may lie between.
    return facts.local && !facts.demo && dialsTell(dials.get(other) ?? [], stalls) === 'no answer'
  }
  const around = background ?? (await backgroundOf(source, down?.at ?? goneAt ?? since))
  const brokeWith =
    down === null ? NOBODY_ELSE : beyondChance(broke, down.at, { ...around, times: around.broke }, BROKE_NEAR)
  if (brokeWith.size === 0 && (goneAt === null || (down === null && !isTold(peerId)))) return null
  const purgedWith =
    goneAt === null
      ? NOBODY_ELSE
      : beyondChance(
          purged.filter((other) => isTold(other.peerId)),
          goneAt,
          { ...around, times: around.purged },
          purgedNear(source.purgeAfterMs),
          brokeWith.size > 0,
        )
  const apart = new Set([peerId, ...brokeWith, ...purgedWith])
  if (apart.size < 2) return null
  const of = { ...begin, apart }
  const ended = endedRather(networkFacts(source, of, facts.events))
  return ended === null ? null : { begin: of, ended }
}

/** The split that is told of the network, where a peer that counts as here is on the other side, and was not heard of since. */
function apartNow(source: WhySource, { peerId, connected, neighbor }: PeerRow, heardAt: number): Begin | null {
  if (connected || neighbor) return null
  const begin = beginOf(source)
  const apart = isSplit(source) ? source.apart : begin.apart
  return apart.has(peerId) && heardAt <= begin.since ? begin : null
}

/**
 * The last split before a moment, where it lasted then and a peer was on a different island from us. One of which no link was known went
 * with those where nothing was heard of it since, and it was heard of until about then.
 */
async function apartThen(
  source: WhySource,
  { peerId, state }: PeerRow,
  until: number,
  heardAt: number,
): Promise<Begin | null> {
  const from = until - 2 * source.purgeAfterMs - LASTING_MS
  const { events } = await eventsIn(source, ['Islands', 'NetworkJoined'], from, until)
  // Those that are gone did not come back. Of an earlier run nothing holds.
  const last = lasting(events).findLast(({ event }) => event.kind !== 'Islands' || event.gone === undefined)
  if (last?.event.kind !== 'Islands') return null
  const begin = splitBegin(last, last.event, source.purgeAfterMs)
  const { apart = [], unlinked = [] } = last.event
  if (apart.includes(peerId)) return begin
  const wentThen = heardAt >= begin.since - NEAR_MS && heardAt <= begin.since + SLACK_MS
  return apart.length > 0 && unlinked.includes(peerId) && isSilent(state) && wentThen ? begin : null
}
