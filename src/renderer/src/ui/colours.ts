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
