import type { PeerRow, PeerState } from '../../../shared/peer.ts'
import type { ColourBy } from '../stores/ui-store.ts'
import { GRAPH } from '../ui/strings-graph.ts'
import { strings } from '../ui/strings.ts'
import type { GraphTheme } from './renderer.ts'

/** Dark or light, as resolved from the system or the setting. */
export type Scheme = 'dark' | 'light'

/** One line of the legend. */
export interface LegendItem {
  readonly group: string
  readonly label: string
  /** 0xRRGGBB. */
  readonly colour: number
  readonly count: number
}

type Pair = readonly [dark: number, light: number]

/** Told apart with any colour vision by hue and lightness (after Okabe and Ito). */
const STATE_COLOURS: Readonly<Record<string, Pair>> = {
  self: [0xf2e45c, 0xa67c00],
  neighbor: [0x6aa9ff, 0x1d5fc4],
  connected: [0x5fd3e6, 0x0b87a3],
  known: [0x1fae85, 0x1e9e78],
  stored: [0x7d889b, 0x8b95a5],
  departed: [0xe8a33d, 0xc67a00],
  purged: [0xe8604c, 0xc9371f],
  removed: [0x5a6374, 0xb3bac5],
  displaced: [0xd98cc0, 0xa94b8c],
} satisfies Readonly<Record<'self' | 'neighbor' | 'connected' | 'known' | Exclude<PeerState, 'online'>, Pair>>

const TAG_COLOURS: readonly Pair[] = [
  [0x6aa9ff, 0x1d5fc4],
  [0xe8a33d, 0xc67a00],
  [0x1fae85, 0x12805f],
  [0xd98cc0, 0xa94b8c],
  [0x5fd3e6, 0x0b87a3],
  [0xe8604c, 0xc9371f],
  [0xf2e45c, 0x9a8400],
]
const OTHER: Pair = [0x7d889b, 0x8b95a5]

/** Share of the background in what is dimmed, and of opacity that is left to lines there. */
export const DIM = 0.8
export const FADED = 0.22

/** Colours of the graph beside those of its nodes. */
export const THEMES: Readonly<Record<Scheme, GraphTheme>> = {
  dark: {
    background: 0x0f141b,
    label: '#d5dbe5',
    ring: '#ffffff',
    selfRing: '#f2e45c',
    edges: [0x4a7bc4, 0x66788f, 0x4a5568],
    raised: 0x9cc3ff,
  },
  light: {
    background: 0xf4f6f9,
    label: '#232a36',
    ring: '#1b2330',
    selfRing: '#a67c00',
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

/** Steps of round-trip time: upper bound in milliseconds and colour, from quick to slow. */
const RTT_STEPS: readonly { readonly below: number; readonly colour: Pair }[] = [
  { below: 20, colour: [0xf5e36b, 0xe0b000] },
  { below: 50, colour: [0x7fd06a, 0x6aa832] },
  { below: 100, colour: [0x2fa791, 0x1f8f84] },
  { below: 250, colour: [0x4a82c4, 0x2f63a6] },
  { below: Number.POSITIVE_INFINITY, colour: [0xa46ad6, 0x5b2a86] },
]

/** The group of a peer when colours mean its state. */
export function stateGroup(row: PeerRow): string {
  if (row.self) return 'self'
  if (row.state !== 'online') return row.state
  if (row.neighbor) return 'neighbor'
  return row.connected ? 'connected' : 'known'
}

/** The colour of a state group, 0xRRGGBB. */
export function stateColour(group: string, scheme: Scheme): number {
  return pick(STATE_COLOURS[group] ?? OTHER, scheme)
}

/** Gives each peer a group, and each group a colour. */
export interface Colouring {
  groupOf(row: PeerRow): string
  colourOf(group: string): number
  /** All groups in the order of the legend. */
  readonly groups: readonly { readonly group: string; readonly label: string }[]
}

/** The colouring for a meaning. For tags and groups the most frequent ones of `rows` get a colour of their own. */
export function colouring(by: ColourBy, rows: Iterable<PeerRow>, scheme: Scheme): Colouring {
  switch (by) {
    case 'state':
      return {
        groupOf: stateGroup,
        colourOf: (group) => stateColour(group, scheme),
        groups: Object.keys(STATE_COLOURS).map((group) => ({ group, label: strings.groups[group] ?? group })),
      }
    case 'tag':
      return byMost(rows, scheme, {
        of: (row) => row.tags,
        other: strings.groups['other'] ?? '',
        none: strings.groups['none'] ?? '',
      })
    case 'group':
      return byMost(rows, scheme, {
        of: (row) => row.groups,
        other: GRAPH.otherGroups,
        none: GRAPH.noGroup,
      })
    case 'rtt':
      return byRtt(scheme)
  }
}

/** Words or ids that a row may have several of. */
interface Many {
  readonly of: (row: PeerRow) => readonly string[]
  readonly other: string
  readonly none: string
}

function byMost(rows: Iterable<PeerRow>, scheme: Scheme, many: Many): Colouring {
  const counts = new Map<string, number>()
  for (const row of rows) for (const one of many.of(row)) counts.set(one, (counts.get(one) ?? 0) + 1)
  const top = [...counts]
    .sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
    .slice(0, TAG_COLOURS.length)
    .map(([one]) => one)
  const index = new Map(top.map((one, at) => [`#${one}`, at]))
  return {
    groupOf: (row) => {
      const has = many.of(row)
      if (has.length === 0) return 'none'
      const found = top.find((one) => has.includes(one))
      return found === undefined ? 'other' : `#${found}`
    },
    colourOf: (group) => pick(TAG_COLOURS[index.get(group) ?? -1] ?? OTHER, scheme),
    groups: [
      ...top.map((one) => ({ group: `#${one}`, label: one })),
      { group: 'other', label: many.other },
      { group: 'none', label: many.none },
    ],
  }
}

function byRtt(scheme: Scheme): Colouring {
  const step = (ms: number): number => RTT_STEPS.findIndex(({ below }) => ms < below)
  return {
    groupOf: (row) => (row.rtt === null ? 'unmeasured' : `rtt${step(row.rtt.srtt)}`),
    colourOf: (group) => pick(RTT_STEPS[Number(group.slice(3))]?.colour ?? OTHER, scheme),
    groups: [
      ...RTT_STEPS.map(({ below }, at) => ({
        group: `rtt${at}`,
        label: Number.isFinite(below) ? `< ${below} ms` : `≥ ${RTT_STEPS.at(-2)?.below ?? 0} ms`,
      })),
      { group: 'unmeasured', label: strings.groups['unmeasured'] ?? '' },
    ],
  }
}

/** Mixes two 0xRRGGBB colours; `share` of `b`, 0 to 1. */
export function mix(a: number, b: number, share: number): number {
  let mixed = 0
  for (const shift of [16, 8, 0]) {
    const from = (a >> shift) & 0xff
    mixed |= Math.round(from + (((b >> shift) & 0xff) - from) * share) << shift
  }
  return mixed
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
