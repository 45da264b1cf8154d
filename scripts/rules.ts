/**
 * The rule check: every rule of docs/protocol.md that is built must be named in the title of a test and have a mutant that
 * breaks it (test/mutants), every rule that a test or mutant names must be listed, and every mutant must apply to the
 * source. Whether the tests notice the mutants is what `npm run mutants` finds out. Prints the table; exits with 1 when
 * something is missing.
 */
import { MUTANTS, WITHOUT } from '../test/mutants/all.ts'
import { faultsOf } from './mutants/faults.ts'
import { faultsOfKinds } from './mutants/kinds.ts'
import { readRules } from './rule-titles.ts'

const { rules, unknown } = await readRules()
const count = (id: string): number => MUTANTS.filter(({ rule }) => rule === id).length
const excused = (id: string): boolean => id in WITHOUT
const missing: string[] = []
for (const [id, { planned, tests }] of rules) {
  const mutants = count(id) > 0 ? `${count(id)} mutants` : id in WITHOUT ? 'without' : 'none'
  console.log(`${id.padEnd(5)} ${planned ? 'planned' : `${`${tests.length} tests`.padEnd(9)} ${mutants}`}`)
  if (process.argv.includes('--titles')) for (const { file, title } of tests) console.log(`        ${file}: ${title}`)
  if (!planned && tests.length === 0) missing.push(`a rule without a test: ${id}`)
  if (!planned && count(id) === 0 && !excused(id)) missing.push(`a rule without a mutant: ${id}`)
  if (count(id) > 0 && excused(id)) missing.push(`a rule that has mutants, and an excuse for having none: ${id}`)
}
const excuses = Object.keys(WITHOUT).filter((id) => !rules.has(id))
const faults = [
  ...missing,
  ...unknown.map((test) => `a test names a rule that docs/protocol.md does not have: ${test}`),
  ...excuses.map((id) => `an excuse names a rule that docs/protocol.md does not have: ${id}`),
  ...faultsOf(MUTANTS, rules),
  ...faultsOfKinds(MUTANTS, rules),
]
for (const fault of faults) console.error(fault)
process.exitCode = faults.length === 0 ? 0 : 1
