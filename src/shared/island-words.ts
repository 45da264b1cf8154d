/** Islands in words: the verdict of a crawl, the health page, alerts and the command line. Pure. */
import type { PeerId } from './ids.ts'
import type { IslandsSummary } from './islands.ts'
import { nickname } from './nickname.ts'

/** Islands whose sizes are named. */
const NAMED_SIZES = 4

/** How peers are named in a sentence, and who we are. */
export interface IslandNames {
  readonly nameOf: (peerId: PeerId) => string
  readonly self: PeerId | null
}

const NICKNAMES: IslandNames = { nameOf: nickname, self: null }

/** "1 island of 24, no bridge", "2 islands: 18 and 6; amber fox is the only link between 12 and 5". */
export function islandsVerdict(found: IslandsSummary, names: IslandNames = NICKNAMES): string {
  const { count, unknown, fragments } = found
  if (count === 0) return unknown === 0 ? 'nobody is known' : `no link is known of ${peers(unknown)}`
  return [
    `${islandsWords(count, found.sizes)}${found.withSelf ? ', ourselves included' : ''}${holds(found, names)}`,
    ...(fragments.count === 0
      ? []
      : [
          `${peers(fragments.peers)} in ${fragments.count} ${fragments.count === 1 ? 'group' : 'groups'} may be linked to it, as not all of them told their links`,
        ]),
    ...(unknown === 0 ? [] : [`no link is known of ${unknown} more`]),
  ].join('; ')
}

/** "1 island of 24", "3 islands: 18, 6 and 2". */
export function islandsWords(count: number, sizes: readonly number[]): string {
  if (count === 1) return `1 island of ${sizes[0] ?? 0}`
  const named = sizes.slice(0, NAMED_SIZES).map(String)
  const more = count - named.length
  const all = more > 0 ? [...named, `${more} smaller`] : named
  return `${count} islands: ${joined(all)}`
}

/** What holds an island together. That a peer hangs on one link alone is said last, and counted only. */
function holds({ bridges, articulations, bridgeCount, articulationCount }: IslandsSummary, names: IslandNames): string {
  if (bridgeCount + articulationCount === 0) return ', no bridge'
  const parting = articulations.filter(({ parts }) => (parts[1] ?? 0) > 1)
  const [first] = parting
  const [bridge] = bridges.filter(({ sides }) => Math.min(...sides) > 1)
  const leaves = bridges.filter(({ sides }) => Math.min(...sides) === 1).length
  const parts: string[] = []
  if (first !== undefined) {
    const who = first.peerId === names.self ? 'we are' : `${names.nameOf(first.peerId)} is`
    const others = parting.length - 1
    parts.push(
      `${who} the only link between ${joined(first.parts.map(String))}${others === 0 ? '' : ` (and ${others} more like it)`}`,
    )
  }
  if (bridge !== undefined)
    parts.push(
      `one line alone joins ${bridge.sides[0]} and ${bridge.sides[1]}: ${nameIn(bridge.a, names)} – ${nameIn(bridge.b, names)}`,
    )
  if (leaves > 0) parts.push(`${peers(leaves)} ${leaves === 1 ? 'hangs' : 'hang'} on one known link`)
  if (parts.length === 0) parts.push('no bridge between larger parts')
  return `; ${parts.join('; ')}`
}

function nameIn(peerId: PeerId, { nameOf, self }: IslandNames): string {
  return peerId === self ? 'we' : nameOf(peerId)
}

function peers(count: number): string {
  return `${count} ${count === 1 ? 'peer' : 'peers'}`
}

function joined(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`
}
