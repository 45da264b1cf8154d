import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { chooseBackbone, hashOf } from '../../../../src/renderer/src/graph/backbone.ts'
import { NO_SLOT } from '../../../../src/renderer/src/graph/renderer.ts'

type Line = readonly [a: number, b: number, kind: number]

function graphOf(slots: number, lines: readonly Line[]) {
  const hashes = Uint32Array.from({ length: slots }, (_, slot) => hashOf(`peer number ${slot}`))
  const edges = Uint32Array.from(lines.flatMap(([a, b]) => [a, b]))
  const kinds = Uint8Array.from(lines, ([, , kind]) => kind)
  return { slots, pairs: lines.length, edges, kinds, hashes, self: -1 }
}

function chosen(slots: number, lines: readonly Line[], self = -1): readonly Line[] {
  const kept = new Uint8Array(lines.length)
  chooseBackbone({ ...graphOf(slots, lines), self }, kept)
  return lines.filter((_, pair) => kept[pair] === 1)
}

/** Everybody joined with everybody, as connections. */
function full(slots: number): Line[] {
  const lines: Line[] = []
  for (let a = 0; a < slots; a++) for (let b = 0; b < a; b++) lines.push([b, a, 1])
  return lines
}

/** How many are in each part that lines join, the largest first. */
function parts(slots: number, lines: readonly Line[]): readonly number[] {
  let groups = Array.from({ length: slots }, (_, slot) => new Set([slot]))
  for (const [a, b] of lines) {
    const joined = groups.filter((group) => group.has(a) || group.has(b))
    groups = [...groups.filter((group) => !joined.includes(group)), new Set(joined.flatMap((group) => [...group]))]
  }
  const sizes = groups.map(({ size }) => size).filter((size) => size > 1)
  return sizes.sort((a, b) => b - a)
}

test('of a full mesh of 24 about three lines a peer are left, and all stay joined', () => {
  const left = chosen(24, full(24))
  expect(left.length).toBeLessThanOrEqual(24 * 1.5 + 4)
  expect(parts(24, left)).toEqual([24])
})

test('whatever is joined stays joined, and nothing else becomes so', () => {
  const line = fc.tuple(
    fc.integer({ min: 0, max: 29 }),
    fc.integer({ min: 0, max: 29 }),
    fc.integer({ min: 0, max: 2 }),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 200 }), (drawn) => {
      const lines = drawn.filter(([a, b]) => a !== b)
      expect(parts(30, chosen(30, lines))).toEqual(parts(30, lines))
    }),
  )
})

test('gossip neighbors come before mere connections, and ours are all kept', () => {
  const lines = full(24).map(([a, b]): Line => [a, b, a === 0 ? 0 : 1])
  expect(chosen(24, lines, 0).filter(([a]) => a === 0)).toHaveLength(23)
  const ring = full(24).map(([a, b]): Line => [a, b, b - a === 1 ? 0 : 1])
  expect(chosen(24, ring).filter(([, , kind]) => kind === 0)).toHaveLength(23)
})

test('a dozen lines are all kept, and the order in which lines came does not matter', () => {
  expect(chosen(5, full(5))).toHaveLength(10)
  const keyOf = ([a, b]: Line): string => `${a} ${b}`
  const lines = full(20)
  expect(chosen(20, lines.toReversed()).map(keyOf).sort()).toEqual(chosen(20, lines).map(keyOf).sort())
})

test('free pairs are left out, and peers without a line are in no part', () => {
  const kept = new Uint8Array(2).fill(1)
  const graph = {
    ...graphOf(4, [
      [0, 1, 0],
      [2, 3, 0],
    ]),
    edges: Uint32Array.from([0, 1, NO_SLOT, NO_SLOT]),
  }
  expect(chooseBackbone(graph, kept)).toBe(1)
  expect([...kept]).toEqual([1, 0])
})
