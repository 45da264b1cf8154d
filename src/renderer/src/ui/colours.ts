import type { Lane } from '../../../shared/lanes.ts'

/** What canvases draw charts with: they know nothing of CSS. The colours of the graph stand in graph/colours.ts. */

/**
 * The lanes of the timeline. They are told apart by lightness as well, for those who see fewer colours; what went silent,
 * islands and our own troubles are hatched besides (`HATCHED`).
 */
export const LANE_COLOURS = {
  dark: {
    joined: '#35c29a',
    goodbye: '#f0d264',
    silent: '#f0604a',
    failed: '#b48be8',
    islands: '#ff9ee0',
    own: '#3f8cf0',
    other: '#75829a',
    again: '#4f5a6e',
  },
  light: {
    joined: '#0a7d5a',
    goodbye: '#b98600',
    silent: '#c22f14',
    failed: '#7b44b8',
    islands: '#d4579f',
    own: '#1b62c9',
    other: '#7c8798',
    again: '#b3bcc9',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<Lane, string>>>>

/** Lanes that are drawn with stripes, so that they are known without colours. */
export const HATCHED: ReadonlySet<Lane> = new Set(['silent', 'islands', 'own'])

/** A line over time. */
export const LINES = {
  dark: { line: '#6aa9ff', fill: '#6aa9ff2b', grid: '#ffffff1f', text: '#a3a9b3' },
  light: { line: '#1d5fc4', fill: '#1d5fc422', grid: '#0000001c', text: '#5b6472' },
} as const
