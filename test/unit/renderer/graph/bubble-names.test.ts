import { expect, test } from 'vitest'
import { bubbleNames } from '../../../../src/renderer/src/graph/bubble-names.ts'
import { matchBounds, sceneBounds } from '../../../../src/renderer/src/graph/bounds.ts'
import { markedName, seenNames } from '../../../../src/renderer/src/graph/bubbles.ts'
import { fitTo, MARGINS, toScreen } from '../../../../src/renderer/src/graph/camera.ts'
import { Fitting, withNames } from '../../../../src/renderer/src/graph/fit.ts'
import type { Bubble } from '../../../../src/renderer/src/graph/fold.ts'
import type { Folded } from '../../../../src/renderer/src/graph/folding.ts'
import { crosses, isUnder, overlap } from '../../../../src/renderer/src/graph/label-places.ts'
import { stretched, wideFor } from '../../../../src/renderer/src/graph/stretch.ts'
import { modelOf } from './model-of.ts'

const measure = (text: string): number => text.length * 6.5

function bubble(key: string, x: number, y: number, given: Partial<Bubble> = {}): Bubble {
  return { key, x, y, radius: 40, reach: 50, count: 150, self: false, bright: 150, matches: null, shares: [], ...given }
}

function foldOf(closed: readonly Bubble[]): Folded {
  return { of: new Int32Array(0), closed, ties: [], names: closed.map(({ key }) => `around ${key}`) }
}

/** Thirteen bubbles as close together as a layout by forces puts them. */
const CLOSE = Array.from({ length: 13 }, (_, at) => {
  const [angle, away] = [at * 2.4, 68 * Math.sqrt(at)]
  return bubble(`quick heron ${at}`, 1.6 * away * Math.cos(angle), away * Math.sin(angle), { count: 100 + at })
})

test('every bubble with room has a name; none lies over a bubble, another name or the line of one', () => {
  const names = bubbleNames(foldOf(CLOSE), 1, measure)
  expect(names).toHaveLength(13)
  for (const { key, box, line } of names) {
    for (const { x, y, radius } of CLOSE) expect(isUnder(box, { x, y: -y, radius })).toBe(false)
    for (const other of names) {
      if (other.key === key) continue
      expect(overlap(box, other.box)).toBe(false)
      expect(line !== null && crosses(line, other.box)).toBe(false)
    }
  }
})

test('where there is room for one name only, it is that of the bubble with more peers', () => {
  const wall = Array.from({ length: 40 }, (_, at) =>
    bubble('', (at % 8) * 84 - 300, Math.floor(at / 8) * 84 - 168, { count: 1 }),
  )
  // A gap in the wall, with a small bubble at each of its sides.
  const walled = (few: number, many: number): readonly string[] => {
    const closed = wall.map((one, at) =>
      at === 11
        ? { ...one, key: `few ${few}`, count: few }
        : at === 27
          ? { ...one, key: `many ${many}`, count: many }
          : one,
    )
    const open = closed.filter((_, at) => at !== 19)
    const fold = { ...foldOf(open), names: open.map(({ key }) => key) }
    return bubbleNames(fold, 1, () => 60)
      .filter(({ box }) => Math.abs(box.top) < 60 && box.left > -110 && box.right < 60)
      .map(({ key }) => key)
  }
  expect(walled(3, 9)[0]).toBe('many 9')
  expect(walled(9, 3)[0]).toBe('few 9')
})

test('a name that would be under controls or out of view stands elsewhere, a large bubble’s in the bubble if need be', () => {
  const scene = modelOf(0)
  const size = { width: 700, height: 460 }
  const covered = [{ left: 0, right: 700, top: 0, bottom: 60 }]
  // So close that many have their names at the edges.
  for (const y of [0, 30, 60, 90]) {
    scene.refold(foldOf(CLOSE))
    const camera = { x: 0, y, scale: 1 }
    const names = seenNames({ scene, camera, size, covered }, measure, null)
    for (const { box } of names) {
      expect(box.top).toBeGreaterThan(60)
      expect([box.bottom <= size.height, box.left >= 0, box.right <= size.width]).toEqual([true, true, true])
      expect(names.filter((other) => overlap(box, other.box))).toHaveLength(1)
    }
    const named = new Set(names.map(({ key }) => key))
    const inView = CLOSE.filter((one) => {
      const [x, down] = toScreen(camera, size, one.x, one.y)
      return down > 100 && down < size.height - 50 && x > 50 && x < size.width - 50
    })
    expect(inView.filter(({ key }) => !named.has(key))).toEqual([])
  }
})

test('a large bubble without any room around it has its name in it', () => {
  const wall = Array.from({ length: 49 }, (_, at) =>
    bubble(`one ${at}`, (at % 7) * 82 - 246, Math.floor(at / 7) * 82 - 246, { count: at === 24 ? 900 : 1 }),
  )
  const name = bubbleNames(foldOf(wall), 1, measure).find(({ key }) => key === 'one 24')
  expect(name?.inside).toBe(true)
  // Below its number.
  expect(name?.box.top).toBeGreaterThan(7)
  expect(bubbleNames(foldOf(wall), 0.45, measure).find(({ key }) => key === 'one 24')?.inside).not.toBe(true)
})

