import type { PeerRow, PeerState } from '../../../shared/peer.ts'
import type { UiState } from '../stores/ui-store.ts'
import { MOVE_COLOURS } from '../ui/colours.ts'
import { GRAPH } from '../ui/strings-graph.ts'
import { strings } from '../ui/strings.ts'
import { groupsOf, NONE, OTHER, valuesOf } from './grouping.ts'
import { HIDDEN_FIRST, tagKeyOf } from './look.ts'
import type { ColourBy } from './look.ts'
import type { GraphScene, GraphTheme } from './renderer.ts'
import { rttColour } from './rtt-scale.ts'

export { mix } from './rtt-scale.ts'

/** Dark or light, as resolved from the system or the setting. */
export type Scheme = 'dark' | 'light'

/** One line of the legend. */
export interface LegendItem {
  readonly group: string
  readonly label: string
  /** 0xRRGGBB. */
  readonly colour: number
  /** Peers with that colour, ourselves not counted; and whether we have it. */
  readonly count: number
  readonly withUs: boolean
}

type Pair = readonly [dark: number, light: number]

/** Told apart with any colour vision by hue and lightness (after Okabe and Ito). */
const STATE_COLOURS: Readonly<Record<string, Pair>> = {
  self: [0xf2e45c, 0x1b2330],
  neighbor: [0x6aa9ff, 0x1d5fc4],
  connected: [0x5fd3e6, 0x0b87a3],
  known: [0x1fae85, 0x1e9e78],
  wasHere: [0xa8c8b8, 0x6f8d7f],
  stored: [0x7d889b, 0x8b95a5],
  departed: moved('goodbye'),
  purged: moved('silent'),
  lost: moved('lost'),
  removed: moved('removed'),
  displaced: moved('displaced'),
} satisfies Readonly<
  Record<'self' | 'neighbor' | 'connected' | 'known' | 'wasHere' | Exclude<PeerState, 'online'>, Pair>
>

const TAG_COLOURS: readonly Pair[] = [
  [0x6aa9ff, 0x1d5fc4],
  [0xe8a33d, 0xc67a00],
  [0x1fae85, 0x12805f],
  [0xd98cc0, 0xa94b8c],
  [0x5fd3e6, 0x0b87a3],
  [0xe8604c, 0xc9371f],
  [0xf2e45c, 0x9a8400],
]
const GREY: Pair = [0x7d889b, 0x8b95a5]

/** Share of the background in what is dimmed, and of opacity that is left to lines there. */
export const DIM = 0.8
export const FADED = 0.22

/** Colours of the graph beside those of its nodes. */
export const THEMES: Readonly<Record<Scheme, GraphTheme>> = {
  dark: {
    background: 0x0f141b,
    label: '#d5dbe5',
    guideName: '#97a3b5',
    ring: '#ffffff',
    selfRing: '#f2e45c',
    guide: '#3a4658',
    ground: '#1a2330',
    edges: [0x4a7bc4, 0x66788f, 0x4a5568],
    raised: 0x9cc3ff,
  },
  light: {
    background: 0xf4f6f9,
    label: '#232a36',
    guideName: '#566173',
    ring: '#1b2330',
    selfRing: '#a67c00',
    guide: '#b9c3d1',
    ground: '#ffffff',
    edges: [0x6a93d2, 0x8d9aac, 0xb4bdca],
    raised: 0x2f6fd0,
  },
}

/** Opacity of a line among few, from how many lines in all and from how many at a peer on it gets fainter, and where that ends. */
const OPACITY = { most: 0.75, many: 150, dense: 8, least: 0.14 } as const
/** Lines by kind, beside each other: gossip neighbors stand out where everybody is connected with everybody. */
export const KIND_OPACITY = [1.6, 1, 0.75] as const

/** The opacity of a line among so many between so many peers, so that they do not make one blot. */
export function edgeOpacity(lines: number, peers: number): number {
  const many = Math.max(lines / OPACITY.many, 1) ** -0.36
  const dense = Math.max((2 * lines) / Math.max(peers, 1) / OPACITY.dense, 1) ** -0.45
  return Math.max(OPACITY.most * many * dense, OPACITY.least)
}

/** Share of opacity of lines that peers are not arranged by. */
const CROSSING = 0.5

/** The opacity of the lines of a scene. */
export function sceneOpacity({
  drawnCount,
  count,
  guides,
}: Pick<GraphScene, 'drawnCount' | 'count' | 'guides'>): number {
  return edgeOpacity(drawnCount, count) * (guides.length > 0 ? CROSSING : 1)
}

/** Groups by state that are not drawn; while colours mean something else, those that are not drawn at first. */
export function groupsHidden({
  colourBy,
  hiddenGroups,
}: Pick<UiState, 'colourBy' | 'hiddenGroups'>): ReadonlySet<string> {
  return new Set(colourBy === 'state' ? hiddenGroups : HIDDEN_FIRST)
}

