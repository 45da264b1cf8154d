import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Places } from '../../../../src/renderer/src/graph/positions.ts'
import { modelOf } from './model-of.ts'

const kept = new Map<string, string>()
beforeEach(() => {
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  })
})
afterEach(() => {
  kept.clear()
  vi.unstubAllGlobals()
})

function save(network: string, places: readonly (readonly [string, number, number, boolean?])[]): void {
  const kept = new Places(network)
  for (const [peerId, x, y, pinned = false] of places) kept.set(peerId, { x, y, pinned })
  kept.save()
}

test('positions come back, rounded, pinned ones as such, for their own network only', () => {
  save('n1', [
    ['p', 1.26, -3.01],
    ['q', 5, 6, true],
  ])
  expect(new Places('n1').of('p')).toEqual({ x: 1.3, y: -3, pinned: false })
  expect(new Places('n1').of('q')).toEqual({ x: 5, y: 6, pinned: true })
  expect(new Places('n2').of('p')).toBeNull()
})

test('peers whose ids differ at the end only are told apart', () => {
  save('n', [
    ['12D3KooWabcdefghijkl', 1, 1],
    ['12D3KooWabcdefghijkm', 2, 2],
  ])
  expect(new Places('n').of('12D3KooWabcdefghijkm')?.x).toBe(2)
})

test('the network used longest ago is forgotten beyond eight', () => {
  for (let index = 0; index < 9; index++) save(`n${index}`, [['p', 0, 0]])
  expect(new Places('n0').of('p')).toBeNull()
  expect(new Places('n1').of('p')).not.toBeNull()
  expect(kept.size).toBe(9)
})

test('at most 12,000 peers are kept, and those not set for the longest time go', () => {
  const places = new Places('n')
  for (let index = 0; index < 12_000; index++) places.set(`p${index}`, { x: index, y: 0, pinned: false })
  places.set('p0', { x: 0, y: 0, pinned: false })
  places.set('late', { x: 1, y: 1, pinned: false })
  expect([places.of('p0'), places.of('p1'), places.of('late')].map((one) => one !== null)).toEqual([true, false, true])
})

test('clusters come back with the peers that they are named after, by slot; those before stay while there are none', () => {
  const model = modelOf(3)
  const places = new Places('n')
  places.keepClusters(model, [
    { slot: 2, x: 1.26, y: 5 },
    { slot: 0, x: -7, y: 0 },
  ])
  places.keepClusters(model, [])
  places.save()
  const other = modelOf(2)
  expect(new Places('n').clustersIn(other)).toEqual([
    { slot: -1, x: 1.3, y: 5 },
    { slot: 0, x: -7, y: 0 },
  ])
  expect(new Places('n2').clustersIn(other)).toEqual([])
})

test('damaged text is taken as none', () => {
  kept.set('peerscope.positions.n', '[["p",1]]')
  expect(new Places('n').of('p')).toBeNull()
  kept.set('peerscope.positions.n', '{')
  expect(new Places('n').of('p')).toBeNull()
})
