import { describe, expect, it } from 'vitest'
import { figuresOf, medianOf, rangeOf, unitOf } from '../../../bench/figures/figures.ts'
import { readFigures } from '../../../bench/figures/verdict.ts'

describe('the figures of a table', () => {
  it('have a name, a unit, and the values of all rounds', () => {
    expect(
      figuresOf(
        'converge',
        ['nodes', '10', '30'],
        [
          ['all know all, s', { values: [1, 3, 2] }, { values: [9] }],
          ['dials', 12, 40],
        ],
      ),
    ).toEqual([
      {
        kind: 'figure',
        scenario: 'converge',
        name: 'all know all, s: 10',
        unit: 's',
        better: 'less',
        values: [1, 3, 2],
      },
      { kind: 'figure', scenario: 'converge', name: 'all know all, s: 30', unit: 's', better: 'less', values: [9] },
      { kind: 'figure', scenario: 'converge', name: 'dials: 10', unit: '', better: null, values: [12] },
      { kind: 'figure', scenario: 'converge', name: 'dials: 30', unit: '', better: null, values: [40] },
    ])
  })

  it('are named by as many leading cells as told', () => {
    const [figure] = figuresOf('sync', ['n', 'd', 'way', 'time ms'], [[1000, 10, 'ours', 7]], { names: 3 })
    expect(figure).toMatchObject({ name: '1000 10 ours: time ms', unit: 'ms', values: [7] })
  })

  it('are better where there are more of them, as frames are', () => {
    const rows = [['panning while updates arrive', '49.1 frames/s']]
    expect(figuresOf('ui', ['what', '1,000 peers'], rows)).toMatchObject([
      { unit: 'frames/s', better: 'more', values: [49.1] },
    ])
  })

  it('leave out what is no figure: words, ranges, missing values, columns that hold none', () => {
    const head = ['', 'a', 'range', 'b', 'times']
    const rows = [
      ['x', 1, '1 – 2', '–', 5],
      ['y', Number.NaN, '', { values: [] }, 5],
    ] as const
    expect(figuresOf('any', head, rows, { figures: ['a', 'range', 'b'] })).toMatchObject([{ name: 'x: a' }])
  })

  it('take the unit from the cell, the title, the column of units, the row, or the table', () => {
    const units = (head: readonly string[], row: readonly string[], unit?: string): (string | undefined)[] =>
      figuresOf('any', head, [row], unit === undefined ? {} : { unit }).map((figure) => figure.unit)
    expect(units(['what', 'peers'], ['heap', '12.5 MB'])).toEqual(['MB'])
    expect(units(['what', 'CPU s'], ['join', '2'])).toEqual(['s'])
    expect(units(['what', 'median', 'unit'], ['write', '7', 'µs'])).toEqual(['µs'])
    expect(units(['nodes', '10'], ['TCP, KiB', '1,234'])).toEqual(['KiB'])
    expect(units(['work', 'task CPU'], ['join', '9'], 'ms')).toEqual(['ms'])
    expect(units(['work', 'count'], ['join', '9'])).toEqual([''])
  })

  it('read a number with separators', () => {
    expect(figuresOf('any', ['', 'TCP, KiB'], [['x', '1,234']])).toMatchObject([{ values: [1234] }])
  })

  it('are costs where they are parts of a processor, and not where they are parts of anything else', () => {
    const figures = figuresOf('sim', ['minute', 'known %', '% of a core'], [['1', 99, 20]])
    expect(figures.map(({ better }) => better)).toEqual([null, 'less'])
  })

  it('keep names apart', () => {
    const names = figuresOf('any', ['', 'worst', 'worst'], [['x', 1, 2]]).map(({ name }) => name)
    expect(names).toEqual(['x: worst', 'x: worst (2)'])
  })

  it('say what the table is about', () => {
    expect(figuresOf('versus', ['', 'ours'], [['RSS, MiB', 9]], { about: '10 nodes' })).toMatchObject([
      { name: '10 nodes: RSS, MiB: ours' },
    ])
  })

  it('are read back as they were written', () => {
    const figures = figuresOf('loop', ['work', 'task CPU'], [['join', { values: [3, 4] }]], { unit: 'ms' })
    const text = [{ kind: 'run', scenario: 'loop' }, ...figures].map((line) => JSON.stringify(line)).join('\n')
    expect(readFigures(`${text}\n`)).toEqual(figures)
  })
})

describe('what is said of rounds', () => {
  it('is the median and the range', () => {
    expect(medianOf([5, 1, 3])).toBe(3)
    expect(medianOf([1, 2])).toBe(2)
    expect(medianOf([])).toBeNaN()
    expect(rangeOf([5, 1, 3])).toBe('1 – 5')
    expect(rangeOf([5])).toBe('')
  })

  it('finds units as words only', () => {
    expect(unitOf('idle, CPU, ms/s')).toBe('ms/s')
    expect(unitOf('% of a core')).toBe('%')
    expect(unitOf('streams')).toBe('')
    expect(unitOf("CPU of the loop's thread, % of a core")).toBe('%')
    expect(unitOf('CPU s, 20 s later')).toBe('s')
  })
})
