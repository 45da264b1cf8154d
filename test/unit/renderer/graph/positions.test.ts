import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { recallPositions, rememberPositions } from '../../../../src/renderer/src/graph/positions.ts'

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

test('positions come back, rounded, for their own network only', () => {
  rememberPositions('n1', new Map([['p', [1.26, -3.01]]]))
  expect(recallPositions('n1')).toEqual(new Map([['p', [1.3, -3]]]))
  expect(recallPositions('n2').size).toBe(0)
})

test('the network used longest ago is forgotten beyond eight', () => {
  for (let index = 0; index < 9; index++) rememberPositions(`n${index}`, new Map([['p', [0, 0]]]))
  expect(recallPositions('n0').size).toBe(0)
  expect(recallPositions('n1').size).toBe(1)
  expect(kept.size).toBe(9)
})

test('at most 3,000 peers are kept, and damaged text is taken as none', () => {
  rememberPositions('n', new Map(Array.from({ length: 4000 }, (_, index) => [`p${index}`, [index, 0]])))
  expect(recallPositions('n').size).toBe(3000)
  kept.set('peerscope.positions.n', '[["p",1]]')
  expect(recallPositions('n').size).toBe(0)
  kept.set('peerscope.positions.n', '{')
  expect(recallPositions('n').size).toBe(0)
})
