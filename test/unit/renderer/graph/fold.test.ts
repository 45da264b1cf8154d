import { expect, test } from 'vitest'
import { countIn, countRows, countSize, slices, tieAlpha } from '../../../../src/renderer/src/graph/bubbles.ts'
import { bubbleOf, Folding } from '../../../../src/renderer/src/graph/folding.ts'
import { bubblesOf, opens, tiesOf, toldOf } from '../../../../src/renderer/src/graph/fold.ts'
import { HoldBack } from '../../../../src/renderer/src/graph/hold-back.ts'
import { boxOf } from '../../../../src/renderer/src/graph/kept-edges.ts'
import { spotsOf } from '../../../../src/renderer/src/graph/spots.ts'
import { modelOf } from './model-of.ts'

const none = () => []

/** Six heaps of 84 peers, far from each other. */
function heaps() {
  const model = modelOf(504)
  for (let slot = 0; slot < 504; slot++) {
    const heap = slot % 6
    model.put(slot, heap * 1000 + (slot % 10), (heap % 2) * 1000 + (slot % 7), false)
    model.colours[slot] = slot % 12 < 6 ? 0xff0000 : 0x00ff00
  }
  return model
}

const FORCE = { kind: 'force', of: new Int32Array(0), names: [], counts: [], ours: -1 } as const

test('peers that lie together are one cluster, with its count and its colours', () => {
  const model = heaps()
  const { of, count } = spotsOf(model)
  for (let slot = 6; slot < 504; slot++) expect(of[slot]).toBe(of[slot % 6])
  const keys = Array.from({ length: count }, (_, at) => String(at))
  const bubbles = bubblesOf(model, of, keys, 0).flatMap((bubble) => bubble ?? [])
  expect(bubbles.map((bubble) => bubble.count)).toEqual([84, 84, 84, 84, 84, 84])
  expect(bubbles.filter(({ self }) => self)).toHaveLength(1)
  // We are in none of the numbers.
  expect(bubbles.map(toldOf).toSorted((a, b) => a - b)).toEqual([83, 84, 84, 84, 84, 84])
  expect(new Map(bubbles[0]?.shares)).toEqual(
    new Map([
      [0xff0000, 42],
      [0x00ff00, 42],
    ]),
  )
})

test('a bubble has the number of its peers, or says that only we are in it', () => {
  const [matches, self] = [null, true]
  expect([countIn({ count: 1001, self, matches }), countIn({ count: 3, self: false, matches })]).toEqual(['1,000', '3'])
  expect(countIn({ count: 1, self, matches })).toBe('us')
})

test('the number of a bubble is as large as fits within its rim, and left out where it could not be read', () => {
  const measure = (text: string, size: number): number => text.length * size * 0.6
  expect([30, 17, 9.3, 5].map((within) => countSize('389', within, measure))).toEqual([13, 11, 9, null])
  expect(countSize('12,345', 12, measure)).toBeNull()
})

test('with a filter a bubble says how many of its peers match, and its rim has the colours of these alone', () => {
  const model = heaps()
  const { of } = spotsOf(model)
  const keys = ['a', 'b', 'c', 'd', 'e', 'f']
  model.passes = new Uint8Array(504)
  const [one, other] = [of[0] ?? 0, of[1] ?? 0]
  // We are one of those that pass, and counted nowhere; the other one is red.
  for (const slot of [0, 12, 24]) model.passes[slot] = 1
  const bubbles = bubblesOf(model, of, keys, 0)
  expect(bubbles.map((bubble) => bubble?.matches)).toEqual(keys.map((_, at) => (at === one ? 2 : 0)))
  const [some, no] = [bubbles[one], bubbles[other]]
  if (!some || !no) throw new Error('there are six')
  expect([countIn(some), countIn(no)]).toEqual(['2 of 83', '0 of 84'])
  expect(slices(some)).toEqual([[0xff0000, 3 / 84]])
  expect(slices(no)).toEqual([])
  model.passes = null
  const all = bubblesOf(model, of, keys, 0)[one]
  expect([all?.matches, all && slices(all).map(([, share]) => share)]).toEqual([null, [0.5, 0.5]])
})

