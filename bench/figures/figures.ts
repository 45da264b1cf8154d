/** What tables of the bench hold, as figures that a program can read. */

/** What came out of several rounds. A table shows the median. */
export interface Rounds {
  readonly values: readonly number[]
}

/** What a table's cell may be. */
export type Cell = string | number | Rounds

/** One figure: a line of `--json`. */
export interface Figure {
  readonly kind: 'figure'
  readonly scenario: string
  /** Of one scenario each name is there once. */
  readonly name: string
  /** Such as `ms`; empty for a count. */
  readonly unit: string
  /** `less` for what it costs, `more` for what one gets; null where neither is better. */
  readonly better: 'less' | 'more' | null
  /** One for each round, in their order. */
  readonly values: readonly number[]
}

/** How a table is read. */
export interface TableOptions {
  /** How many leading cells name the row; 1 unless told. */
  readonly names?: number
  /** The unit of figures that name none. */
  readonly unit?: string
  /** Columns that hold figures; all unless told. */
  readonly figures?: readonly string[]
  /** What all figures of the table are about. */
  readonly about?: string
}

/** Units of time, memory, traffic and processor time: less of them is better. */
const COSTS = ['ms/s', 'kB/s', 'KiB/s', 'packets/s', 'ms', 's', 'µs', 'KiB', 'MiB', 'kB', 'MB', 'B', '%']
const UNIT = new RegExp(String.raw`(?<![\w/'])(${COSTS.join('|')})(?![\w/])`)
const NUMBER = /^(-?[\d,]*\.?\d+)(?: ?([a-zA-Zµ%/]+))?$/

/** The figures of a table. Cells that hold no number are left out, and so are rows of which nothing is left. */
export function figuresOf(
  scenario: string,
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  { names = 1, unit: given = '', figures = head, about = '' }: TableOptions = {},
): Figure[] {
  const unitColumn = head.indexOf('unit')
  const taken = new Map<string, number>()
  return rows.flatMap((row) => {
    const label = row.slice(0, names).map(wordOf).join(' ')
    return row.slice(names).flatMap((cell, index): Figure[] => {
      const column = index + names
      const title = head[column] ?? ''
      const read = column === unitColumn || !figures.includes(title) ? null : valuesOf(cell)
      if (read === null) return []
      const inRow = unitColumn < 0 ? '' : wordOf(row[unitColumn])
      const unit = [read.unit, unitOf(title), inRow, unitOf(label), given].find((one) => one !== '') ?? ''
      const name = [about, label, title].filter((text) => text !== '').join(': ')
      const before = taken.get(name) ?? 0
      taken.set(name, before + 1)
      const told = before === 0 ? name : `${name} (${before + 1})`
      return [{ kind: 'figure', scenario, name: told, unit, better: betterOf(unit, name), values: read.values }]
    })
  })
}

/** The unit that a title names first, or an empty text. */
export function unitOf(title: string): string {
  return UNIT.exec(title)?.[1] ?? ''
}

/** The middle one; of an even number the upper one. NaN where there is none. */
export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

/** The smallest and the largest, as a table shows them. */
export function rangeOf(values: readonly number[]): string {
  if (values.length < 2) return ''
  return `${formatNumber(Math.min(...values))} – ${formatNumber(Math.max(...values))}`
}

/** A number as tables show it. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return '–'
  if (Number.isInteger(value)) return value.toLocaleString('en')
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value < 1 ? 3 : 1)
}

/** What names something is no figure. */
function wordOf(cell: Cell | undefined): string {
  return typeof cell === 'object' || cell === undefined ? '' : String(cell)
}

/** Of parts of a whole, only those of a processor are costs: more may be known, or converge. */
function betterOf(unit: string, name: string): Figure['better'] {
  if (unit === 'frames/s') return 'more'
  if (unit === '%' && !/core|CPU/.test(name)) return null
  return COSTS.includes(unit) ? 'less' : null
}

function valuesOf(cell: Cell): { readonly values: readonly number[]; readonly unit: string } | null {
  if (typeof cell === 'number') return Number.isFinite(cell) ? { values: [cell], unit: '' } : null
  if (typeof cell !== 'string') {
    const values = cell.values.filter(Number.isFinite)
    return values.length === 0 ? null : { values, unit: '' }
  }
  const [, digits, unit = ''] = NUMBER.exec(cell.trim()) ?? []
  if (digits === undefined) return null
  return { values: [Number(digits.replaceAll(',', ''))], unit }
}
