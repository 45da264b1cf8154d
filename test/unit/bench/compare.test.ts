import { describe, expect, it } from 'vitest'
import { compareFigures, haveCommon, readFigures } from '../../../bench/figures/verdict.ts'
import type { Figure } from '../../../bench/figures/figures.ts'

function figure(values: readonly number[], fields: Partial<Figure> = {}): Figure {
  return { kind: 'figure', scenario: 'loop', name: 'join', unit: 'ms', better: 'less', values, ...fields }
}

function verdictOf(before: readonly number[], after: readonly number[], fields: Partial<Figure> = {}): string {
  const [compared] = compareFigures([figure(before, fields)], [figure(after, fields)])
  return compared?.verdict ?? ''
}

describe('two runs', () => {
  it('differ by more than noise where the ranges do not overlap and the medians differ enough', () => {
    expect(verdictOf([10, 11, 12], [13, 14, 15])).toBe('worse')
    expect(verdictOf([13, 14, 15], [10, 11, 12])).toBe('better')
  })

  it('are the same where ranges overlap, or even touch', () => {
    expect(verdictOf([10, 11, 20], [19, 30, 31])).toBe('same')
    expect(verdictOf([10, 11, 12], [12, 14, 15])).toBe('same')
  })

  it('are the same where medians differ by five percent or less', () => {
    expect(verdictOf([100, 100, 100], [105, 105, 105])).toBe('same')
    expect(verdictOf([100, 100, 100], [106, 106, 106])).toBe('worse')
    expect(verdictOf([0, 0, 0], [0, 0, 0])).toBe('same')
  })

  it('say nothing sure with fewer than three rounds', () => {
    expect(verdictOf([10], [20])).toBe('unclear')
    expect(verdictOf([10, 10, 10], [20, 20])).toBe('unclear')
    expect(verdictOf([10], [10])).toBe('same')
  })

  it('have figures of which more is better', () => {
    const frames = { unit: 'frames/s', better: 'more' } as const
    expect(verdictOf([50, 50, 51], [20, 20, 21], frames)).toBe('worse')
    expect(verdictOf([20, 20, 21], [50, 50, 51], frames)).toBe('better')
  })

  it('have figures that are neither better nor worse', () => {
    expect(verdictOf([1, 1, 1], [2, 2, 2], { unit: '', better: null })).toBe('changed')
  })

  it('know a figure that was 0', () => {
    const [compared] = compareFigures([figure([0, 0, 0])], [figure([1, 1, 1])])
    expect(compared).toMatchObject({ verdict: 'worse', change: null })
  })

  it('tell what only one of them has', () => {
    const compared = compareFigures([figure([1])], [figure([1], { name: 'leave' })])
    expect(compared.map((one) => [one.figure.name, one.verdict])).toEqual([
      ['join', 'gone'],
      ['leave', 'new'],
    ])
  })

  it('have nothing in common where no figure is in both', () => {
    expect(haveCommon([figure([1])], [figure([2])])).toBe(true)
    expect(haveCommon([figure([1])], [figure([1], { scenario: 'store' })])).toBe(false)
    expect(haveCommon([figure([1])], [])).toBe(false)
  })

  it('keep figures of the same name in other scenarios apart', () => {
    const compared = compareFigures([figure([1, 1, 1])], [figure([9, 9, 9], { scenario: 'store' })])
    expect(compared.map(({ verdict }) => verdict)).toEqual(['gone', 'new'])
  })
})

describe('a file of figures', () => {
  it('may hold several runs: their values are rounds', () => {
    const text = [figure([1]), { kind: 'run', scenario: 'loop' }, figure([2]), figure([3])]
      .map((line) => JSON.stringify(line))
      .join('\n')
    expect(readFigures(text)).toEqual([figure([1, 2, 3])])
  })

  it('is refused where a line is something else, by its number', () => {
    expect(() => readFigures(`${JSON.stringify(figure([1]))}\n> bench\n`)).toThrow('Line 2 is not a JSON object')
    expect(() => readFigures('{"kind":"figure","name":"x"}')).toThrow('Invalid figure in line 1')
    expect(() => readFigures('7')).toThrow('Line 1 is not a JSON object')
  })
})
