import type { PeerRow } from '../../../shared/peer.ts'
import type { ColourBy } from '../stores/ui-store.ts'
import { strings } from '../ui/strings.ts'

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
}

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

/** The colouring for a meaning. For tags the most frequent ones of `rows` get a colour of their own. */
export function colouring(by: ColourBy, rows: Iterable<PeerRow>, scheme: Scheme): Colouring {
  switch (by) {
    case 'state':
      return {
        groupOf: stateGroup,
        colourOf: (group) => stateColour(group, scheme),
        groups: Object.keys(STATE_COLOURS).map((group) => ({ group, label: strings.groups[group] ?? group })),
      }
    case 'tag':
      return byTag(rows, scheme)
    case 'rtt':
      return byRtt(scheme)
  }
}

function byTag(rows: Iterable<PeerRow>, scheme: Scheme): Colouring {
  const counts = new Map<string, number>()
  for (const row of rows) for (const tag of row.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  const top = [...counts]
    .sort(([tagA, a], [tagB, b]) => b - a || (tagA < tagB ? -1 : 1))
    .slice(0, TAG_COLOURS.length)
    .map(([tag]) => tag)
  const index = new Map(top.map((tag, at) => [`#${tag}`, at]))
  return {
    groupOf: (row) => {
      if (row.tags.length === 0) return 'none'
      const found = top.find((tag) => row.tags.includes(tag))
      return found === undefined ? 'other' : `#${found}`
    },
    colourOf: (group) => pick(TAG_COLOURS[index.get(group) ?? -1] ?? OTHER, scheme),
    groups: [
      ...top.map((tag) => ({ group: `#${tag}`, label: tag })),
      { group: 'other', label: strings.groups['other'] ?? '' },
      { group: 'none', label: strings.groups['none'] ?? '' },
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
