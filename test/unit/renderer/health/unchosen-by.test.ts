import { expect, test } from 'vitest'
import { isBy, unchosenBy } from '../../../../src/renderer/src/health/unchosen-by.ts'

const keys = (...given: string[]) => ({ keys: given.map((key, index) => ({ key, peers: 9 - index })) })

test('who they are is told by the most common key, which stays while peers have it', () => {
  expect(unchosenBy(null, keys())).toBe('protocol')
  expect(unchosenBy(null, keys('role', 'client'))).toBe('tag:role')
  expect(unchosenBy('tag:role', keys('client', 'role'))).toBe('tag:role')
  expect(unchosenBy('tag:role', keys('client'))).toBe('tag:client')
  // The version stands in only until there are tags.
  expect(unchosenBy('protocol', keys('client'))).toBe('tag:client')
  expect(unchosenBy(null, keys('k'.repeat(77), 'client'))).toBe('tag:client')
})

test('what a link or the memory of this machine says is one of these, or nothing', () => {
  expect(['protocol', 'source', 'tag:role', 'tag:', 'rtt', '', `tag:${'k'.repeat(77)}`, 7].map(isBy)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ])
})
