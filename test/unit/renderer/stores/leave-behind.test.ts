import { expect, test } from 'vitest'
import { createEventStore } from '../../../../src/renderer/src/stores/event-store.ts'
import { leaveBehind } from '../../../../src/renderer/src/stores/leave-behind.ts'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import { createRangeStore } from '../../../../src/renderer/src/stores/range-store.ts'
import { createUiStore } from '../../../../src/renderer/src/stores/ui-store.ts'
import type { NetworkStatus } from '../../../../src/shared/contract.ts'
import { createFakeApi } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot, fakeStatus, peerIdAt } from '../../../support/renderer/fake-network.ts'

const SPAN = { from: 1000, to: 2000 }

/** The stores of a window, in which a span and a peer are chosen while it shows a status. */
function rig(first: NetworkStatus) {
  const peers = createPeerStore()
  const tell = (status: NetworkStatus): void => peers.apply({ ...fakeSnapshot(3, 0), status }) as unknown as void
  tell(first)
  const { client } = createFakeApi(() => fakeSnapshot(3, 0))
  const [events, range, ui] = [createEventStore(client), createRangeStore(), createUiStore()]
  leaveBehind(peers, { events, range, ui })
  events.setFilter({ ...events.getState().filter, ...SPAN, text: 'fox', peerId: peerIdAt(1) })
  range.setState({ range: SPAN })
  ui.setState({ selected: peerIdAt(1) })
  const chosen = () => {
    const { from, to, peerId, text } = events.getState().filter
    return { from, to, peerId, text, range: range.getState().range, selected: ui.getState().selected }
  }
  return { tell, chosen, ui }
}

const NONE: NetworkStatus = { state: 'none' }
const HERE = fakeStatus(3, 0)
const ELSEWHERE = { ...HERE, network: { ...HERE.network, id: 'cd'.repeat(32) as typeof HERE.network.id } }
const KEPT = { ...SPAN, peerId: peerIdAt(1), text: 'fox', range: SPAN, selected: peerIdAt(1) }

test('span, range and peer of one network are not those of the next; the filter stays', () => {
  const { tell, chosen } = rig(HERE)
  tell(NONE)
  tell(ELSEWHERE)
  expect(chosen()).toEqual({ from: null, to: null, peerId: null, text: 'fox', range: 'recent', selected: null })
})

test('a filter that names peers of one network is not asked of the next', () => {
  const { tell, ui } = rig(HERE)
  ui.setState({ filter: 'tag:fox' })
  tell(ELSEWHERE)
  expect(ui.getState().filter).toBe('tag:fox')
  ui.setState({ filter: `id:*${peerIdAt(1).slice(-10)}` })
  tell(HERE)
  expect(ui.getState().filter).toBe('')
})

test('a network that is joined again finds them as they were', () => {
  const { tell, chosen } = rig(HERE)
  tell(NONE)
  tell(HERE)
  expect(chosen()).toEqual(KEPT)
})

test('what the window was opened with is of the first network', () => {
  const { tell, chosen } = rig(NONE)
  tell(HERE)
  expect(chosen()).toEqual(KEPT)
})
