import { expect, test } from 'vitest'
import { fitting } from '../../../../src/renderer/src/peers/placeholder.ts'

test('in a narrow field the last examples are left out, and none is cut', () => {
  const within = (width: number) => fitting('Filter: fox, tag:role:*, rtt>200ms', (text) => text.length <= width)
  expect([40, 34, 33, 24, 23, 11, 10, 3].map(within)).toEqual([
    'Filter: fox, tag:role:*, rtt>200ms',
    'Filter: fox, tag:role:*, rtt>200ms',
    'Filter: fox, tag:role:*',
    'Filter: fox, tag:role:*',
    'Filter: fox, tag:role:*',
    'Filter: fox',
    'Filter',
    'Filter',
  ])
})
