import { readFileSync } from 'node:fs'
import type { Figure } from './figures/figures.ts'
import { formatNumber, medianOf, rangeOf } from './figures/figures.ts'
import type { Compared } from './figures/verdict.ts'
import { compareFigures, readFigures, RULE } from './figures/verdict.ts'
import { printTable } from './table.ts'

/**
 * `npm run bench -- compare A.json B.json [all]`: what got worse or better from A to B by more than noise, each the output of a
 * scenario with `--json`, or of several, one after the other. With `all` it lists what stayed the same too. The exit code is 1 where
 * anything got worse, 2 where a file cannot be read.
 */
export async function compare(args: readonly string[]): Promise<void> {
  const [before, after, ...rest] = args
  if (before === undefined || after === undefined) {
    console.error('usage: npm run bench -- compare A.json B.json [all]')
    process.exitCode = 2
    return
  }
  const [earlier, later] = [figuresIn(before), figuresIn(after)]
  if (earlier === null || later === null) {
    process.exitCode = 2
    return
  }
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

/** Null where the file cannot be read; why is printed. */
function figuresIn(path: string): Figure[] | null {
  try {
    return readFigures(readFileSync(path, 'utf8'))
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
