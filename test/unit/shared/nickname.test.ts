import { expect, test } from 'vitest'
import { nickname, nicknameHue } from '../../../src/shared/nickname.ts'
import { ADJECTIVES, NOUNS } from '../../../src/shared/nickname-words.ts'
import { peerIdAt } from '../../support/renderer/fake-network.ts'

test('both word lists hold 128 different words', () => {
  expect(new Set(ADJECTIVES).size).toBe(128)
  expect(ADJECTIVES).toHaveLength(128)
  expect(new Set(NOUNS).size).toBe(128)
  expect(NOUNS).toHaveLength(128)
})

test('a nickname stays what it was in earlier versions', () => {
  expect(nickname('12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN')).toBe('quick salmon')
})

test('nicknames of many peers spread over the lists', () => {
  const names = new Set(Array.from({ length: 1000 }, (_, index) => nickname(peerIdAt(index))))
  expect(names.size).toBeGreaterThan(950)
  const hues = new Set(Array.from({ length: 200 }, (_, index) => nicknameHue(peerIdAt(index))))
  expect(hues.size).toBe(12)
})