/** The group of a peer when colours mean its state. */
export function stateGroup(row: PeerRow): string {
  if (row.self) return 'self'
  if (row.notKnown === true) return 'wasHere'
  if (row.state !== 'online') return row.state
  if (row.neighbor) return 'neighbor'
  return row.connected ? 'connected' : 'known'
}

/** The colour of a state group, 0xRRGGBB. */
export function stateColour(group: string, scheme: Scheme): number {
  return pick(STATE_COLOURS[group] ?? GREY, scheme)
}

/** Gives each peer a group and a colour, and each group its own. */
export interface Colouring {
  groupOf(row: PeerRow): string
  colourOf(group: string): number
  /** The colour of a peer: that of its group, but for round-trip times, which have a scale. */
  colourFor(row: PeerRow): number
  /** All groups in the order of the legend. */
  readonly groups: readonly { readonly group: string; readonly label: string }[]
}

/** The group of peers whose round-trip time was measured: the scale stands for it in the legend. */
export const MEASURED = 'measured'
const UNMEASURED = 'unmeasured'

/**
 * The colouring for a meaning. For tags, groups, islands and the values of a key of tags the most frequent ones of `rows` get a
 * colour of their own.
 */
export function colouring(
  by: ColourBy,
  rows: Iterable<PeerRow>,
  scheme: Scheme,
  islandOf: (row: PeerRow) => number = () => -1,
): Colouring {
  if (by === 'state') {
    return plain(
      stateGroup,
      (group) => stateColour(group, scheme),
      Object.keys(STATE_COLOURS).map((group) => ({
        group,
        label: strings.groups[group] ?? group,
      })),
    )
  }
  if (by === 'rtt') return byRtt(scheme)
  const { top, groupOf } = groupsOf(rows, valuesOf(by, islandOf), TAG_COLOURS.length)
  const index = new Map(top.map((one, at) => [`#${one}`, at]))
  // Islands are counted from the largest on, whichever comes first to the eye.
  const ordered = by === 'island' ? top.toSorted((a, b) => Number(a) - Number(b)) : top
  return plain(groupOf, (group) => pick(TAG_COLOURS[index.get(group) ?? -1] ?? GREY, scheme), [
    ...ordered.map((one) => ({ group: `#${one}`, label: by === 'island' ? GRAPH.island(one) : one })),
    { group: OTHER, label: othersOf(by) },
    { group: NONE, label: noneOf(by) },
  ])
}

/** What those are called whose value has no colour of its own, and those that have none. */
function othersOf(by: ColourBy): string {
  if (by === 'group') return GRAPH.otherGroups
  if (by === 'island') return GRAPH.otherIslands
  return tagKeyOf(by) === null ? (strings.groups['other'] ?? '') : GRAPH.otherValues
}

/** What peers without a value are called. */
export function noneOf(by: string): string {
  if (by === 'group') return GRAPH.noGroup
  if (by === 'island') return GRAPH.noLinks
  return by.startsWith('key:') ? GRAPH.noValue(by.slice(4)) : (strings.groups['none'] ?? '')
}

function plain(groupOf: Colouring['groupOf'], colourOf: Colouring['colourOf'], groups: Colouring['groups']): Colouring {
  return { groupOf, colourOf, groups, colourFor: (row) => colourOf(groupOf(row)) }
}

function byRtt(scheme: Scheme): Colouring {
  const grey = pick(GREY, scheme)
  return {
    groupOf: ({ rtt }) => (rtt === null ? UNMEASURED : MEASURED),
    colourOf: () => grey,
    colourFor: ({ rtt }) => (rtt === null ? grey : rttColour(rtt.srtt, scheme)),
    groups: [
      { group: MEASURED, label: GRAPH.rtt },
      { group: UNMEASURED, label: strings.groups['unmeasured'] ?? '' },
    ],
  }
}

const cssCache = new Map<number, string>()

/** 0xRRGGBB as CSS. */
export function css(colour: number): string {
  const known = cssCache.get(colour)
  if (known !== undefined) return known
  if (cssCache.size > 4096) cssCache.clear()
  const text = `#${colour.toString(16).padStart(6, '0')}`
  cssCache.set(colour, text)
  return text
}

function pick(pair: Pair, scheme: Scheme): number {
  return scheme === 'dark' ? pair[0] : pair[1]
}

/** How peers went is drawn alike everywhere. */
function moved(how: keyof (typeof MOVE_COLOURS)['dark']): Pair {
  const number = (text: string): number => Number.parseInt(text.slice(1), 16)
  return [number(MOVE_COLOURS.dark[how]), number(MOVE_COLOURS.light[how])]
}
