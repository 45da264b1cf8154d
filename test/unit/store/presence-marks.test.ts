import { expect, it } from 'vitest'
import type { PeerId } from '../../../src/shared/ids.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, NETWORK, START } from './data-folder.ts'

it.each([
  [null, [false, false]],
  [(peerId: PeerId) => peerId === idOf('b'), [false, true]],
])('departures of some peers are marked, of nobody where none are asked for (%o)', (marks, expected) => {
  using data = new DataFolder()
  const store = data.open()
  for (const [index, name] of ['a', 'b'].entries()) {
    store.sessionStarted(NETWORK, idOf(name), START, { startedAt: 1, updatedAt: 1 }, 'gossip')
    store.sessionEnded(NETWORK, idOf(name), START + 1000 + index, 'graceful')
  }
  const marked: boolean[] = []
  const steps = store.presenceSteps({ networkKey: NETWORK, from: START, to: START + 9000, marks }, () => ({
    began: () => undefined,
    ended: (_at, _reason, mark) => void marked.push(mark),
    result: () => marked,
  }))
  while (steps.next().done !== true);
  expect(marked).toEqual(expected)
})
