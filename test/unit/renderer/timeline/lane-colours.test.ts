import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DEFAULT_THEME } from '@mantine/core'
import { expect, test } from 'vitest'
import { css, stateColour } from '../../../../src/renderer/src/graph/colours.ts'
import { CHARTS } from '../../../../src/renderer/src/health/charts.ts'
import { CHART_COLOURS, FADED, HATCHED, LANE_COLOURS } from '../../../../src/renderer/src/ui/colours.ts'
import { cssVariables } from '../../../../src/renderer/src/ui/theme.ts'
import { LANES } from '../../../../src/shared/lanes.ts'

type Colour = readonly [red: number, green: number, blue: number]

/** What people see who lack one kind of cone, on linear light (Machado, Oliveira and Fernandes 2009, severity 1). */
const SIGHTS: Readonly<Record<string, readonly Colour[]>> = {
  all: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

const linear = (hex: string): Colour => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return [red, green, blue]
}

const dot = (a: Colour, b: Colour): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

/** OKLab: equal distances look about equally different. */
function perceived(hex: string, sight: readonly Colour[]): Colour {
  const seen = sight.map((row) => Math.max(0, dot(row, linear(hex)))) as unknown as Colour
  const [l, m, s] = [
    Math.cbrt(dot([0.4122214708, 0.5363325363, 0.0514459929], seen)),
    Math.cbrt(dot([0.2119034982, 0.6806995451, 0.1073969566], seen)),
    Math.cbrt(dot([0.0883024619, 0.2817188376, 0.6299787005], seen)),
  ]
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

function distance(a: string, b: string, sight: readonly Colour[]): number {
  const [one, other] = [perceived(a, sight), perceived(b, sight)]
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2])
}

const luminance = (hex: string): number => dot([0.2126, 0.7152, 0.0722], linear(hex))
const contrast = (a: string, b: string): number => {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

/** The colour that the filter `grayscale` of style sheets makes of one (Filter Effects Module Level 1). */
function faded(hex: string, amount: number): string {
  const left = 1 - amount
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
  const grey = 0.2126 * (parts[0] ?? 0) + 0.7152 * (parts[1] ?? 0) + 0.0722 * (parts[2] ?? 0)
  return `#${parts.map((part) => hexOf(amount * grey + left * part)).join('')}`
}

const hexOf = (part: number): string => Math.round(part).toString(16).padStart(2, '0')

test.each(['dark', 'light'] as const)('lanes are told apart by everybody (%s)', (scheme) => {
  const shown = LANES.filter((lane) => lane !== 'again')
  for (const [name, sight] of Object.entries(SIGHTS)) {
    for (const a of shown) {
      for (const b of shown.slice(shown.indexOf(a) + 1)) {
        // Stripes tell apart what colours do not.
        if (HATCHED.has(a) !== HATCHED.has(b)) continue
        const apart = distance(LANE_COLOURS[scheme][a], LANE_COLOURS[scheme][b], sight)
        expect(apart, `${a} and ${b} for ${name}`).toBeGreaterThan(0.07)
      }
    }
  }
  const surface = scheme === 'dark' ? '#12171f' : '#ffffff'
  expect(shown.filter((lane) => contrast(LANE_COLOURS[scheme][lane], surface) < 3)).toEqual([])
})

test('who said goodbye and who went silent differ in form as well', () => {
  expect([HATCHED.has('goodbye'), HATCHED.has('silent')]).toEqual([false, true])
})

test.each(['dark', 'light'] as const)(
  'each way to go has one colour in lanes, charts, chips and the graph (%s)',
  (scheme) => {
    const [lanes, charts] = [LANE_COLOURS[scheme], CHART_COLOURS[scheme]]
    const states = ['departed', 'purged', 'lost', 'removed', 'displaced'].map((state) =>
      css(stateColour(state, scheme)),
    )
    const [departed, purged, lost, removed] = states
    expect([lanes.goodbye, charts.goodbye]).toEqual([departed, departed])
    expect([lanes.silent, charts.silent]).toEqual([purged, purged])
    expect([lanes.lost, charts.ownLoss]).toEqual([lost, lost])
    expect(charts.removed).toBe(removed)
    expect(charts.joined).toBe(lanes.joined)
    expect(new Set(states).size).toBe(states.length)
    const surface = scheme === 'dark' ? '#12171f' : '#ffffff'
    expect([...states, charts.ownStall, charts.ownClock].filter((colour) => contrast(colour, surface) < 3)).toEqual([])
  },
)

test.each(['dark', 'light'] as const)('we are not taken for one that left (%s)', (scheme) => {
  const own = css(stateColour('self', scheme))
  for (const [name, sight] of Object.entries(SIGHTS))
    for (const state of ['departed', 'purged', 'lost', 'removed', 'displaced'])
      expect(distance(own, css(stateColour(state, scheme)), sight), `${state} for ${name}`).toBeGreaterThan(0.06)
})

test.each(['dark', 'light'] as const)(
  'series beside each other, and of one look, are told apart also while the charts are faded (%s)',
  (scheme) => {
    const colours = CHART_COLOURS[scheme]
    for (const { parts } of CHARTS) {
      for (const [index, a] of parts.entries()) {
        for (const [other, b] of parts.entries()) {
          if (other <= index || (other > index + 1 && a.look !== b.look)) continue
          for (const [name, sight] of Object.entries(SIGHTS)) {
            const apart = distance(faded(colours[a.column], FADED), faded(colours[b.column], FADED), sight)
            // Looks tell apart what colours do not.
            const least = a.look !== b.look ? (name === 'all' ? 0.07 : 0) : name === 'all' ? 0.1 : 0.05
            expect(apart, `${a.column} and ${b.column} for ${name}`).toBeGreaterThan(least)
          }
        }
      }
    }
    const surface = scheme === 'dark' ? '#12171f' : '#ffffff'
    const shown = CHARTS.flatMap(({ parts }) => parts.map(({ column }) => faded(colours[column], FADED)))
    expect(shown.filter((colour) => contrast(colour, surface) < 3)).toEqual([])
  },
)

test('charts fade by as much as they are checked for', () => {
  const sheet = readFileSync(join(import.meta.dirname, '../../../../src/renderer/src/health/health.css'), 'utf8')
  expect(sheet).toMatch(/\.ps-health-charts\[data-stale\] \{\s*filter: grayscale\(var\(--ps-faded\)\);/)
  const { light, dark } = cssVariables(DEFAULT_THEME)
  expect([light['--ps-faded'], dark['--ps-faded']]).toEqual([String(FADED), String(FADED)])
})
