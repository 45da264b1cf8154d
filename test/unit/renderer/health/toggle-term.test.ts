import { expect, test } from 'vitest'
import { hasTerm, toggled, toggleTerm } from '../../../../src/renderer/src/health/toggle-term.ts'

const SEED = 'tag:role:seed'
const BOTH = '(tag:role:relay OR tag:role=relay)'
const NONE = '-tag:role:* -tag:role=* -tag:role'
const OTHERS = [SEED, BOTH, NONE]

test('a first click sets a value, a second one takes it back', () => {
  for (const term of OTHERS) {
    const set = toggleTerm('', term, OTHERS)
    expect(set).toBe(term)
    expect(hasTerm(set, term)).toBe(true)
    expect(toggleTerm(set, term, OTHERS)).toBe('')
  }
})

test('another value of the same key takes its place', () => {
  expect(toggleTerm(SEED, BOTH, OTHERS)).toBe(BOTH)
  expect(toggleTerm(BOTH, NONE, OTHERS)).toBe(NONE)
  expect(toggleTerm(`rtt>200ms ${SEED}`, BOTH, OTHERS)).toBe(`rtt>200ms ${BOTH}`)
})

test('a filter that would be too long is none', () => {
  const long = `tag:${'x'.repeat(994)}`
  expect(toggled('', long, [])).toBe(long)
  expect(toggled('fox', long, [])).toBeNull()
  expect(toggled('rtt>1s', 'fox', [])).toBe('rtt>1s fox')
  // Another value makes room.
  expect(toggled(long, SEED, [long, SEED])).toBe(SEED)
  expect(toggled('', null, [])).toBeNull()
})

test('what the user wrote stays, and means the same beside it', () => {
  expect(toggleTerm('rtt>200ms', SEED, OTHERS)).toBe(`rtt>200ms ${SEED}`)
  expect(toggleTerm(`rtt>200ms ${SEED}`, SEED, OTHERS)).toBe('rtt>200ms')
  expect(toggleTerm('fox OR otter', SEED, OTHERS)).toBe(`(fox OR otter) ${SEED}`)
  expect(toggleTerm(`(fox OR otter) ${SEED}`, SEED, OTHERS)).toBe('fox OR otter')
  expect(toggleTerm('(fox) OR (otter)', SEED, OTHERS)).toBe(`((fox) OR (otter)) ${SEED}`)
})

test('a term is found only where it stands by itself', () => {
  expect(hasTerm(`${SEED}s`, SEED)).toBe(false)
  expect(hasTerm(`-${SEED}`, SEED)).toBe(false)
  expect(hasTerm(`(fox OR ${SEED})`, SEED)).toBe(false)
  expect(hasTerm(`"a ${SEED} b"`, SEED)).toBe(false)
  expect(hasTerm(`fox ${SEED} rtt>1s`, SEED)).toBe(true)
  expect(hasTerm('fox', '')).toBe(false)
})
