import { parse as parseCsv } from 'csv-parse/sync'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csv } from '../../../../src/main/monitor/exports/text.ts'

describe('CSV for a spreadsheet', () => {
  /** As docs/exports.md says. */
  const back = (field: string): string =>
    /^'['\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠﹦﹢﹣﹫]|^''*[\t\r\n]/u.test(field) ? field.slice(1) : field

  async function cellsOf(texts: readonly string[]): Promise<string[]> {
    const pages = async function* (): AsyncGenerator<readonly string[]> {
      yield await Promise.resolve(texts)
    }
    let file = ''
    for await (const part of csv({ text: { kind: 'text', of: (text: string) => text } }, pages())) file += part
    return parseCsv<{ text: string }>(file, { columns: true }).map(({ text: cell }) => cell)
  }

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\ttext',
    ' =1',
    '\u200B=1',
    '\uFEFF-1',
    '＝1',
    '＋1',
    '－1',
    '＠a',
    "'=1",
    "' '=1",
  ])('has no formula of %j, and gives it back', async (text) => {
    const [cell = ''] = await cellsOf([text])
    expect(cell).toBe(`'${text}`)
    expect(back(cell)).toBe(text)
  })

  it('gives back all other text as it was', async () => {
    const texts = ['role:relay', "'quoted'", 'a=b', '12', '/ip4/192.0.2.7/tcp/1']
    expect(await cellsOf(texts)).toEqual(texts)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom("'", '=', '-', ' ', '\t', 'a', '＝') })),
        async (some) => {
          const cells = await cellsOf(some.map((text) => `${text}.`))
          expect(cells.map(back)).toEqual(some.map((text) => `${text}.`))
          for (const cell of cells) expect(cell.trimStart()).not.toMatch(/^[=+\-@＝]/)
        },
      ),
    )
  })

  it('keeps numbers below zero', async () => {
    const pages = async function* (): AsyncGenerator<readonly number[]> {
      yield await Promise.resolve([-5])
    }
    let file = ''
    for await (const part of csv({ number: { kind: 'number', of: (number: number) => number } }, pages())) file += part
    expect(file).toBe('number\r\n-5\r\n')
  })
})
