import { expect, it } from 'vitest'
import { counted } from '../../../src/shared/counted.ts'

it.each([
  [0, '0 peers'],
  [1, '1 peer'],
  [2, '2 peers'],
  [1024, '1,024 peers'],
  ['1', '1 peer'],
  ['1,024', '1,024 peers'],
])('%s before its word', (count, said) => {
  expect(counted(count, 'peer')).toBe(said)
})

it('a word may have its own form for several', () => {
  expect([counted(1, 'entry', 'entries'), counted(2, 'entry', 'entries')]).toEqual(['1 entry', '2 entries'])
})
