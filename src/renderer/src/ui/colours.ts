/** What canvases draw charts with: they know nothing of CSS. The colours of the graph stand in graph/colours.ts. */

/** A group of the histogram's bars; told apart by lightness as well. */
export const BARS = {
  dark: {
    came: '#2fb58c',
    changed: '#4f86d9',
    left: '#e8a33d',
    links: '#7f8ba0',
    trouble: '#e8604c',
    own: '#c48ad4',
  },
  light: {
    came: '#1e9e78',
    changed: '#5b8fe0',
    left: '#d18a12',
    links: '#9aa5b5',
    trouble: '#cf4028',
    own: '#9b59b0',
  },
} as const

/** The moment that is shown, what came after it, a selected span, and the axis below. */
export const TIME_MARKS = {
  dark: { moment: '#f2c14e', veil: 'rgba(16, 20, 27, 0.6)', span: 'rgba(79, 134, 217, 0.28)', axis: '#98a3b4' },
  light: { moment: '#9a6a00', veil: 'rgba(255, 255, 255, 0.6)', span: 'rgba(91, 143, 224, 0.25)', axis: '#586273' },
} as const

/** A line over time. */
export const LINES = {
  dark: { line: '#6aa9ff', fill: '#6aa9ff2b', grid: '#ffffff1f', text: '#a3a9b3' },
  light: { line: '#1d5fc4', fill: '#1d5fc422', grid: '#0000001c', text: '#5b6472' },
} as const

/** What the charts of the health page are drawn with; told apart by their looks as well (health/charts.ts). */
export const CHART_COLOURS = {
  dark: {
    here: '#6aa9ff',
    joined: '#2fb58c',
    goodbye: '#e8a33d',
    silent: '#ff7a66',
    ownStall: '#c48ad4',
    removed: '#98a3b4',
    p50: '#6aa9ff',
    p95: '#e8a33d',
    islands: '#5fd3e6',
    stallMs: '#c48ad4',
    surface: '#12171f',
    grid: '#ffffff14',
    text: '#a3a9b3',
  },
  light: {
    here: '#1d5fc4',
    joined: '#12805f',
    goodbye: '#b36c00',
    silent: '#c9371f',
    ownStall: '#8a44a3',
    removed: '#6b7686',
    p50: '#1d5fc4',
    p95: '#b36c00',
    islands: '#0b7d95',
    stallMs: '#8a44a3',
    surface: '#ffffff',
    grid: '#00000014',
    text: '#586273',
  },
} as const
