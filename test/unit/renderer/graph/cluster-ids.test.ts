import { describe, expect, test } from 'vitest'
import { ClusterIds } from '../../../../src/renderer/src/graph/cluster-ids.ts'
import { Folding } from '../../../../src/renderer/src/graph/folding.ts'
import type { FoldInput, Remembered } from '../../../../src/renderer/src/graph/folding.ts'
import { spotsOf } from '../../../../src/renderer/src/graph/spots.ts'
import { modelOf } from './model-of.ts'

/** Ten peers, those in slots 0 and 5 with the most lines. */
function ten() {
  return {
    slots: 10,
    live: new Uint8Array(10).fill(1),
    hashes: Uint32Array.from({ length: 10 }, (_, slot) => 100 - slot),
    degrees: Uint32Array.from([9, 1, 2, 1, 1, 8, 1, 2, 1, 1]),
    generations: new Uint32Array(10).fill(1),
  }
}
const HALVES = Int32Array.from([0, 0, 0, 0, 0, 1, 1, 1, 1, 1])

describe('a cluster', () => {
  test('keeps its name while most of its peers stay and the one it is named after is in it', () => {
    const [ids, scene] = [new ClusterIds(), ten()]
    const [a, b] = ids.update(scene, HALVES, 2)
    expect([a?.hub, b?.hub]).toEqual([0, 5])
    // Another peer has more lines by now, and the clusters come in another order.
    scene.degrees[2] = 50
    const swapped = HALVES.map((at) => 1 - at)
    expect(ids.update(scene, swapped, 2)).toMatchObject([
      { id: b?.id, hub: 5 },
      { id: a?.id, hub: 0 },
    ])
    // Two of five go to the other one.
    const moved = Int32Array.from([1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    expect(ids.update(scene, moved, 2)).toMatchObject([
      { id: b?.id, hub: 5 },
      { id: a?.id, hub: 0 },
    ])
  })

  test('is named after another one once that left it or is another peer, and stays the same one', () => {
    const [ids, scene] = [new ClusterIds(), ten()]
    const [a] = ids.update(scene, HALVES, 2)
    const without = Int32Array.from([1, 0, 0, 0, 0, 1, 1, 1, 1, 1])
    expect(ids.update(scene, without, 2)[0]).toMatchObject({ id: a?.id, hub: 2 })
    // The slot has another peer, which has many lines too.
    scene.generations[2] = 2
    scene.degrees[2] = 0
    scene.degrees[3] = 1
    // Of as many lines: the least hash.
    expect(ids.update(scene, without, 2)[0]).toMatchObject({ id: a?.id, hub: 4 })
  })

  test('is a new one where its peers were together with others', () => {
    const [ids, scene] = [new ClusterIds(), ten()]
    const before = ids.update(scene, HALVES, 2).map(({ id }) => id)
    const crossed = Int32Array.from([0, 0, 1, 1, 2, 2, 1, 1, 0, 2])
    const after = ids.update(scene, crossed, 3).map(({ id }) => id)
    expect(after.filter((id) => before.includes(id))).toEqual([])
    expect(new Set(after).size).toBe(3)
  })
})

/** Eight heaps of 70 peers; the first of each heap has the most lines. */
function heaps() {
  const model = modelOf(560)
  for (let slot = 0; slot < 560; slot++) {
    const heap = slot % 8
    model.put(slot, (heap % 4) * 1000 + (slot % 11) * 10, Math.floor(heap / 4) * 1000 + (slot % 13) * 10, false)
    model.degrees[slot] = slot < 8 ? 20 : 1
  }
  return model
}

/** Each heap is a cluster. */
const EIGHT = Int32Array.from({ length: 560 }, (_, slot) => slot % 8)
const FORCE = { kind: 'force', of: new Int32Array(0), names: [], counts: [], ours: -1 } as const
const FAR = { scale: 0.01, fit: 0.01, selected: -1 }

function inputOf(model: FoldInput['scene'], given: Partial<FoldInput> = {}): FoldInput {
  const around = (label: string) => `around ${label}`
  return {
    scene: model,
    arrangement: FORCE,
    self: -1,
    around,
    spots: null,
    settled: true,
    remembered: () => [],
    ...given,
  }
}

test('clusters that are found again stay where their peers go, and keep keys and names', () => {
  const model = heaps()
  const folding = new Folding()
  folding.update(inputOf(model, { spots: { of: EIGHT, count: 8 } }), true)
  const before = folding.look(FAR)
  expect(before.names.toSorted()).toEqual(
    model.labels
      .slice(0, 8)
      .map((label) => `around ${label}`)
      .toSorted(),
  )
  // All turns by a quarter, and one heap is twice as wide.
  const turned = (slot: number): [number, number] => {
    const [x, y] = [model.positions[slot * 2] ?? 0, model.positions[slot * 2 + 1] ?? 0]
    return [-y, slot % 8 === 0 ? x * 2 : x]
  }
  for (let slot = 0; slot < 560; slot++) model.put(slot, ...turned(slot), false)
  model.degrees[9] = 99
  folding.update(inputOf(model, { spots: spotsOf(model, before.of) }), true)
  const after = folding.look(FAR)
  expect(after.names).toEqual(before.names)
  expect(after.closed.map((bubble) => bubble?.key)).toEqual(before.closed.map((bubble) => bubble?.key))
})

test('clusters stay while they are about as good as others; else others are found', () => {
  const model = heaps()
  const { of, count } = spotsOf(model)
  expect(count).toBe(7)
  expect(spotsOf(model, EIGHT)).toEqual({ of: EIGHT, count: 8 })
  // Three are too few.
  expect(
    spotsOf(
      model,
      EIGHT.map((at) => at % 3),
    ),
  ).toEqual({ of, count })
})

test('the same places give the same clusters in any order of the slots', () => {
  const [model, other] = [heaps(), heaps()]
  for (let slot = 0; slot < 560; slot++) {
    const from = 559 - slot
    other.put(slot, model.positions[from * 2] ?? 0, model.positions[from * 2 + 1] ?? 0, false)
    other.hashes[slot] = model.hashes[from] ?? 0
  }
  const [one, turned] = [spotsOf(model), spotsOf(other)]
  expect(turned.of.toReversed()).toEqual(one.of)
})

test('a network that is shown again has the clusters and names that it had, unless its peers lie otherwise', () => {
  const model = heaps()
  const before = new Folding()
  before.update(inputOf(model), true)
  const kept: readonly Remembered[] = before.toRemember
  // By now others have the most lines.
  for (let slot = 8; slot < 16; slot++) model.degrees[slot] = 99
  const again = new Folding()
  again.update(inputOf(model, { remembered: () => kept }), true)
  expect(again.look(FAR).names).toEqual(before.look(FAR).names)
  expect(again.look(FAR).of).toEqual(before.look(FAR).of)
  const elsewhere = kept.map(({ slot }, at) => ({ slot, x: kept[(at + 3) % kept.length]?.x ?? 0, y: 9000 + at }))
  const other = new Folding()
  other.update(inputOf(model, { remembered: () => elsewhere }), true)
  const fresh = new Folding()
  fresh.update(inputOf(model), true)
  expect(other.look(FAR)).toEqual(fresh.look(FAR))
})

test('who came belongs to the nearest cluster, also in a slot that another one had', () => {
  const model = heaps()
  const folding = new Folding()
  folding.update(inputOf(model), true)
  const first = folding.look(FAR).of
  model.generations[15] = 9
  model.put(15, model.positions[8 * 2] ?? 0, model.positions[8 * 2 + 1] ?? 0, false)
  folding.update(inputOf(model), false)
  expect([folding.look(FAR).of[15], first[15]]).toEqual([first[8], first[7]])
})

test('clusters have no name until the layout rests, and keep it while it moves again', () => {
  const model = heaps()
  const folding = new Folding()
  const spots = { of: EIGHT, count: 8 }
  folding.update(inputOf(model, { spots, settled: false }), true)
  expect(new Set(folding.look(FAR).names)).toEqual(new Set(['']))
  folding.update(inputOf(model, { spots }), true)
  const { names } = folding.look(FAR)
  expect(new Set(names).size).toBe(8)
  // The peer that the fourth is named after passes through the fifth; the eighth becomes a part of the seventh, the sixth two.
  const passing = EIGHT.map((at, slot) => (slot === 3 ? 4 : at === 7 ? 6 : at))
  const halved = passing.map((at, slot) => (at === 5 && slot % 16 === 5 ? 7 : at))
  folding.update(inputOf(model, { spots: { of: halved, count: 8 }, settled: false }), true)
  const underway = folding.look(FAR).names
  expect(underway.slice(0, 5)).toEqual(names.slice(0, 5))
  // Halves of a cluster are others, which have no name before the layout rests.
  expect([underway[5], underway[7]]).toEqual(['', ''])
  folding.update(inputOf(model, { spots: { of: halved, count: 8 } }), true)
  const settled = folding.look(FAR).names
  expect(settled).not.toContain('')
  expect(settled[3]).not.toBe(names[3])
})
