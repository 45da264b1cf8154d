import { expect, it } from 'vitest'
import { closesInspector, leadsBack } from '../../../../src/renderer/src/shell/escape.ts'

it.each([
  ['graph, table, slider: anywhere', { composing: false, overlay: false, text: null }, true],
  ['an empty text field', { composing: false, overlay: false, text: '' }, true],
  ['a text field with content', { composing: false, overlay: false, text: 'tag:a' }, false],
  ['a dialog, a menu or a list that is open', { composing: false, overlay: true, text: null }, false],
  ['what is being composed', { composing: true, overlay: false, text: '' }, false],
])('Escape in %s', (_where, pressed, back) => {
  expect(leadsBack(pressed)).toBe(back)
})

it('closes the inspector where it leads nowhere, but not from a text field', () => {
  const pressed = { composing: false, overlay: false, text: null }
  expect(closesInspector(pressed)).toBe(true)
  expect(closesInspector({ ...pressed, text: '' })).toBe(false)
  expect(closesInspector({ ...pressed, overlay: true })).toBe(false)
})
