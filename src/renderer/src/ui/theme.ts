import { createTheme, Input, Menu, Modal, Notification, SegmentedControl, TagsInput } from '@mantine/core'
import type { CSSVariablesResolver, MantineColorsTuple } from '@mantine/core'
import type { Lane } from '../../../shared/lanes.ts'
import { LANES } from '../../../shared/lanes.ts'
import { FADED, LANE_COLOURS } from './colours.ts'
import { strings } from './strings.ts'

/** Bluish greys of the dark scheme: text at the start, deepest background at the end. */
const dark: MantineColorsTuple = [
  '#e4e8ef',
  '#c4cad6',
  '#9ba5b5',
  '#6d788b',
  '#2d3645',
  '#232b38',
  '#1a212c',
  '#12171f',
  '#0c1016',
  '#080b10',
]

const accent: MantineColorsTuple = [
  '#ebf1ff',
  '#d3e0fb',
  '#a6c0f5',
  '#769df0',
  '#5381eb',
  '#3d6ee6',
  '#2f62dc',
  '#2353c2',
  '#1b49ae',
  '#123d96',
]

/** Sizes, fonts and colours of the whole window. */
export const theme = createTheme({
  colors: { dark, accent },
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 5 },
  defaultRadius: 'sm',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '11.5px', sm: '13px', md: '14px', lg: '16px', xl: '18px' },
  headings: { fontWeight: '600' },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Modal: Modal.extend({
      defaultProps: {
        closeButtonProps: { 'aria-label': strings.verbs.close },
        // The window has one banner; the kit makes another one of the head of each dialog.
        attributes: { header: { role: 'presentation' } },
      },
    }),
    Notification: Notification.extend({
      defaultProps: { closeButtonProps: { 'aria-label': strings.verbs.close } },
      // Below a title the kit dims it, to less contrast than texts need.
      styles: { description: { color: 'var(--mantine-color-text)' } },
    }),
    InputWrapper: Input.Wrapper.extend({ styles: { error: { fontSize: 12 } } }),
    // The first entry takes the focus; an element without a role would not be allowed in a menu.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    // Nothing is offered: an empty list that counts as open would swallow Escape.
    TagsInput: TagsInput.extend({ defaultProps: { dropdownOpened: false } }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { withItemsBorders: false } }),
  },
})

/** The colour of a lane in the scheme that is shown, as CSS takes it. */
export function laneColour(lane: Lane): string {
  return `var(--ps-lane-${lane})`
}

const laneVariables = (scheme: keyof typeof LANE_COLOURS): Record<string, string> =>
  Object.fromEntries(LANES.map((lane) => [`--ps-lane-${lane}`, LANE_COLOURS[scheme][lane]]))

/** One tone for borders and surfaces, and dimmed text that passes AA on both schemes. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...laneVariables('light'),
    '--ps-faded': String(FADED),
    '--mantine-color-dimmed': '#586273',
    '--mantine-color-placeholder': '#697386',
    '--mantine-color-error': '#c92a2a',
    '--ps-surface': '#ffffff',
    '--ps-canvas': '#f4f6f9',
    '--ps-border': '#dfe3ea',
    '--ps-hover': '#f0f3f8',
    '--ps-active': '#e4ecfc',
    '--ps-active-text': '#1b49ae',
    '--ps-shadow': '0 8px 24px rgb(16 24 40 / 0.14)',
    '--ps-good': '#0d6e51',
    '--ps-warn': '#8a5100',
    '--ps-bad': '#b52a15',
    '--ps-mute': '#596375',
    '--ps-info': '#1b58b6',
    '--ps-past': '#7d4f00',
    '--ps-mark-light': '42%',
  },
  dark: {
    ...laneVariables('dark'),
    '--ps-faded': String(FADED),
    '--mantine-color-dimmed': '#98a3b4',
    '--mantine-color-placeholder': '#8a95a7',
    '--mantine-color-error': '#ff8a7a',
    '--mantine-color-body': '#12171f',
    '--ps-surface': '#12171f',
    '--ps-canvas': '#0f141b',
    '--ps-border': '#262e3b',
    '--ps-hover': '#1a212c',
    '--ps-active': '#1c2a49',
    '--ps-active-text': '#b4cbff',
    '--ps-shadow': '0 8px 24px rgb(0 0 0 / 0.4)',
    '--ps-good': '#2fc293',
    '--ps-warn': '#e8a33d',
    '--ps-bad': '#ff8170',
    '--ps-mute': '#98a3b4',
    '--ps-info': '#6aa9ff',
    '--ps-past': '#f2c14e',
    '--ps-mark-light': '66%',
  },
})