test('what does not fit into a bubble in one row stands in two', () => {
  const measure = (text: string, size: number): number => text.length * size * 0.6
  const rows = (within: number) => countRows('12 of 150', within, measure).map(({ words }) => words)
  expect([rows(40), rows(20), rows(18)]).toEqual([['12 of 150'], ['12', 'of 150'], ['12/150']])
  expect(rows(8)).toEqual([])
  expect(countRows('389', 5, measure)).toEqual([])
})

test('lines between clusters are counted, those within are not', () => {
  const edges = Uint32Array.from([0, 1, 0, 2, 1, 2, 0, 3])
  expect(tiesOf({ pairs: 4, edges }, Int32Array.from([0, 0, 1, 1]), 2)).toEqual([{ a: 0, b: 1, lines: 3 }])
})

test('a line between clusters is faint as soon as nobody in one of them passes the filter', () => {
  const [some, none] = [{ bright: 2 }, { bright: 0 }]
  const faint = tieAlpha(some, none)
  expect(faint).toBeLessThan(tieAlpha(some, some) / 3)
  expect([tieAlpha(none, some), tieAlpha(none, none)]).toEqual([faint, faint])
})

test('above 500 peers all are folded; one opens where there is room, when it is clicked, and for who is selected', () => {
  const scene = heaps()
  const folding = new Folding()
  folding.update(
    {
      scene,
      arrangement: FORCE,
      self: 0,
      around: (label) => `around ${label}`,
      spots: null,
      settled: true,
      remembered: none,
    },
    true,
  )
  const look = { scale: 0.1, fit: 0.1, selected: -1 }
  const closed = () => folding.look(look).closed.filter((bubble) => bubble !== null)
  expect(closed()).toHaveLength(6)
  const fold = folding.look(look)
  folding.open(closed()[0]?.key ?? '')
  expect(closed()).toHaveLength(5)
  expect(folding.closeAll()).toBe(true)
  expect(folding.closeAll()).toBe(false)
  const selected = folding.look({ ...look, selected: 3 })
  expect([bubbleOf(selected, 3), bubbleOf(selected, 9)]).toEqual([null, null])
  expect(bubbleOf(selected, 4)).not.toBeNull()
  expect(folding.look({ ...look, scale: 100 }).closed.every((bubble) => bubble === null)).toBe(true)
  expect(opens({ reach: 5, count: 100 }, 0.1, 0.1)).toBe(false)
  scene.refold(fold)
  expect(scene.changedSlots.all).toBe(true)
})

test('clusters are those that the layout found; who came meanwhile belongs to the nearest', () => {
  const scene = heaps()
  const folding = new Folding()
  const input = { scene, arrangement: FORCE, self: 0, around: String, settled: true, remembered: none }
  folding.update({ ...input, spots: null }, true)
  const of = Int32Array.from({ length: 504 }, (_, slot) => (slot % 6 < 3 ? 0 : 1))
  of[9] = -1
  folding.update({ ...input, spots: { of, count: 2 } }, true)
  const { of: found, closed } = folding.look({ scale: 0.1, fit: 0.1, selected: -1 })
  expect(closed.map((bubble) => bubble?.count)).toEqual([252, 252])
  expect([found[3], found[9], found[1]]).toEqual([1, 1, 0])
})

test('few peers are not folded', () => {
  const folding = new Folding()
  folding.update(
    { scene: modelOf(40), arrangement: FORCE, self: 0, around: String, spots: null, settled: true, remembered: none },
    true,
  )
  expect(folding.look({ scale: 1, fit: 1, selected: -1 }).closed).toEqual([])
})

test('a layout that moved waits for the picture of the lines, though not for ever', () => {
  const hold = new HoldBack()
  expect(hold.holds(false, 0)).toBe(false)
  expect([hold.holds(true, 100), hold.waits, hold.holds(true, 2000)]).toEqual([true, true, true])
  expect([hold.holds(true, 2700), hold.waits]).toEqual([false, false])
})

test('a kept picture of lines lies where it was taken, on a canvas of another size as well', () => {
  const taken = { camera: { x: 0, y: 0, scale: 1 }, ratio: 1, width: 130, height: 130 }
  const box = { left: -15, low: -15, right: 115, high: 115 }
  expect(boxOf(taken, taken.camera, 1, { width: 100, height: 100 })).toEqual(box)
  expect(boxOf(taken, { x: 0, y: 0, scale: 2 }, 1, { width: 300, height: 300 })).toMatchObject({ left: 20, right: 280 })
})
