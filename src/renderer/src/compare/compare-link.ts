/** What is compared, as a link says it: `peers 12D3Koo… - links`, `pictures 2026-11-29T09:00:00.000Z now left`. */
import type { PeerId } from '../../../shared/ids.ts'
import { peerIdFromAnyForm } from '../../../shared/peer-form.ts'
import { visible } from '../../../shared/visible-text.ts'
import { formatUtc, parseUtc } from '../../../shared/time.ts'
import type { KnowledgeScope } from '../../../shared/compare-peers.ts'
import { KNOWLEDGE_SCOPES } from '../../../shared/compare-peers.ts'
import type { Pair, PictureSide } from './compare-store.ts'
import { LIST_IDS } from './lists.ts'
import type { ListId } from './lists.ts'

/** Two of a kind that are set side by side; null where one is still to be chosen. */
export type CompareLink = (
  | { readonly what: 'peers'; readonly sides: Pair<PeerId> }
  | { readonly what: 'pictures'; readonly sides: Pair<PictureSide> }
) &
  CompareLook

/** What of the result is looked at. */
export interface CompareLook {
  /** The list that was chosen; null for the first one with somebody in it. */
  readonly list: ListId | null
  /** What of peers' knowledge counts. */
  readonly scope: KnowledgeScope
}

/** What is looked at first. */
export const FIRST_COMPARED: CompareLook = { list: null, scope: 'all' }

/** Stands for a side that is still to be chosen. */
const NONE = '-'
/** Longest name of a file that is written, in code points: each needs up to twelve characters. */
const MAX_NAME = 60
/** The engine's name for a file, the moment of it, and what it is called. */
const FILE = /^file:([\w-]{1,100})@([^,]{0,40}),(.{1,720})$/

/** What `compareFrom` reads; empty where nothing is compared. */
export function compareText(link: CompareLink | null): string {
  if (link === null) return ''
  const sides = link.what === 'peers' ? link.sides.map((peerId) => peerId ?? NONE) : link.sides.map(sideText)
  const { list, scope } = link
  const look = [...(scope === FIRST_COMPARED.scope ? [] : [scope]), ...(list === null ? [] : [list])]
  return [link.what, ...sides, ...look].join(' ')
}

/** Null for what cannot be read. */
export function compareFrom(text: string): CompareLink | null {
  const [what, a = NONE, b = NONE, ...words] = text.split(' ')
  const look: CompareLook = {
    list: LIST_IDS.find((id) => words.includes(id)) ?? null,
    scope: KNOWLEDGE_SCOPES.find((scope) => words.includes(scope)) ?? FIRST_COMPARED.scope,
  }
  if (what === 'peers') return { what, sides: [peerIdFromAnyForm(a), peerIdFromAnyForm(b)], ...look }
  return what === 'pictures' ? { what, sides: [sideFrom(a), sideFrom(b)], ...look } : null
}

/** The same without files, which only this window has: for a link that is given away. */
export function withoutFiles(link: CompareLink | null): CompareLink | null {
  if (link === null || link.what === 'peers') return link
  const shared = (side: PictureSide | null): PictureSide | null => (side?.kind === 'file' ? null : side)
  const sides = [shared(link.sides[0]), shared(link.sides[1])] as const
  return sides.every((side) => side === null) ? null : { ...link, sides }
}

function sideText(side: PictureSide | null): string {
  if (side === null) return NONE
  const at = side.at === null ? '' : formatUtc(side.at)
  if (side.kind === 'moment') return at === '' ? 'now' : at
  return `file:${side.file}@${at},${encodeURIComponent(cut(visible(side.name)))}`
}

function cut(name: string): string {
  const points = Array.from(name)
  return points.length > MAX_NAME ? `${points.slice(0, MAX_NAME - 1).join('')}…` : name
}

function sideFrom(text: string): PictureSide | null {
  if (text === 'now') return { kind: 'moment', at: null }
  const at = parseUtc(text)
  if (at !== null) return { kind: 'moment', at }
  const [, file, moment = '', name = ''] = FILE.exec(text) ?? []
  if (file === undefined) return null
  try {
    return { kind: 'file', file, name: visible(decodeURIComponent(name)), at: parseUtc(moment) }
  } catch {
    return null
  }
}
