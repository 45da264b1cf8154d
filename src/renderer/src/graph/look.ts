import { recall, remember } from '../ui/storage.ts'

/** A key of tags: `role` for `role:seed`. */
export type TagKey = `key:${string}`
/** What the colours of the graph may mean, beside the values of a key of tags. */
export const COLOURS_BY = ['state', 'rtt', 'island', 'tag', 'group'] as const
/** One of the meanings. */
export type ColourBy = (typeof COLOURS_BY)[number] | TagKey
/** How peers may be arranged, beside clusters by the values of a key of tags. */
export const ARRANGED_BY = ['force', 'rings', 'island', 'group'] as const
/** One of the arrangements; all but `force` and `rings` are clusters. */
export type ArrangeBy = (typeof ARRANGED_BY)[number] | TagKey

/** How the graph of a network looks. */
export interface GraphLook {
  readonly colourBy: ColourBy
  readonly arrangeBy: ArrangeBy
  /** Whether all known lines are drawn, not only the backbone. */
  readonly allLinks: boolean
}

/** Groups by state that are not drawn at first: peers that are gone. */
export const HIDDEN_FIRST: readonly string[] = ['departed', 'purged', 'lost', 'removed', 'displaced']

/** How the graph of a network looks that was not drawn before. */
export const FIRST_LOOK: GraphLook = { colourBy: 'state', arrangeBy: 'force', allLinks: false }

/** Peers on rings from which on only the lines of the selected one are drawn: all cross the middle. */
const RING_LINES_MAX = 100
/** Networks whose look is remembered; what was used longest ago goes first. */
const NETWORKS_MAX = 24
/** Characters of a key of tags. */
const KEY_MAX = 64

/** The remembered look of a network; the first one where there is none. */
export function recallLook(network: string): GraphLook {
  return (recall('graph-looks', isLooks) ?? []).find(([of]) => of === network)?.[1] ?? FIRST_LOOK
}

/** Remembers how a network looks, for at most 24 networks. */
export function rememberLook(network: string, { colourBy, arrangeBy, allLinks }: GraphLook): void {
  const others = (recall('graph-looks', isLooks) ?? []).filter(([of]) => of !== network)
  remember('graph-looks', [[network, { colourBy, arrangeBy, allLinks }], ...others].slice(0, NETWORKS_MAX))
}

/** What of the window's state acts on the graph. */
export interface Shown extends GraphLook {
  readonly hiddenGroups: readonly string[]
  readonly showHolds: boolean
  readonly selected: string | null
  readonly filter: string
}

/** What a change of the window's state means for the graph: whether it looks otherwise, and how much is to be drawn again. */
export function changeOf(
  state: Shown,
  before: Shown,
): { readonly look: boolean; readonly redraw: 'all' | 'some' | 'nothing' } {
  const differs = (keys: readonly (keyof Shown)[]): boolean => keys.some((key) => state[key] !== before[key])
  const look = differs(['colourBy', 'arrangeBy', 'allLinks'])
  const all = look || differs(['hiddenGroups', 'showHolds'])
  return { look, redraw: all ? 'all' : differs(['selected', 'filter']) ? 'some' : 'nothing' }
}

/** Which of the known lines are drawn of so many peers. */
export function linksOf(
  { arrangeBy, allLinks }: Pick<GraphLook, 'arrangeBy' | 'allLinks'>,
  peers: number,
): 'all' | 'backbone' | 'none' {
  if (arrangeBy === 'rings' && peers >= RING_LINES_MAX) return 'none'
  return allLinks ? 'all' : 'backbone'
}

/** The key of tags that a choice names; null for another choice. */
export function tagKeyOf(choice: ColourBy | ArrangeBy): string | null {
  return choice.startsWith('key:') ? choice.slice(4) : null
}

function isLooks(value: unknown): value is [string, GraphLook][] {
  return (
    Array.isArray(value) && value.every((one) => Array.isArray(one) && typeof one[0] === 'string' && isLook(one[1]))
  )
}

/** Whether a text is a meaning of the colours. */
export function isColourBy(value: unknown): value is ColourBy {
  return isChoice(COLOURS_BY, value)
}

/** Whether a text is an arrangement. */
export function isArrangeBy(value: unknown): value is ArrangeBy {
  return isChoice(ARRANGED_BY, value)
}

function isLook(value: unknown): value is GraphLook {
  if (typeof value !== 'object' || value === null) return false
  const { colourBy, arrangeBy, allLinks } = value as Partial<Record<keyof GraphLook, unknown>>
  return isColourBy(colourBy) && isArrangeBy(arrangeBy) && typeof allLinks === 'boolean'
}

function isChoice(known: readonly string[], value: unknown): boolean {
  return (
    typeof value === 'string' &&
    (known.includes(value) || (value.startsWith('key:') && value.length > 4 && value.length <= KEY_MAX + 4))
  )
}
