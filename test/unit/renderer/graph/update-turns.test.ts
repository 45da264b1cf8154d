import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ModelChange } from '../../../../src/renderer/src/graph/model.ts'
import { UpdateTurns } from '../../../../src/renderer/src/graph/update-turns.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const touched = (index: number) => ({ peers: [peerIdAt(index)], edges: [] })

/** Turns that write down what they do; each thing that is taken in is one peer that came, in slots 1 and `taken`. */
function rig() {
  const log: string[] = []
  let ready = true
  let taken = 1
  const turns: UpdateTurns = new UpdateTurns({
    ready: () => ready,
    take: (what) => {
      log.push(what === null ? 'take all' : `take ${[...what.peers].length}`)
      taken += 1
      return { slots: [1, taken], came: 1, recalled: 0, went: 0, edges: false }
    },
    update: () => void log.push(`update ${said(turns.change())}`),
  })
  const said = (change: ModelChange | null): string =>
    change === null ? 'nothing' : `${change.slots.join()} came ${change.came}`
  turns.change()
  log.splice(0)
  return { log, turns, hide: () => (ready = false), show: () => (ready = true) }
}

test('what comes from the stores is taken in by one task and drawn by the next', () => {
  const { log, turns } = rig()
  turns.add(touched(1))
  turns.soon()
  turns.add(touched(2))
  turns.soon()
  vi.advanceTimersByTime(249)
  expect(log).toEqual([])
  vi.advanceTimersToNextTimer()
  expect(log).toEqual(['take 2'])
  vi.advanceTimersToNextTimer()
  expect(log).toEqual(['take 2', 'update 1,3 came 1'])
  expect(vi.getTimerCount()).toBe(0)
})

test('what comes between the two is drawn with it, and what the user does at once has all', () => {
  const { log, turns } = rig()
  turns.add(touched(1))
  turns.soon()
  vi.advanceTimersToNextTimer()
  turns.add(touched(2))
  vi.advanceTimersToNextTimer()
  expect(log).toEqual(['take 1', 'take 1', 'update 1,3,4 came 2'])
  turns.add(touched(3))
  expect(turns.change()?.came).toBe(1)
  expect(turns.change()).toBeNull()
  turns.soon()
  expect(vi.getTimerCount()).toBe(0)
})

test('where nothing is drawn it stays pending; another model has to take in everything', () => {
  const { log, turns, hide, show } = rig()
  hide()
  turns.add(touched(1))
  turns.soon()
  vi.advanceTimersByTime(250)
  expect(log).toEqual([])
  turns.stop()
  show()
  turns.reset()
  turns.soon()
  vi.runAllTimers()
  expect(log).toEqual(['take all', 'update 1,3 came 1'])
})
