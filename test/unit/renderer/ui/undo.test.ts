import { beforeEach, expect, it } from 'vitest'
import { saidStore } from '../../../../src/renderer/src/stores/said-store.ts'
import { tellUndo } from '../../../../src/renderer/src/ui/undo.tsx'

beforeEach(() => saidStore.setState({ said: [] }))

it('what was done last to something is said alone, once, and takes nothing else away', () => {
  const nothing = (): void => undefined
  tellUndo('Watching a.', 'Undo', nothing, 'watch a')
  tellUndo('Watching b.', 'Undo', nothing, 'watch b')
  tellUndo('Filter cleared.', 'Undo', nothing)
  tellUndo('Filter cleared.', 'Undo', nothing)
  tellUndo('Stopped watching a.', 'Undo', nothing, 'watch a')
  const { said } = saidStore.getState()
  expect(said.map(({ key, times }) => [key.replace(/\d+/, 'n'), times])).toEqual([
    ['watch a', 1],
    ['#n', 1],
    ['#n', 1],
    ['watch b', 1],
  ])
})
