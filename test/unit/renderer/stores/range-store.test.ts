import { afterEach, expect, test, vi } from 'vitest'
import { createRangeStore } from '../../../../src/renderer/src/stores/range-store.ts'

afterEach(() => vi.unstubAllGlobals())

test('the named range that was chosen last is remembered on this machine', () => {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  })
  const store = createRangeStore()
  expect(store.getState().range).toBe('recent')
  store.setState({ range: 'day' })
  expect(createRangeStore().getState().range).toBe('day')
  store.setState({ range: { from: 5, to: 10 } })
  expect(createRangeStore().getState().range).toBe('day')
  kept.set('peerscope.range', '"for ever"')
  expect(createRangeStore().getState().range).toBe('recent')
})
