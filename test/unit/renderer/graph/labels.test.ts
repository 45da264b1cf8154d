import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { toScreen } from '../../../../src/renderer/src/graph/camera.ts'
import { guideNames } from '../../../../src/renderer/src/graph/guide-names.ts'
import { crosses, isNear, isUnder, meet } from '../../../../src/renderer/src/graph/label-places.ts'
import { labelOrder, placeLabels } from '../../../../src/renderer/src/graph/labels.ts'
import type { LabelInput, PlacedLabel } from '../../../../src/renderer/src/graph/labels.ts'
import type { GraphModel } from '../../../../src/renderer/src/graph/model.ts'
import { modelOf } from './model-of.ts'

const SIZE = { width: 600, height: 400 }
const CAMERA = { x: 0, y: 0, scale: 1 }
const NOBODY = { self: -1, selected: -1, hovered: -1, bubble: null, focused: false }
/** Height of what lies over the graph. */
const CONTROLS = 44
/** Height above and below the baseline. */
const TEXT = { up: 11.5, down: 3.5 }
const WIDTH = 70

/** A scene with nodes of a radius at places in pixels from the middle. */
function sceneOf(places: readonly (readonly [x: number, y: number])[], radius: number): GraphModel {
  const model = modelOf(places.length)
  places.forEach(([x, y], slot) => {
    model.put(slot, x, y, false)
    model.sizes[slot] = radius
  })
  return model
}

function placed(scene: GraphModel, given: Partial<LabelInput> = {}): PlacedLabel[] {
  const order = labelOrder(scene)
  const input = { scene, camera: CAMERA, size: SIZE, factor: 1, marks: NOBODY, order, measure: () => WIDTH, most: 100 }
  return placeLabels({ ...input, ...given })
}

const boxOf = ({ x, y }: PlacedLabel) => ({ left: x, right: x + WIDTH, top: y - TEXT.up, bottom: y + TEXT.down })

test('no label lies over another or over a node, and none is cut off', () => {
  const place = fc.tuple(fc.integer({ min: -290, max: 290 }), fc.integer({ min: -190, max: 190 }))
  fc.assert(
    fc.property(fc.array(place, { minLength: 2, maxLength: 60 }), (places) => {
      const scene = sceneOf(places, 9)
      const labels = placed(scene, { covered: [{ left: 0, right: SIZE.width, top: 0, bottom: CONTROLS }] })
      const boxes = labels.map(boxOf)
      boxes.forEach((a, index) => {
        expect(a.left >= 0 && a.right <= SIZE.width && a.top >= CONTROLS && a.bottom <= SIZE.height).toBe(true)
        for (const b of boxes.slice(index + 1))
          expect(a.left >= b.right || a.right <= b.left || a.top >= b.bottom || a.bottom <= b.top).toBe(true)
        for (let slot = 0; slot < scene.slots; slot++) {
          if (slot === labels[index]?.slot) continue
          const [x, y] = toScreen(CAMERA, SIZE, scene.positions[slot * 2] ?? 0, scene.positions[slot * 2 + 1] ?? 0)
          const [dx, dy] = [Math.max(a.left - x, x - a.right, 0), Math.max(a.top - y, y - a.bottom, 0)]
          expect(Math.hypot(dx, dy)).toBeGreaterThanOrEqual(9)
        }
      })
    }),
    { seed: 11, numRuns: 100 },
  )
})

test('a label keeps clear of the names of rings and bubbles; our own stands beside them', () => {
  const scene = sceneOf([[0, 0]], 8)
  const [x, y] = [SIZE.width / 2, SIZE.height / 2]
  const right = { left: x + 10, right: x + 100, top: y - 8, bottom: y + 8 }
  for (const marks of [NOBODY, { ...NOBODY, self: 0 }]) {
    const [label] = placed(scene, { names: { boxes: [right], lines: [] }, marks })
    expect(label?.x).toBeLessThan(x - WIDTH)
  }
  // With names all around only our own is shown.
  const around = { left: x - 200, right: x + 200, top: y - 60, bottom: y + 60 }
  const names = { boxes: [around], lines: [] }
  expect(placed(scene, { names })).toEqual([])
  expect(placed(scene, { names, marks: { ...NOBODY, self: 0 } })).toHaveLength(1)
})

test('a label keeps clear of the line that leads to the name of a ring', () => {
  const scene = sceneOf([[0, 0]], 8)
  const [x, y] = [SIZE.width / 2, SIZE.height / 2]
  const line = { x: x + 30, y, toX: x + 200, toY: y }
  const [label] = placed(scene, { names: { boxes: [], lines: [line] } })
  if (label === undefined) throw new Error('there is no label')
  expect(crosses(line, boxOf(label))).toBe(false)
  expect(label.line).toBeNull()
})

