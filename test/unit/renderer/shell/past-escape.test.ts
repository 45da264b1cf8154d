import { expect, it } from 'vitest'
import { leadsBack } from '../../../../src/renderer/src/shell/past-escape.ts'

it.each([
  ['graph, table, slider: anywhere', { composing: false, overlay: false, text: null }, true],
  ['an empty text field', { composing: false, overlay: false, text: '' }, true],
  ['a text field with content', { composing: false, overlay: false, text: 'tag:a' }, false],
  ['a dialog, a menu or a list that is open', { composing: false, overlay: true, text: null }, false],
  ['what is being composed', { composing: true, overlay: false, text: '' }, false],
])('Escape in %s', (_where, pressed, back) => {
  expect(leadsBack(pressed)).toBe(back)
})
