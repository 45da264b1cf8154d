/** Islands in words: the verdict of a crawl, the health page, alerts and the command line. Pure. */
import { andList } from './and-list.ts'
import { counted } from './counted.ts'
import { formatCount } from './format-count.ts'
import type { DiscoveryEvent } from './events.ts'
import type { PeerId } from './ids.ts'
import type { IslandsSummary } from './islands.ts'
import { nickname } from './nickname.ts'
import { roughDuration } from './own-troubles.ts'

/** Islands whose sizes are named. */
const NAMED_SIZES = 4
/** Peers that are named. */
const NAMED_PEERS = 4

/** How peers are named in a sentence, and who we are. */
export interface IslandNames {
  readonly nameOf: (peerId: PeerId) => string
  readonly self: PeerId | null
}

/** How a verdict is told. */
export interface VerdictOptions extends Partial<IslandNames> {
  /** Peers of the others may only have ended: then it just looks like several islands. */
  readonly looks?: boolean
}

/**
 * "all 24 peers form one island; no single link or peer holds it together", "16 of 17 peers, ourselves included, form one
 * island; …; no link of the other one is known".
 */
export function islandsVerdict(found: IslandsSummary, options: VerdictOptions = {}): string {
  const { nameOf = nickname, self = null, looks = false } = options
  const names: IslandNames = { nameOf, self }
  const { count, sizes, unknown, fragments } = found
  if (count === 0) return unknown === 0 ? 'nobody is known' : `no link is known of ${counted(unknown, 'peer')}`
  // Where there are very many islands, not all sizes are told.
  const listed = sizes.length === count
  const within = sizes.reduce((sum, size) => sum + size, 0)
  const all = within + fragments.peers + unknown
  const who =
    within < all
      ? `${formatCount(within)} of ${counted(all, 'peer')}`
      : `${within > 2 ? 'all ' : ''}${counted(within, 'peer')}`
  const islands = count === 1 ? 'one island' : islandsWords(count, sizes)
  const split = looks && count > 1
  const subject = `${who}${found.withSelf ? ', ourselves included,' : ''} ${split ? 'look like' : 'form'} ${islands}`
  return [
    `${listed ? subject : `${split ? 'it looks like' : 'there are'} ${islandsWords(count, sizes)}`}${holds(found, names)}`,
    ...(split ? ['peers of the others may have ended or crashed together'] : []),
    ...(fragments.count === 0
      ? []
      : [
          `${counted(fragments.peers, 'peer')} may be linked to ${count === 1 ? 'it' : 'them'}: not all of them told their links`,
        ]),
    ...(unknown === 0
      ? []
      : [`no link of ${unknown === 1 ? 'the other one' : `the other ${formatCount(unknown)}`} is known`]),
  ].join('; ')
}

/** "one island of 24 peers", "3 islands: 18, 6 and 2". */
export function islandsWords(count: number, sizes: readonly number[]): string {
  if (count === 1) return `one island of ${counted(sizes[0] ?? 0, 'peer')}`
  const named = sizes.slice(0, NAMED_SIZES).map(formatCount)
  const more = count - named.length
  const all = more > 0 ? [...named, `${formatCount(more)} smaller`] : named
  return `${counted(count, 'island')}: ${andList(all)}`
}

/** Peers of other islands than ours that did not answer a crawl. */
export interface Unanswered {
  readonly count: number
  /** How many of these were not asked, since nobody dialed them. */
  readonly notAsked: number
  /** Of how many, in how many islands. */
  readonly of: number
  readonly islands: number
  /** How long before one of them told its links last, milliseconds; null where none ever did. */
  readonly ageMs: number | null
}

/**
 * What a verdict says of an island that could not be asked: "none of the 6 peers of the other island answered; the last of them to
 * tell its links did so 2 min earlier".
 */
