import { expect, test } from 'vitest'
import { isWhole, lacksValue } from '../../../../src/renderer/src/peers/half-written.ts'

const whole = (text: string, caret = text.length): boolean => isWhole(text, caret)

test.each([
  '',
  ' ',
  'fox ',
  'tag:role:seed ',
  'state:here',
  '-state:Left',
  '(state:here OR rtt>2s)',
  'name:"calm otter"',
  'kind:silent',
])('%j acts at once', (text) => expect(whole(text)).toBe(true))

test.each([
  't',
  'tag:',
  'tag:role:',
  'tag:role:se',
  'state:',
  'state:her',
  'rtt>2',
  'kind:sync',
  'name:"calm',
  'fox OR ',
  'fox (',
  'role:x ',
])('%j waits', (text) => expect(whole(text)).toBe(false))

test('a word that is changed in the middle of a filter waits too', () => {
  expect(whole('tag:ro rtt>2s', 6)).toBe(false)
  expect(whole('tag:ro  rtt>2s', 7)).toBe(true)
})

test('a value is missing after a sign, wherever the caret is', () => {
  expect(['tag:', 'tag:role:', 'fox rtt>', 'rtt>='].map((text) => lacksValue(text, text.length))).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect(['', 'tag', 'tag:role:s', 'tag: '].map((text) => lacksValue(text, text.length))).toEqual([
    false,
    false,
    false,
    false,
  ])
  expect(lacksValue('tag: fox', 4)).toBe(true)
})
