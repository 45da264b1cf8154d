import { readFileSync } from 'node:fs'
import type { Figure } from './figures/figures.ts'
import { formatNumber, medianOf, rangeOf } from './figures/figures.ts'
import type { Compared } from './figures/verdict.ts'
import { compareFigures, haveCommon, readFigures, RULE } from './figures/verdict.ts'
import { printTable } from './table.ts'

export const HELP = 'usage: npm run bench -- compare A.json B.json [all]'

/**
 * `npm run bench -- compare A.json B.json [all]`: what got worse or better from A to B by more than noise, each the output of a
 * scenario with `--json`, or of several, one after the other. With `all` it lists what stayed the same too. The exit code is 1 where
 * anything got worse, 2 where nothing can be compared.
 */
export async function compare(args: readonly string[]): Promise<void> {
  const [before, after, ...rest] = args
  if (before === undefined || after === undefined || rest.some((word) => word !== 'all')) return refuse(HELP)
  const [earlier, later] = [figuresIn(before), figuresIn(after)]
  if (earlier === null || later === null) return refuse(null)
  if (!haveCommon(earlier, later)) return refuse('No figure is in both files.')
  const compared = compareFigures(earlier, later)
  const count = (verdict: string): number => compared.filter((one) => one.verdict === verdict).length
  const shown = rest.includes('all') ? compared : compared.filter(({ verdict }) => verdict !== 'same')
  if (shown.length > 0)
    printTable(['figure', 'unit', 'before', 'range', 'after', 'range', 'change', ''], shown.map(row))
  console.log(
    `\n${compared.length} figures: ${['worse', 'better', 'changed', 'unclear', 'gone', 'new', 'same'].map((one) => `${count(one)} ${one}`).join(', ')}.`,
  )
  console.log(RULE)
  if (count('worse') > 0) process.exitCode = 1
}

function refuse(why: string | null): void {
  if (why !== null) console.error(why)
  process.exitCode = 2
}

/** Null where the file has none, or cannot be read; why is printed. */
function figuresIn(path: string): Figure[] | null {
  try {
    const figures = readFigures(readFileSync(path, 'utf8'))
    if (figures.length > 0) return figures
    throw new Error('no figures; `npm run --silent bench -- SCENARIO --json > FILE` writes some')
  } catch (error) {
    console.error(`${path}: ${error instanceof Error ? error.message : String(error)}`)
    return null
  }
}

function row({ figure, before, after, change, verdict }: Compared): string[] {
  const told = (values: readonly number[] | null): string[] =>
    values === null ? ['–', ''] : [formatNumber(medianOf(values)), rangeOf(values)]
  const percent = change === null ? '' : `${change > 0 ? '+' : ''}${Math.round(change * 100)} %`
  const mark = verdict === 'worse' ? 'WORSE' : verdict
  return [`${figure.scenario}, ${figure.name}`, figure.unit, ...told(before), ...told(after), percent, mark]
}
