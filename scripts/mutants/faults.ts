/** What is wrong with mutants before any test is run: found within a moment, so that the rule check can do it. */
import { existsSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import type { Mutant } from '../../test/mutants/mutant.ts'
import { mutated } from '../../test/mutants/mutant.ts'
import type { Rule } from '../rule-titles.ts'
import { testsOf } from './tests-of.ts'

/** One line for each fault. A mutant that does not apply, or is not even a program, would prove nothing. */
export function faultsOf(mutants: readonly Mutant[], rules: ReadonlyMap<string, Rule>): readonly string[] {
  const names = new Set<string>()
  return mutants.flatMap((mutant) => {
    const { rule, name, file, tests = [] } = mutant
    const fault = (what: string): string[] => [`the mutant '${name}' (${rule}) ${what}`]
    if (names.has(name)) return fault('has the name of another one')
    names.add(name)
    if (!rules.has(rule)) return fault('is of a rule that docs/protocol.md does not have')
    if (!existsSync(file)) return fault(`is of a file that does not exist: ${file}`)
    const gone = tests.filter((test) => !existsSync(test))
    if (gone.length > 0) return fault(`names tests that do not exist: ${gone.join(' ')}`)
    if (testsOf(mutant, rules).length === 0) return fault('has no test to be caught by')
    try {
      const source = mutated(readFileSync(file, 'utf8'), mutant)
      if (file.endsWith('.ts')) stripTypeScriptTypes(source)
      return []
    } catch (error) {
      return fault(`does not apply: ${error instanceof Error ? error.message : String(error)}`)
    }
  })
}
