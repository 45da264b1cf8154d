/** Whether a figure got worse or better between two runs, by more than noise. */
import { z } from 'zod'
import type { Figure } from './figures.ts'
import { medianOf } from './figures.ts'

/** Medians that differ by less, as a part of the first, are the same. */
export const THRESHOLD = 0.05
/** With fewer rounds nobody knows what noise is. */
export const ROUNDS = 3

/** The rule, for the reader. */
export const RULE =
  `Worse or better: the medians differ by more than ${THRESHOLD * 100} %, the ranges of all rounds do not overlap, and both runs ` +
  `have ${ROUNDS} rounds or more.`

/** What became of one figure. `unclear`: it differs, but there are too few rounds to tell. */
export type Verdict = 'worse' | 'better' | 'same' | 'changed' | 'unclear' | 'gone' | 'new'

/** One figure of both runs. */
export interface Compared {
  readonly figure: Figure
  /** Null where a run does not have it. */
  readonly before: readonly number[] | null
  readonly after: readonly number[] | null
  /** Of the medians, as a part of the first one; null where that is 0, or one of them is missing. */
  readonly change: number | null
  readonly verdict: Verdict
}

const figureSchema = z.object({
  kind: z.literal('figure'),
  scenario: z.string(),
  name: z.string(),
  unit: z.string(),
  better: z.enum(['less', 'more']).nullable(),
  values: z.array(z.number()).min(1),
})

/** Reads what `--json` printed. Values of one figure that is there several times, since several runs went into one file, are rounds. */
export function readFigures(text: string): Figure[] {
  const figures = new Map<string, Figure>()
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const value = parse(line, index + 1)
    if (value.kind !== 'figure') continue
    const checked = figureSchema.safeParse(value)
    if (!checked.success) throw new TypeError(`Invalid figure in line ${index + 1}`)
    const figure: Figure = checked.data
    const known = figures.get(keyOf(figure))
    figures.set(keyOf(figure), known === undefined ? figure : { ...known, values: [...known.values, ...figure.values] })
  }
  return [...figures.values()]
}

/** All figures of both runs, in the order of the first. */
export function compareFigures(before: readonly Figure[], after: readonly Figure[]): Compared[] {
  const later = new Map(after.map((figure) => [keyOf(figure), figure]))
  const earlier = new Set(before.map(keyOf))
  return [
    ...before.map((figure) => compareOne(figure, later.get(keyOf(figure)) ?? null)),
    ...after
      .filter((figure) => !earlier.has(keyOf(figure)))
      .map((figure): Compared => ({ figure, before: null, after: figure.values, change: null, verdict: 'new' })),
  ]
}

/** Whether any figure is in both. */
export function haveCommon(before: readonly Figure[], after: readonly Figure[]): boolean {
  const earlier = new Set(before.map(keyOf))
  return after.some((figure) => earlier.has(keyOf(figure)))
}

function compareOne(figure: Figure, after: Figure | null): Compared {
  if (after === null) return { figure, before: figure.values, after: null, change: null, verdict: 'gone' }
  const [from, to] = [medianOf(figure.values), medianOf(after.values)]
  const change = from === 0 ? null : (to - from) / Math.abs(from)
  const differs = change === null ? to !== 0 : Math.abs(change) > THRESHOLD
  return { figure, before: figure.values, after: after.values, change, verdict: judge(figure, after, differs) }
}

function judge(before: Figure, after: Figure, differs: boolean): Verdict {
  if (!differs) return 'same'
  if (Math.min(before.values.length, after.values.length) < ROUNDS) return 'unclear'
  const less = Math.max(...after.values) < Math.min(...before.values)
  const more = Math.min(...after.values) > Math.max(...before.values)
  if (!less && !more) return 'same'
  if (before.better === null) return 'changed'
  return less === (before.better === 'less') ? 'better' : 'worse'
}

function keyOf({ scenario, name, unit }: Figure): string {
  return JSON.stringify([scenario, name, unit])
}

function parse(line: string, number: number): { readonly kind?: unknown } {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // It is told below.
  }
  throw new TypeError(
    `Line ${number} is not a JSON object. Use a file that \`npm run --silent bench -- … --json\` wrote.`,
  )
}
