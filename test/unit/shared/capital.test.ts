import { expect, it } from 'vitest'
import { capital } from '../../../src/shared/capital.ts'
import { nickname } from '../../../src/shared/nickname.ts'

const peerId = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN'
const hex = '4eda'.repeat(16)

it.each([
  ['the network is split', 'The network is split'],
  ['able people answer', 'Able people answer'],
  ['', ''],
  [`${hex.slice(0, 63)} is short`, `${hex.slice(0, 63)} is short`],
])('"%s" begins with a capital', (text, expected) => {
  expect(capital(text)).toBe(expected)
})

it.each([`${nickname(peerId)} left`, `${nickname(peerId)} (3 s before) and another`, `${hex} left`, `${peerId} left`])(
  'names and ids are never changed: %s',
  (text) => {
    expect(capital(text)).toBe(text)
  },
)
