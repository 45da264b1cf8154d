import type { Lane } from '../../../shared/lanes.ts'

/** What canvases draw charts with: they know nothing of CSS. The colours of the graph stand in graph/colours.ts. */

/**
 * How peers came and went: the same wherever that is drawn, in lanes, charts, chips, lists and the graph.
 */
export const MOVE_COLOURS = {
  dark: {
    joined: '#35c29a',
    goodbye: '#e8a33d',
    silent: '#f0604a',
    lost: '#dfe4ec',
    removed: '#b3957a',
    displaced: '#d98cc0',
  },
  light: {
    joined: '#0a7d5a',
    goodbye: '#b36c00',
    silent: '#c22f14',
    lost: '#3a4353',
    removed: '#80634a',
    displaced: '#a94b8c',
  },
} as const

/**
 * The lanes of the timeline. They are told apart by lightness as well, for those who see fewer colours; what went silent,
 * who was lost with us, islands and our own troubles are hatched besides (`HATCHED`).
 */
export const LANE_COLOURS = {
  dark: {
    ...lanesOf('dark'),
    restarted: '#9be8ff',
    failed: '#b48be8',
    islands: '#ff9ee0',
    own: '#3f8cf0',
    other: '#75829a',
    again: '#4f5a6e',
  },
  light: {
    ...lanesOf('light'),
    restarted: '#064a5a',
    failed: '#7b44b8',
    islands: '#d4579f',
    own: '#1b62c9',
    other: '#7c8798',
    again: '#b3bcc9',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<Lane, string>>>>

/** Lanes that are drawn with stripes, so that they are known without colours. */
export const HATCHED: ReadonlySet<Lane> = new Set(['silent', 'lost', 'islands', 'own'])

/** Their stripes, in the tone of the background. */
export const HATCH = { dark: 'rgba(18, 23, 31, 0.75)', light: 'rgba(255, 255, 255, 0.8)' } as const

/** Marks over a chart of time: the moment that is looked at, what came after it, a span. */
export const TIME_MARKS = {
  dark: { moment: '#f2c14e', veil: 'rgba(16, 20, 27, 0.6)', span: 'rgba(79, 134, 217, 0.28)' },
  light: { moment: '#9a6a00', veil: 'rgba(255, 255, 255, 0.6)', span: 'rgba(91, 143, 224, 0.25)' },
} as const

/** A line over time. */
export const LINES = {
  dark: { line: '#6aa9ff', fill: '#6aa9ff2b', grid: '#ffffff1f', text: '#a3a9b3' },
  light: { line: '#1d5fc4', fill: '#1d5fc422', grid: '#0000001c', text: '#5b6472' },
} as const

/**
 * How grey charts and the graph become while we have lost the network, from 0 to 1. Of more, series with the same look would be
 * the same grey: those that joined and those that said goodbye are about equally light.
 */
export const FADED = 0.45

/** What the charts of the health page are drawn with; told apart by their looks as well (health/charts.ts). */
export const CHART_COLOURS = {
  dark: {
    here: '#6aa9ff',
    ...barsOf('dark'),
    ownStall: '#c48ad4',
    ownClock: '#6aa9ff',
    p50: '#6aa9ff',
    p95: '#e8a33d',
    islands: '#5fd3e6',
    stallMs: '#c48ad4',
    loopDelayMs: '#6aa9ff',
    surface: '#12171f',
    grid: '#ffffff14',
    text: '#a3a9b3',
  },
  light: {
    here: '#1d5fc4',
    ...barsOf('light'),
    ownStall: '#8a44a3',
    ownClock: '#1d5fc4',
    p50: '#1d5fc4',
    p95: '#b36c00',
    islands: '#0b7d95',
    stallMs: '#8a44a3',
    loopDelayMs: '#1d5fc4',
    surface: '#ffffff',
    grid: '#00000014',
    text: '#586273',
  },
} as const

function lanesOf(scheme: keyof typeof MOVE_COLOURS) {
  const { joined, goodbye, silent, lost } = MOVE_COLOURS[scheme]
  return { joined, goodbye, silent, lost }
}

function barsOf(scheme: keyof typeof MOVE_COLOURS) {
  const { joined, goodbye, silent, lost, removed } = MOVE_COLOURS[scheme]
  return { joined, goodbye, silent, ownLoss: lost, removed }
}
