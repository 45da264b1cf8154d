import { expect, test } from 'vitest'
import { drawPieces, piecesOf } from '../../../../src/renderer/src/inspector/rtt-lines.ts'

const sample = (at: number, gap = false) => ({ at, ms: at * 10, gap })

/** Writes down what is drawn. */
function paper() {
  const drawn: string[] = []
  const note =
    (name: string) =>
    (...given: readonly unknown[]): void =>
      void drawn.push([name, ...given.slice(0, 2)].join(' '))
  const context = {
    beginPath: note('begin'),
    moveTo: note('move'),
    lineTo: note('line'),
    arc: note('dot'),
    stroke: note('stroke'),
    fill: note('fill'),
    lineWidth: 0,
    strokeStyle: '',
    fillStyle: '',
  }
  return { drawn, context }
}

test('the line of round-trip times has gaps where nothing was measured; a single measurement between two is a dot', () => {
  const samples = [sample(1), sample(2), sample(5, true), sample(8, true), sample(9)]
  expect(piecesOf(samples).map((piece) => piece.map(({ at }) => at))).toEqual([[1, 2], [5], [8, 9]])
  const { drawn, context } = paper()
  const same = (value: number): number => value
  drawPieces({ context, x: same, y: same, bottom: 100, line: 'blue', fill: 'pale' }, samples)
  const pieces = drawn.join(', ').split(/, (?=begin)/)
  expect(pieces).toEqual([
    'begin, move 1 10, line 2 20, stroke, line 2 100, line 1 100, fill',
    'begin, dot 5 50, fill',
    'begin, move 8 80, line 9 90, stroke, line 9 100, line 8 100, fill',
  ])
  expect(piecesOf([])).toEqual([])
})