export function unansweredWords({ count, notAsked, of, islands, ageMs }: Unanswered): string {
  const other = `the other ${islands === 1 ? 'island' : counted(islands, 'island')}`
  // Nobody can answer who was not asked.
  const [did, verb] =
    count === notAsked
      ? [count === 1 ? 'was not asked' : 'were not asked', 'was asked']
      : ['did not answer', 'answered']
  const some =
    count < of
      ? `${formatCount(count)} of the ${counted(of, 'peer')} of ${other} ${did}`
      : `none of the ${counted(of, 'peer')} of ${other} ${verb}`
  const asked = of === 1 ? `the only peer of ${other} ${did}` : some
  const who = notAsked > 0 && notAsked < count ? `${asked} (${counted(notAsked, 'was', 'were')} not asked)` : asked
  if (ageMs === null) return who
  // From then, not from now: the verdict of a crawl is read later as well.
  const earlier = `${roughDuration(ageMs)} earlier`
  return count === 1
    ? `${who}; it told its links last ${earlier}`
    : `${who}; the last of them to tell its links did so ${earlier}`
}

/** The event in words: "one island of 4 peers; 4 that had been apart went silent or left". */
export function islandsToldWords({
  count,
  sizes,
  gone,
  back,
  brief,
}: Extract<DiscoveryEvent, { kind: 'Islands' }>): string {
  const parts = [islandsWords(count, sizes)]
  if (gone !== undefined) parts.push(`${formatCount(gone)} that had been apart went silent or left`)
  if (back !== undefined) parts.push(`${formatCount(back)} that had been apart ${back === 1 ? 'is' : 'are'} back`)
  if (brief !== undefined)
    parts.push(
      `for ${roughDuration(brief.until - brief.since)} it had looked like ${islandsWords(brief.count, brief.sizes)}`,
    )
  return parts.join('; ')
}

/** Peers of the other island of a split, as they went. @param gone how many @param names of those that are known by name */
export function goneApartWords(gone: number, names: readonly string[] = []): string {
  const named = names.slice(0, NAMED_PEERS)
  const rest = gone - named.length
  const all = andList([...named, ...(named.length > 0 && rest > 0 ? [`${formatCount(rest)} more`] : [])])
  // What is told is read later too: it stays true of who is back by then.
  const were = gone === 1 ? 'was' : 'were'
  return `${counted(gone, 'peer')} of the other island ${were} taken for gone${all === '' ? '' : `: ${all}`}`
}

/** What holds an island together. That a peer hangs on one link alone is said last, and counted only. */
function holds(found: IslandsSummary, names: IslandNames): string {
  const { count, bridges, articulations, bridgeCount, articulationCount } = found
  if (bridgeCount + articulationCount === 0)
    return `; no single link or peer holds ${count === 1 ? 'it' : found.withSelf ? 'ours' : 'one'} together`
  const parting = articulations.filter(({ parts }) => (parts[1] ?? 0) > 1)
  const [first] = parting
  const [bridge] = bridges.filter(({ sides }) => Math.min(...sides) > 1)
  const leaves = bridges.filter(({ sides }) => Math.min(...sides) === 1).length
  const parts: string[] = []
  if (first !== undefined) {
    const who = first.peerId === names.self ? 'we are' : `${names.nameOf(first.peerId)} is`
    const others = parting.length - 1
    parts.push(
      `${who} the only link between parts of ${andList(first.parts.map(formatCount))}${others === 0 ? '' : ` (and ${formatCount(others)} more like it)`}`,
    )
  }
  if (bridge !== undefined)
    parts.push(
      `only the link ${nameIn(bridge.a, names)} – ${nameIn(bridge.b, names)} joins parts of ${andList(bridge.sides.map(formatCount))}`,
    )
  if (leaves > 0) parts.push(`${counted(leaves, 'peer hangs', 'peers hang')} on one known link`)
  if (parts.length === 0) parts.push('no single link or peer holds larger parts together')
  return `; ${parts.join('; ')}`
}

function nameIn(peerId: PeerId, { nameOf, self }: IslandNames): string {
  return peerId === self ? 'we' : nameOf(peerId)
}