test('of few nodes each has its label: where none fits beside it, it stands away with a line that crosses nothing', () => {
  // As rings look in a low window: peers around us, close together.
  const around = (count: number, reach: number, turn: number) =>
    Array.from({ length: count }, (_, at) => {
      const angle = turn + (at * 2 * Math.PI) / count
      return [reach * Math.cos(angle), reach * Math.sin(angle)] as const
    })
  const scene = sceneOf([[0, 0], ...around(3, 28, 0), ...around(4, 48, 0.4), ...around(4, 68, 1)], 7)
  const lines = [28, 48, 68].map((reach, index) => {
    const y = SIZE.height / 2 - index * 15
    return { x: SIZE.width / 2 + reach, y, toX: SIZE.width / 2 + 98, toY: y }
  })
  const given = { names: { boxes: [], lines }, most: 5, marks: { ...NOBODY, self: 0 } }
  const labels = placed(scene, given)
  expect(labels.map(({ slot }) => slot).toSorted((a, b) => a - b)).toEqual([...Array(12).keys()])
  expect(labels.some(({ line }) => line !== null)).toBe(true)
  const discs = Array.from({ length: scene.slots }, (_, slot) => {
    const [x, y] = toScreen(CAMERA, SIZE, scene.positions[slot * 2] ?? 0, scene.positions[slot * 2 + 1] ?? 0)
    return { slot, x, y, radius: 7 }
  })
  for (const label of labels) {
    const others = [...lines, ...labels.flatMap(({ line }) => (line === label.line ? [] : (line ?? [])))]
    expect(others.filter((line) => crosses(line, boxOf(label)))).toEqual([])
    const own = label.line === null ? [] : [label.line]
    expect(own.flatMap((line) => others.filter((other) => meet(line, other)))).toEqual([])
    expect(own.flatMap((line) => discs.filter((disc) => disc.slot !== label.slot && isNear(line, disc)))).toEqual([])
  }
  // The same each time: what rests does not jump.
  expect(placed(scene, given)).toEqual(labels)
})

test('what the pointer is over keeps its name beside it', () => {
  const around: [number, number][] = [
    [22, 0],
    [-22, 0],
    [0, 22],
    [0, -22],
  ]
  const scene = sceneOf([[0, 0], ...around], 7)
  expect(placed(scene).find(({ slot }) => slot === 0)?.line).toMatchObject({ toX: expect.any(Number) as number })
  const [hovered] = placed(scene, { marks: { ...NOBODY, hovered: 0 } })
  expect(hovered).toMatchObject({ slot: 0, line: null })
})

test('lines, boxes and discs meet where they do', () => {
  const box = { left: 10, right: 20, top: 10, bottom: 20 }
  const line = (x: number, y: number, toX: number, toY: number) => ({ x, y, toX, toY })
  expect(
    [line(0, 15, 40, 15), line(15, 0, 15, 40), line(0, 0, 40, 40), line(12, 12, 14, 14)].map((one) =>
      crosses(one, box),
    ),
  ).toEqual([true, true, true, true])
  expect([line(0, 40, 40, 40), line(0, 0, 5, 5), line(30, 0, 30, 40)].map((one) => crosses(one, box))).toEqual([
    false,
    false,
    false,
  ])
  expect(meet(line(0, 0, 10, 10), line(0, 10, 10, 0))).toBe(true)
  expect(meet(line(0, 0, 10, 10), line(20, 0, 20, 10))).toBe(false)
  expect(isNear(line(0, 0, 10, 0), { x: 5, y: 3, radius: 4 })).toBe(true)
  expect(isNear(line(0, 0, 10, 0), { x: 18, y: 0, radius: 4 })).toBe(false)
})

test('the names of rings lie on no peer and on no other name: on the rings, or beside them where it is crowded', () => {
  const guides = [60, 110, 160].map((radius) => ({
    kind: 'ring' as const,
    x: 0,
    y: 0,
    radius,
    label: `${radius}`,
    at: 0,
  }))
  const namesOver = (places: readonly (readonly [number, number])[], size = SIZE) => {
    const scene = sceneOf(places, 9)
    scene.guides = guides
    const names = guideNames({ scene, camera: CAMERA, size, factor: 1 }, () => WIDTH)
    for (const [index, { box }] of names.entries())
      for (const { box: other } of names.slice(index + 1))
        expect([
          box.left >= other.right,
          other.left >= box.right,
          box.top >= other.bottom,
          other.top >= box.bottom,
        ]).toContain(true)
    const covered = names.filter(({ box }) =>
      places.some(([x, y]) => isUnder(box, { x: x + size.width / 2, y: size.height / 2 - y, radius: 10 })),
    )
    return { names, covered: covered.length, aside: names.filter(({ line }) => line !== null).length }
  }
  const free = namesOver([[-290, 0]])
  expect([free.names.length, free.covered, free.aside]).toEqual([3, 0, 0])
  // Peers where names would stand.
  const moved = namesOver(free.names.map(({ x, y }) => [x - SIZE.width / 2, SIZE.height / 2 - y] as const))
  expect([moved.names.length, moved.covered, moved.aside]).toEqual([3, 0, 0])
  const around = [60, 110, 160].flatMap((reach) =>
    Array.from(
      { length: 24 },
      (_, at) => [reach * Math.cos((at * Math.PI) / 12), reach * Math.sin((at * Math.PI) / 12)] as const,
    ),
  )
  const crowded = namesOver(around)
  expect([crowded.names.length, crowded.covered, crowded.aside]).toEqual([3, 0, 2])
})

