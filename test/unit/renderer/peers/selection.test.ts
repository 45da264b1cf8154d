import { expect, test } from 'vitest'
import {
  all,
  coverage,
  extend,
  goTo,
  NOTHING,
  none,
  only,
  prune,
  toggle,
} from '../../../../src/renderer/src/peers/selection.ts'
import type { Selection } from '../../../../src/renderer/src/peers/selection.ts'
import { onKey } from '../../../../src/renderer/src/peers/table-keys.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

const order = [0, 1, 2, 3, 4, 5].map(peerIdAt)
const at = (index: number) => order[index] ?? peerIdAt(index)
const chosen = (selection: Selection) => order.flatMap((peerId, index) => (selection.ids.has(peerId) ? [index] : []))

test('a click goes to a peer and lets the others go; Ctrl adds to the one that is looked at', () => {
  const clicked = only(at(1))
  expect(chosen(clicked)).toEqual([])
  const two = toggle(clicked, at(3), at(1))
  expect(chosen(two)).toEqual([1, 3])
  expect(chosen(toggle(two, at(1), at(1)))).toEqual([3])
  expect(chosen(toggle(clicked, at(3)))).toEqual([3])
  expect(chosen(toggle(clicked, at(1), at(1)))).toEqual([1])
  expect(chosen(only(at(0)))).toEqual([])
})

test('Ctrl and C copy the chosen ids in the order of the table, else the one that the keyboard is on', () => {
  const copy = { key: 'c', shift: false, mod: true }
  expect(onKey(copy, toggle(toggle(NOTHING, at(4)), at(1)), order, 3)).toEqual({ type: 'copy', ids: [at(1), at(4)] })
  expect(onKey(copy, only(at(2)), order, 3)).toEqual({ type: 'copy', ids: [at(2)] })
  expect(onKey(copy, NOTHING, order, 3)).toBeNull()
  expect(onKey({ ...copy, mod: false }, only(at(2)), order, 3)).toBeNull()
})

test('Shift chooses from the anchor, both ways, again and again', () => {
  const down = extend(only(at(2)), order, at(4))
  expect(chosen(down)).toEqual([2, 3, 4])
  const up = extend(down, order, at(0))
  expect(chosen(up)).toEqual([0, 1, 2])
  expect(chosen(extend(toggle(NOTHING, at(5)), order, at(4)))).toEqual([4, 5])
  expect(chosen(extend(goTo(toggle(NOTHING, at(5)), at(0)), order, at(1), true))).toEqual([0, 1, 5])
  expect(chosen(extend(NOTHING, order, at(3)))).toEqual([3])
})

test('an anchor that is filtered away, or a target that is, breaks nothing', () => {
  const shown = order.slice(2)
  expect(chosen(extend(only(at(0)), shown, at(3)))).toEqual([3])
  expect(extend(only(at(2)), shown, at(0))).toEqual(only(at(2)))
})

test('all that are shown, none, and those that are not in the picture any more', () => {
  const everything = all(only(at(1)), order)
  expect(coverage(everything, order)).toBe('all')
  expect(coverage(toggle(everything, at(0)), order)).toBe('some')
  expect(coverage(none(everything), order)).toBe('none')
  expect(coverage(everything, [])).toBe('none')
  expect(none(everything).cursor).toBe(at(1))
  expect(chosen(prune(everything, (peerId) => peerId !== at(2)))).toEqual([0, 1, 3, 4, 5])
  expect(prune(everything, () => true)).toBe(everything)
})

test('keys move, choose spans, toggle, choose all, open and let go', () => {
  const press = (selection: Selection, key: string, held: 'shift' | 'mod' | '' = '') => {
    const action = onKey({ key, shift: held === 'shift', mod: held === 'mod' }, selection, order, 3)
    return action?.type === 'select' ? action.selection : action
  }
  const pressed = (keys: readonly (readonly [string, ('shift' | 'mod')?])[]): Selection => {
    let selection: Selection = NOTHING
    for (const [key, held] of keys) {
      const next = press(selection, key, held)
      if (next !== null && 'cursor' in next) selection = next
    }
    return selection
  }
  expect(pressed([['ArrowDown']]).cursor).toBe(at(0))
  expect(pressed([['End'], ['ArrowDown']]).cursor).toBe(at(5))
  expect(pressed([['PageDown'], ['PageDown'], ['ArrowUp']]).cursor).toBe(at(4))
  expect(pressed([['End'], ['PageUp'], ['PageUp'], ['Home']]).cursor).toBe(at(0))
  expect(chosen(pressed([['Home'], ['ArrowDown', 'shift'], ['ArrowDown', 'shift'], ['ArrowUp', 'shift']]))).toEqual([
    0, 1,
  ])
  expect(chosen(pressed([['Home'], [' '], ['ArrowDown'], ['ArrowDown'], [' ']]))).toEqual([0, 2])
  expect(chosen(pressed([['Home'], [' '], ['End'], [' ', 'shift']]))).toEqual([5])
  expect(chosen(pressed([['a', 'mod']]))).toEqual([0, 1, 2, 3, 4, 5])
  expect(chosen(pressed([['a', 'mod'], ['Escape']]))).toEqual([])
  expect(press(NOTHING, 'Escape')).toEqual({ type: 'close' })
  expect(press(NOTHING, 'Enter')).toBeNull()
  expect(press(only(at(1)), 'Enter')).toEqual({ type: 'open' })
  expect(press(NOTHING, ' ')).toBeNull()
  expect(press(NOTHING, 'x')).toBeNull()
  expect(onKey({ key: 'ArrowDown', shift: false, mod: false }, NOTHING, [], 3)).toBeNull()
})
