import type { Cell, TableOptions } from './figures/figures.ts'
import { figuresOf, formatNumber, medianOf } from './figures/figures.ts'

/** Names the scenario in processes that print a table for it. */
const JSON_VARIABLE = 'PEERSCOPE_BENCH_JSON'

/** Whose tables these are, where they are printed as lines of JSON. */
let scenario: string | null = null
const inherited = process.env[JSON_VARIABLE]
if (inherited !== undefined) begin(inherited)

/** From now on tables are printed as lines of JSON, one a figure, and whatever else is said goes to standard error. */
export function printJson(name: string, run: object): void {
  begin(name)
  process.env[JSON_VARIABLE] = name
  line({ kind: 'run', scenario, ...run })
}

function begin(name: string): void {
  scenario = name
  console.log = (...args: readonly unknown[]) => console.error(...args)
}

/** Prints rows as an aligned table; numbers stand to the right. With `--json` it prints their figures. */
export function printTable(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions = {},
): void {
  if (scenario !== null) {
    for (const figure of figuresOf(scenario, head, rows, options)) line(figure)
    return
  }
  const cells = [head, ...rows.map((row) => row.map(textOf))]
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  for (const [index, row] of cells.entries()) {
    const texts = row.map((cell, column) => {
      const numeric = rows.some((one) => typeof one[column] === 'number' || typeof one[column] === 'object')
      return numeric ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)
    })
    console.log(texts.join('  '))
    if (index === 0) console.log(widths.map((width) => '-'.repeat(width)).join('  '))
  }
}

function textOf(cell: Cell): string {
  if (typeof cell === 'string') return cell
  return formatNumber(typeof cell === 'number' ? cell : medianOf(cell.values))
}

function line(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

/** Says how far it is, on one line of a terminal. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
  else if (text !== '') process.stderr.write(`${text}\n`)
}
