/** Which mutants are tried in networks of mosaik too: those of the discovery rules that both kinds of network share. */
import { runsInMosaik } from '../../test/kinds.ts'
import type { Mutant } from '../../test/mutants/mutant.ts'
import {
  MUTANTS_ALL_THE_SAME,
  MUTANTS_WITHOUT_MOSAIK,
  RULES_WITHOUT_MOSAIK,
} from '../../test/mutants/without-mosaik.ts'
import type { Rule } from '../rule-titles.ts'
import { testsOf } from './tests-of.ts'

const SHARED = 'src/main/discovery/'
const DIALECTS = 'src/main/discovery/dialects/'

/** Whether a mutant must be caught in networks of mosaik too. */
export function isOfMosaik({ rule, name, file }: Mutant): boolean {
  if (!file.startsWith(SHARED) || file.startsWith(DIALECTS)) return false
  // What only networks of mosaik have is tested in these alone.
  if (rule.startsWith('MO')) return false
  if (MUTANTS_ALL_THE_SAME.includes(name)) return true
  return !(rule in RULES_WITHOUT_MOSAIK) && !(name in MUTANTS_WITHOUT_MOSAIK)
}

/** The test files that a mutant is run with in networks of mosaik: its own that run there, or else those that name the rule. */
export function testsInMosaik(mutant: Mutant, rules: ReadonlyMap<string, Rule>): readonly string[] {
  const own = testsOf(mutant, rules).filter(runsInMosaik)
  return own.length > 0 ? own : testsOf({ rule: mutant.rule }, rules).filter(runsInMosaik)
}

/** What is wrong with the list of what is not tried there: one line each. */
export function faultsOfKinds(mutants: readonly Mutant[], rules: ReadonlyMap<string, Rule>): readonly string[] {
  return [
    ...Object.keys(RULES_WITHOUT_MOSAIK)
      .filter((rule) => !rules.has(rule))
      .map((rule) => `${rule} is excused in mosaik networks, and docs/protocol.md does not have it`),
    ...Object.keys(MUTANTS_WITHOUT_MOSAIK)
      .filter((name) => !mutants.some((mutant) => mutant.name === name))
      .map((name) => `the mutant '${name}' is excused in mosaik networks, and there is none of this name`),
    ...MUTANTS_ALL_THE_SAME.filter(
      (name) => !mutants.some((mutant) => mutant.name === name && mutant.rule in RULES_WITHOUT_MOSAIK),
    ).map(
      (name) =>
        `the mutant '${name}' is tried in mosaik networks all the same, and no excused rule has one of this name`,
    ),
    ...mutants
      .filter((mutant) => isOfMosaik(mutant) && testsInMosaik(mutant, rules).length === 0)
      .map(({ rule, name }) => `the mutant '${name}' (${rule}) has no test in mosaik networks`),
  ]
}