test('rings that lie close together have all their names beside them, and no line passes through a name', () => {
  const scene = sceneOf(
    [
      [0, 0],
      [0, 18],
      [0, -18],
    ],
    9,
  )
  const namesOf = (apart: number) => {
    scene.guides = [1, 2, 3, 4].map((at) => ({ kind: 'ring', x: 0, y: 0, radius: at * apart, label: `${at}`, at }))
    return guideNames({ scene, camera: CAMERA, size: SIZE, factor: 1 }, () => WIDTH)
  }
  const [close, wide] = [namesOf(18), namesOf(40)]
  expect([close.length, close.filter(({ line }) => line !== null).length]).toEqual([4, 4])
  expect([wide.length, wide.filter(({ line }) => line !== null).length]).toEqual([4, 0])
  const lines = close.flatMap(({ line }) => line ?? [])
  expect(close.flatMap(({ box }) => lines.filter((line) => crosses(line, box)))).toEqual([])
  // At the right; at the left where peers lie under the lines at the right.
  expect(lines.every(({ x, toX }) => toX > x)).toBe(true)
  scene.put(1, 80, 0, false)
  expect(namesOf(18).every(({ line }) => line !== null && line.toX < line.x)).toBe(true)
})

test('among too many peers to keep clear of, the names of rings stand beside them; inside of the rings, on them', () => {
  const many = Array.from({ length: 300 }, (_, at): [number, number] => {
    const [angle, reach] = [at * 2.4, 30 + (at % 120)]
    return [reach * Math.cos(angle), reach * Math.sin(angle)]
  })
  const scene = sceneOf(many, 3)
  scene.guides = [50, 100, 150].map((radius) => ({ kind: 'ring', x: 0, y: 0, radius, label: `${radius}`, at: 0 }))
  const asideAt = (scale: number) =>
    guideNames({ scene, camera: { ...CAMERA, scale }, size: SIZE, factor: 1 }, () => WIDTH).map(
      ({ line }) => line !== null,
    )
  expect(asideAt(1)).toEqual([true, true, true])
  // There is no beside.
  expect(asideAt(1.8)).toContain(false)
  expect(asideAt(1.8)).not.toContain(true)
})

test('a label stands at the right; where something is there, at the left; below, above', () => {
  const lone = placed(sceneOf([[0, 0]], 8))
  expect(lone[0]?.x).toBeGreaterThan(SIZE.width / 2 + 8)
  const blocked = placed(
    sceneOf(
      [
        [0, 0],
        [40, 0],
      ],
      8,
    ),
  )
  expect(blocked.find(({ slot }) => slot === 0)?.x).toBeLessThan(SIZE.width / 2 - 8 - WIDTH)
  // With nodes at both sides there is room below, and above where one is there too.
  const sides: [number, number][] = [
    [0, 0],
    [40, 0],
    [-40, 0],
  ]
  const below = placed(sceneOf(sides, 8)).find(({ slot }) => slot === 0)
  expect(below?.y).toBeGreaterThan(SIZE.height / 2 + 8)
  const above = placed(sceneOf([...sides, [0, -22]], 8)).find(({ slot }) => slot === 0)
  expect(above?.y).toBeLessThan(SIZE.height / 2 - 8)
  const edge = placed(sceneOf([[280, 0]], 8))
  expect(edge[0]?.x).toBeLessThan(SIZE.width - 20 - WIDTH)
})

test('a label keeps farther from other nodes than from its own where it can', () => {
  // Right of the second and left of the first there is just room between the two.
  const apart = WIDTH + 2 * 8 + 12
  const between: [number, number][] = [
    [0, 0],
    [apart, 0],
  ]
  const labels = placed(sceneOf(between, 8))
  const other = (slot: number) => ({ x: SIZE.width / 2 + (slot === 0 ? apart : 0), y: SIZE.height / 2, radius: 8 + 8 })
  expect(labels).toHaveLength(2)
  expect(labels.filter((label) => isUnder(boxOf(label), other(label.slot)))).toEqual([])
})

