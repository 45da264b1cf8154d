import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { HIDDEN_FIRST } from '../../../../src/renderer/src/graph/look.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'
import { createUiStore } from '../../../../src/renderer/src/stores/ui-store.ts'

const remembered = new Map<string, string>()

beforeEach(() => {
  remembered.clear()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => remembered.get(key) ?? null,
    setItem: (key: string, value: string) => void remembered.set(key, value),
    removeItem: (key: string) => void remembered.delete(key),
  })
})
afterEach(() => void vi.unstubAllGlobals())

const hidden = (): ReadonlySet<string> => new Set(createUiStore().getState().hiddenGroups)

it('marks of the legend are remembered as they were switched', () => {
  expect(hidden()).toEqual(new Set(HIDDEN_FIRST))
  createUiStore().setState({ hiddenGroups: ['purged', 'lost', 'removed', 'displaced', 'neighbor'] })
  expect(hidden()).toEqual(new Set(['purged', 'lost', 'removed', 'displaced', 'neighbor']))
  createUiStore().setState({ hiddenGroups: HIDDEN_FIRST })
  expect(hidden()).toEqual(new Set(HIDDEN_FIRST))
})

it('a group that an earlier version did not know is hidden where it is so at first', () => {
  // What it remembered: whole lists, and later what was switched.
  remembered.set('peerscope.hidden-groups', JSON.stringify(['departed', 'purged', 'removed', 'displaced']))
  expect(hidden()).toContain('lost')
  remembered.set('peerscope.groups-switched', JSON.stringify(['departed', 'neighbor']))
  expect(hidden()).toEqual(new Set(['purged', 'lost', 'removed', 'displaced', 'neighbor']))
})

it('a departure that was clicked is kept while its peer is selected', () => {
  const [one, other] = [peerIdAt(1), peerIdAt(2)]
  const ui = createUiStore()
  ui.setState({ selected: one, departure: { peerId: one, at: 5 } })
  ui.setState({ view: 'timeline' })
  expect(ui.getState().departure).toEqual({ peerId: one, at: 5 })
  for (const selected of [other, null]) {
    ui.setState({ selected: one, departure: { peerId: one, at: 5 } })
    ui.setState({ selected })
    expect(ui.getState().departure).toBeNull()
  }
})
