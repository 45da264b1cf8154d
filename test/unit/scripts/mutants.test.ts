import { describe, expect, it } from 'vitest'
import { faultsOf } from '../../../scripts/mutants/faults.ts'
import { faultsOfKinds, isOfMosaik, testsInMosaik } from '../../../scripts/mutants/kinds.ts'
import { inStages } from '../../../scripts/mutants/tests-of.ts'
import { faultsOfBaseline, verdictOn } from '../../../scripts/mutants/verdict.ts'
import type { Outcome } from '../../../scripts/mutants/verdict.ts'
import { mutated } from '../../mutants/mutant.ts'
import type { Mutant } from '../../mutants/mutant.ts'

const MUTANT: Mutant = {
  rule: 'CT4',
  name: 'a name',
  file: 'src/main/discovery/catalog/purge.ts',
  find: 'return now > expiryOf(entry, patience)',
  replace: 'return false',
}
const TESTS = [{ file: 'test/unit/discovery/catalog.test.ts', title: 'a test' }]
const RULES = new Map([
  ['CT4', { planned: false, tests: TESTS }],
  ['CT5', { planned: false, tests: [] }],
])

describe('a mutation', () => {
  const file = 'a.ts'

  it('replaces a text that stands there once', () => {
    expect(mutated('let a = 1', { file, find: '1', replace: '2' })).toBe('let a = 2')
  })

  it.each([
    ['missing', 'let b', 'does not contain'],
    ['ambiguous', 'a', 'more than once'],
    ['empty', '', 'does not contain'],
  ])('fails where the text is %s', (_what, find, why) => {
    expect(() => mutated('let a = a0', { file, find, replace: 'c' })).toThrow(why)
  })

  it('fails where it changes nothing', () => {
    expect(() => mutated('let a', { file, find: 'let', replace: 'let' })).toThrow('nothing is changed')
  })
})

describe('what is wrong with mutants', () => {
  it('is nothing where they apply', () => expect(faultsOf([MUTANT], RULES)).toEqual([]))

  it.each<[string, Partial<Mutant>]>([
    ['of a rule that docs/protocol.md does not have', { rule: 'ZZ9' }],
    ['has no test to be caught by', { rule: 'CT5' }],
    ['of a file that does not exist', { file: 'src/none.ts' }],
    ['names tests that do not exist', { tests: ['test/none.test.ts'] }],
    ['does not contain', { find: 'nothing like that' }],
    ['does not apply', { replace: 'return (' }],
  ])('is told: it %s', (why, changes) => {
    expect(faultsOf([{ ...MUTANT, ...changes }], RULES)).toEqual([expect.stringContaining(why)])
  })

  it('is told: two have one name', () => {
    expect(faultsOf([MUTANT, MUTANT], RULES)).toEqual([expect.stringContaining('has the name of another one')])
  })
})

describe('mutants in networks of mosaik', () => {
  const shared: Mutant = { ...MUTANT, tests: ['test/unit/discovery/exchange.test.ts'] }

  it('are those of shared rules in what is no dialect', () => {
    expect(isOfMosaik(MUTANT)).toBe(true)
    expect(isOfMosaik({ ...MUTANT, file: 'src/main/discovery/dialects/peerscope/ping.ts' })).toBe(false)
    expect(isOfMosaik({ ...MUTANT, file: 'src/main/network/signatures.ts' })).toBe(false)
    expect(isOfMosaik({ ...MUTANT, rule: 'SY9' })).toBe(false)
    expect(isOfMosaik({ ...MUTANT, rule: 'MO11' })).toBe(false)
  })

  it('are run with their own tests that run there, or else with those of the rule', () => {
    expect(testsInMosaik({ ...shared, tests: ['test/unit/discovery/room.test.ts'] }, RULES)).toEqual([
      'test/unit/discovery/room.test.ts',
    ])
    expect(testsInMosaik(shared, RULES)).toEqual(['test/unit/discovery/catalog.test.ts'])
  })

  it('are missed where no test of theirs runs there', () => {
    const missed = faultsOfKinds([{ ...shared, rule: 'CT5' }], RULES)
    expect(missed).toContainEqual(expect.stringContaining('has no test in mosaik networks'))
  })
})

describe('tests with a mutant', () => {
  it('are tried quick ones first, and none twice', () => {
    const [quick, slow] = ['test/unit/discovery/core/end.test.ts', 'test/unit/discovery/catalog.test.ts']
    expect(inStages([slow, quick])).toEqual([[quick], [slow]])
    expect(inStages([slow])).toEqual([[slow]])
    expect(inStages([])).toEqual([])
  })
})

describe('the verdict on a run', () => {
  const test = (status: string, failure?: string) => ({
    fullName: 'a test',
    status,
    failureMessages: failure === undefined ? [] : [failure],
  })
  const run = (tests: readonly ReturnType<typeof test>[], changes: Partial<Outcome> = {}): Outcome => ({
    late: false,
    status: tests.some(({ status }) => status === 'failed') ? 1 : 0,
    report: { testResults: [{ name: 'a.test.ts', status: 'passed', message: '', assertionResults: tests }] },
    said: '',
    ...changes,
  })

  it.each<[string, string, Outcome]>([
    ['caught', 'a test fails', run([test('passed'), test('failed', 'AssertionError: expected 1 to be 2')])],
    ['timed out', 'it never ends', run([], { late: true, report: null, status: null })],
    ['survived', 'all tests pass', run([test('passed'), test('skipped')])],
    ['broken', 'no test was run', run([test('skipped')])],
    ['broken', 'the mutant is no program', run([test('failed', 'ReferenceError: x is not defined')])],
    ['broken', 'nothing was reported', run([], { report: null, status: 1, said: 'no such file' })],
    ['broken', 'all tests pass and vitest fails', run([test('passed')], { status: 1 })],
    [
      'broken',
      'a file does not load',
      run([], {
        status: 1,
        report: { testResults: [{ name: 'a', status: 'failed', message: 'no', assertionResults: [] }] },
      }),
    ],
  ])('is %s where %s', (kind, _when, outcome) => {
    expect(verdictOn(outcome).kind).toBe(kind)
  })

  it('says nothing where the tests fail without a mutant', () => {
    expect(faultsOfBaseline(run([test('passed')]))).toEqual([])
    expect(faultsOfBaseline(run([test('failed', 'AssertionError')]))).toHaveLength(1)
    expect(faultsOfBaseline(run([test('passed')], { status: 1, said: 'unhandled' }))).toHaveLength(1)
    expect(faultsOfBaseline(run([], { late: true, report: null }))).toHaveLength(1)
  })
})