test('a marked node has its label whatever is in the way', () => {
  const crowd = Array.from({ length: 100 }, (_, n): [number, number] => [
    (n % 10) * 14 - 70,
    Math.floor(n / 10) * 14 - 70,
  ])
  const scene = sceneOf(crowd, 8)
  const marks = { self: 44, selected: 55, hovered: 45, bubble: null, focused: true }
  const labels = placed(scene, { marks })
  expect(labels.slice(0, 3).map(({ slot }) => slot)).toEqual([45, 55, 44])
  const [first, second] = labels.map(boxOf)
  if (first === undefined || second === undefined) throw new Error('there are no labels')
  expect(
    first.left >= second.right ||
      first.right <= second.left ||
      first.top >= second.bottom ||
      first.bottom <= second.top,
  ).toBe(true)
})

test('our own name stands away from us where peers are all around, however many there are', () => {
  const ring = Array.from({ length: 32 }, (_, at): [number, number] => {
    const [angle, reach] = [((at % 16) + 0.5) * (Math.PI / 8), at < 16 ? 26 : 44]
    return [reach * Math.cos(angle), reach * Math.sin(angle)]
  })
  const scene = sceneOf([[0, 0], ...ring], 3)
  const [own] = placed(scene, { marks: { ...NOBODY, self: 0 } })
  if (own === undefined) throw new Error('there is no label')
  const discs = Array.from({ length: scene.slots }, (_, slot) => {
    const [x, y] = toScreen(CAMERA, SIZE, scene.positions[slot * 2] ?? 0, scene.positions[slot * 2 + 1] ?? 0)
    return { x, y, radius: 3 }
  })
  expect(own).toMatchObject({ slot: 0, line: expect.any(Object) as object })
  expect(discs.filter((disc) => isUnder(boxOf(own), disc))).toEqual([])
})

test.each([
  ['sixty peers', [6, 12, 16, 14, 11]],
  ['more than those whose names are all tried', [6, 10, 14, 22, 34]],
])('our own name and those of hubs lie on no peer in crowded rings, but far away: of %s', (_what, rings) => {
  // As rings by round-trip time in a small window: five of them, close together.
  const around = rings.flatMap((count, at) =>
    Array.from({ length: count }, (_, n): [number, number] => {
      const angle = ((n + (at % 2) / 2) / count) * 2 * Math.PI + at
      const reach = 24 + at * 20
      return [reach * Math.cos(angle), reach * Math.sin(angle)]
    }),
  )
  const scene = sceneOf([[0, 0], ...around], 5)
  scene.sizes[0] = 10
  scene.degrees[10] = 30
  scene.sizes[10] = 8
  const labels = placed(scene, { marks: { ...NOBODY, self: 0 } })
  for (const slot of [0, 10]) {
    const label = labels.find((one) => one.slot === slot)
    if (label === undefined) throw new Error('there is no label')
    const covered = Array.from({ length: scene.slots }, (_, other) => other).filter((other) => {
      const [x, y] = toScreen(CAMERA, SIZE, scene.positions[other * 2] ?? 0, scene.positions[other * 2 + 1] ?? 0)
      return other !== slot && isUnder(boxOf(label), { x, y, radius: scene.sizes[other] ?? 0 })
    })
    expect(covered).toEqual([])
  }
})

test('no label lies under the buttons in the corner', () => {
  const scene = sceneOf(
    [
      [190, 100],
      [190, -100],
    ],
    4,
  )
  const buttons = { left: SIZE.width - 42, right: SIZE.width, top: SIZE.height - 192, bottom: SIZE.height }
  const sides = placed(scene, { covered: [buttons] }).map(({ slot, x, y }) => [
    slot,
    x > SIZE.width / 2 + 190,
    y > SIZE.height / 2,
  ])
  expect(sides).toEqual([
    [0, true, false],
    [1, false, true],
  ])
})

test('of many no more than asked for, the heaviest first; dimmed ones have none', () => {
  const scene = sceneOf(
    Array.from({ length: 90 }, (_, at): [number, number] => [(at % 10) * 58 - 260, Math.floor(at / 10) * 32 - 130]),
    4,
  )
  scene.sizes[22] = 12
  scene.sizes[44] = 10
  scene.sizes[66] = 11
  scene.dimmed[66] = 1
  const short = { measure: () => 20 }
  expect(placed(scene, { ...short, most: 2 }).map(({ slot }) => slot)).toEqual([22, 44])
  expect(placed(scene, short).some(({ slot }) => slot === 66)).toBe(false)
})
