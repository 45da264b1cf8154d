import { describe, expect, test } from 'vitest'
import { isBegun, isWhole } from '../../../../src/renderer/src/peers/half-written.ts'

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
  '-',
  'fox -',
])('%j waits', (text) => expect(whole(text)).toBe(false))

test('a word that is changed in the middle of a filter waits too', () => {
  expect(whole('tag:ro rtt>2s', 6)).toBe(false)
  expect(whole('tag:ro  rtt>2s', 7)).toBe(true)
})

describe('a word that is still to be finished by what is offered', () => {
  const offered = [{ text: 'tag:role:validator' }, { text: 'rtt>200ms' }, { text: 'tag:"role:big one"' }]
  const begun = (text: string, caret = text.length): boolean => isBegun(text, caret, offered)

  test.each(['tag:', 'tag:role:', 'fox rtt>', 'rtt>='])('%j has no value yet', (text) => expect(begun(text)).toBe(true))

  test.each(['tag:role:val', '-tag:Role:v', 'fox (rtt>20', 'tag:role:big', 'tag:"role:big o', '-', 'fox -'])(
    '%j is the beginning of one',
    (text) => expect(begun(text)).toBe(true),
  )

  test.each(['', 'fox ', 'tag', 'tag:role:x', 'tag:role:validators', 'rtt>3', 'tag: ', 'tag:role:val '])(
    '%j is not',
    (text) => expect(begun(text)).toBe(false),
  )

  test('is the one at the caret', () => {
    expect([begun('tag: fox', 4), begun('tag:role:val fox', 12), begun('tag:role:val fox')]).toEqual([
      true,
      true,
      false,
    ])
  })

  test('is none where nothing is offered', () => expect(isBegun('tag:', 4, [])).toBe(false))
})