test('names stay where they are while only numbers change, and are placed again where a bubble moves or is named otherwise', () => {
  const names = bubbleNames(foldOf(CLOSE), 1, measure)
  const counted = CLOSE.map((one, at) => ({ ...one, count: 200 - at }))
  expect(bubbleNames(foldOf(counted), 1, measure)).toBe(names)
  expect(bubbleNames(foldOf(CLOSE), 1.5, measure)).not.toBe(names)
  const moved = CLOSE.map((one, at) => (at === 3 ? { ...one, x: one.x + 90 } : one))
  expect(bubbleNames(foldOf(moved), 1, measure)).not.toEqual(names)
  const renamed = { ...foldOf(CLOSE), names: CLOSE.map(({ key }) => `near ${key}`) }
  expect(bubbleNames(renamed, 1, measure)[0]?.rows.join(' ')).toMatch(/^near /)
})

test('a name without room beside its bubble stands in two rows', () => {
  // Between two columns of bubbles.
  const closed = [
    bubble('silver otter', 0, 0),
    ...[-2, -1, 0, 1, 2].flatMap((row) => [bubble('a', -92, row * 82), bubble('b', 92, row * 82)]),
  ]
  const own = bubbleNames(foldOf(closed), 1, measure).find(({ key }) => key === 'silver otter')
  expect(own?.rows).toEqual(['around', 'silver otter'])
  expect(own && own.box.bottom - own.box.top).toBe(30)
})

test('a bubble that is pointed at says how many of its peers the filter matches, where its name stands', () => {
  const fold = foldOf([bubble('a', 0, 0, { matches: 12 }), bubble('b', 500, 0)])
  const names = bubbleNames(fold, 1, measure)
  const told = markedName(fold, 'a', 1, measure)
  expect(told?.rows).toEqual(['around a · 12 of 150 peers'])
  expect([told?.x, told?.box.top]).toEqual([names[0]?.x, names[0]?.box.top])
  expect(markedName(fold, 'b', 1, measure)?.rows).toEqual(['around b · 150 peers'])
  expect(markedName(fold, null, 1, measure)).toBeNull()
})

test('a graph that is shown whole leaves room for names, and shows bubbles as they are drawn', () => {
  const size = { width: 600, height: 500 }
  const model = modelOf(4)
  // Far outside, but drawn as a part of its bubble.
  model.put(3, 9000, 0, false)
  model.fold = { ...foldOf(CLOSE), of: new Int32Array(4) }
  const box = sceneBounds(model)
  expect(box.right).toBe(Math.max(...CLOSE.map(({ x }) => x + 40)))
  const fitting = new Fitting()
  fitting.take(model)
  const wide = (): number => 160
  const camera = fitting.fit(size, MARGINS, wide)
  expect(camera.scale).toBeLessThan(fitTo(box, size, MARGINS).scale)
  const [left, top] = toScreen(camera, size, 0, 0)
  for (const name of bubbleNames(model.fold, camera.scale, wide)) {
    expect(name.box.left + left).toBeGreaterThanOrEqual(0)
    expect(name.box.right + left).toBeLessThanOrEqual(size.width)
    expect(name.box.top + top).toBeGreaterThanOrEqual(0)
    expect(name.box.bottom + top).toBeLessThanOrEqual(size.height)
  }
  expect(withNames(box, size, MARGINS, () => [])).toEqual(fitTo(box, size, MARGINS))
  // Numbers come before names: these make bubbles smaller by little.
  const huge = withNames(box, size, MARGINS, () => [{ left: -5000, right: 5000, top: -5000, bottom: 5000 }])
  expect(huge.scale).toBeCloseTo(fitTo(box, size, MARGINS).scale * 0.85)
})

test('with a filter what it matches is fitted to the view, until there is no filter', () => {
  const size = { width: 1000, height: 600 }
  const model = modelOf(100)
  for (let slot = 0; slot < 100; slot++) model.put(slot, slot * 10, (slot % 10) * 60, false)
  const fitting = new Fitting()
  expect(fitting.take(model)).toBe(true)
  const whole = fitting.fit(size, MARGINS, measure)
  model.passes = new Uint8Array(100)
  for (const slot of [10, 11, 40]) model.passes[slot] = 1
  expect(matchBounds(model)).toMatchObject({ left: 100, right: 400 })
  // A filter alone moves nothing.
  fitting.take(model)
  expect(fitting.fit(size, MARGINS, measure)).toEqual(whole)
  fitting.restart()
  const near = fitting.fit(size, MARGINS, measure)
  expect(near.scale).toBeGreaterThan(whole.scale * 2)
  expect(near.x).toBeCloseTo(250)
  expect(fitting.scale).toBe(whole.scale)
  // One alone does not fill the view.
  model.passes.fill(0, 0, 40)
  fitting.take(model)
  expect(fitting.fit(size, MARGINS, measure).scale).toBeLessThan(whole.scale * 9)
  model.passes.fill(0)
  fitting.take(model)
  expect(fitting.fit(size, MARGINS, measure)).toEqual(whole)
  model.passes = null
  expect(fitting.take(model)).toBe(false)
  expect(fitting.take(model)).toBe(true)
})

test('of bubbles those count as matched that have a match', () => {
  const model = modelOf(2)
  model.passes = Uint8Array.from([1, 0])
  model.fold = {
    ...foldOf([bubble('a', 0, 0, { matches: 0 }), bubble('b', 500, 0, { matches: 3 })]),
    of: new Int32Array(2),
  }
  expect(matchBounds(model)).toEqual({ left: 460, right: 540, bottom: -40, top: 40 })
})

test('many peers are laid out as wide as the view, few as forces have them', () => {
  expect([wideFor(1.9, 499), wideFor(0.5, 600), wideFor(1.9, 600), wideFor(9, 600)]).toEqual([
    1,
    1,
    expect.closeTo(1.8),
    2.2,
  ])
  expect([...stretched(Float32Array.from([1, 2, 3, 4]), 2)]).toEqual([2, 2, 6, 4])
})
