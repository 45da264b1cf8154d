import type { Mutant } from '../../test/mutants/mutant.ts'
import type { Rule } from '../rule-titles.ts'

/** Suites that are run where a mutant names no tests: quick ones, in which the sources are loaded by vitest. */
const SUITES = ['test/unit/', 'test/contract/']

/** The test files that a mutant is run with. */
export function testsOf(
  { rule, tests }: Pick<Mutant, 'rule' | 'tests'>,
  rules: ReadonlyMap<string, Rule>,
): readonly string[] {
  if (tests !== undefined) return tests
  const files = rules.get(rule)?.tests.map(({ file }) => file) ?? []
  return [...new Set(files.filter((file) => SUITES.some((suite) => file.startsWith(suite))))]
}

/** Tests that take a moment, since they drive the core by itself. */
const QUICK = 'test/unit/discovery/core/'

/** The test files in groups, in the order in which they are tried: quick ones first. No group is empty. */
export function inStages(files: readonly string[]): readonly (readonly string[])[] {
  const quick = files.filter((file) => file.startsWith(QUICK))
  const others = files.filter((file) => !file.startsWith(QUICK))
  return [quick, others].filter((stage) => stage.length > 0)
}
