/**
 * `npm run mutants`: breaks the rules of docs/protocol.md one by one, in the ways of test/mutants, and runs the tests that
 * name the rule. Exits with 1 when a mutant survives, cannot be tried, or the tests fail without any. The working tree stays
 * as it is.
 */
import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import { isNetworkKind, KIND_NAMES, NETWORK_KINDS } from '../src/shared/network-kind.ts'
import type { NetworkKind } from '../src/shared/network-kind.ts'
import { MUTANTS, WITHOUT } from '../test/mutants/all.ts'
import type { Mutant } from '../test/mutants/mutant.ts'
import { KNOWN_SURVIVOR } from '../test/mutants/mutant.ts'
import { faultsOf } from './mutants/faults.ts'
import { faultsOfKinds, isOfMosaik, testsInMosaik } from './mutants/kinds.ts'
import { inStages, testsOf } from './mutants/tests-of.ts'
import type { Verdict } from './mutants/verdict.ts'
import { faultsOfBaseline, verdictOn } from './mutants/verdict.ts'
import { endAll, runVitest } from './mutants/vitest.ts'
import { readRules } from './rule-titles.ts'

const HELP = `npm run mutants -- [--only RULE[,RULE…]] [--name TEXT] [--kind KIND] [--sample] [--tested] [--list]
                          [--jobs N]

  --only    mutants of these rules
  --name    mutants whose name contains this, such as 'known survivor'
  --kind    in networks of this kind only, peerscope or mosaik; unless given in both, where the rule is shared
  --sample  the fixed sample that npm test runs
  --tested  the tests are known to pass without a mutant, and are not run first
  --list    only list them
  --jobs    mutants tried at once, 2 unless given`

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    name: { type: 'string' },
    kind: { type: 'string' },
    sample: { type: 'boolean', default: false },
    tested: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '2' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit()
}

if (values.kind !== undefined && !isNetworkKind(values.kind)) {
  console.error(`no such kind of network: ${values.kind}; there are ${NETWORK_KINDS.join(', ')}`)
  process.exit(2)
}
/** The sample takes a moment, and what it is for one kind shows. */
const both = values.sample ? (['peerscope'] as const) : NETWORK_KINDS
const kinds: readonly NetworkKind[] = values.kind === undefined ? both : [values.kind]

const { rules } = await readRules()
const only = values.only?.split(',')
const chosen = MUTANTS.filter((mutant) => kinds.includes('peerscope') || isOfMosaik(mutant)).filter(
  ({ rule, name, sample }) =>
    (only === undefined || only.includes(rule)) &&
    (values.name === undefined || name.includes(values.name)) &&
    (!values.sample || sample === true),
)
const faults = [...faultsOf(chosen, rules), ...(kinds.includes('mosaik') ? faultsOfKinds(MUTANTS, rules) : [])]
if (faults.length > 0 || chosen.length === 0) {
  for (const fault of faults) console.error(fault)
  if (chosen.length === 0) console.error('no such mutant')
  process.exit(1)
}
if (values.list) {
  for (const { rule, name, file } of chosen) console.log(`${rule.padEnd(5)} ${name} (${file})`)
  process.exit()
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    endAll()
    process.exit(130)
  })
}

const from = performance.now()
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`
const jobs = Math.max(1, Number(values.jobs) || 1)

for (const kind of values.tested ? [] : kinds) {
  const began = performance.now()
  const tried = kind === 'mosaik' ? chosen.filter((mutant) => isOfMosaik(mutant)) : chosen
  if (tried.length === 0) continue
  const testsHere = kind === 'mosaik' ? testsInMosaik : testsOf
  const files = [...new Set(tried.flatMap((mutant) => testsHere(mutant, rules)))]
  const named = [...new Set(tried.map(({ rule }) => rule))]
  const red = faultsOfBaseline(await runVitest({ files, rules: named, kind, mutation: null, workers: jobs }))
  if (red.length > 0) {
    for (const fault of red) console.error(fault)
    process.exit(1)
  }
  console.log(`the tests as they are pass in ${KIND_NAMES[kind]} networks (${files.length} files, ${seconds(began)})`)
}

/** Once some tests notice it, the others need not be run. */
async function verdictIn(kind: NetworkKind, mutant: Mutant, tests: readonly string[]): Promise<Verdict> {
  let verdict: Verdict = { kind: 'broken', by: 'no test names the rule' }
  for (const stage of inStages(tests)) {
    const next = verdictOn(await runVitest({ files: stage, rules: [mutant.rule], kind, mutation: mutant, workers: 1 }))
    // A file of which nothing runs says nothing against what another one said.
    if (next.kind !== 'broken' || verdict.kind === 'broken') verdict = next
    if (next.kind === 'caught' || next.kind === 'timed out') break
  }
  return verdict
}

async function verdictOf(mutant: Mutant): Promise<Verdict> {
  if (!kinds.includes('peerscope')) return await verdictIn('mosaik', mutant, testsInMosaik(mutant, rules))
  const caught = await verdictIn('peerscope', mutant, testsOf(mutant, rules))
  if (caught.kind !== 'caught' || !kinds.includes('mosaik') || !isOfMosaik(mutant)) return caught
  const verdict = await inMosaik(mutant, caught)
  return verdict.kind === 'caught'
    ? caught
    : { ...verdict, by: `in mosaik networks ${verdict.by}; else by: ${caught.by}` }
}

/** The test that caught it in the other kind of network comes first. */
async function inMosaik(mutant: Mutant, caught: Verdict): Promise<Verdict> {
  const tests = testsInMosaik(mutant, rules)
  const file = relative(process.cwd(), caught.file ?? '')
  if (tests.includes(file)) {
    const run = { files: [file], rules: [], test: caught.by, kind: 'mosaik', mutation: mutant, workers: 1 } as const
    const verdict = verdictOn(await runVitest(run))
    if (verdict.kind === 'caught' || verdict.kind === 'timed out') return verdict
  }
  return await verdictIn('mosaik', mutant, tests)
}

const verdicts = new Map<Mutant, Verdict>()
const waiting = [...chosen]
await Promise.all(
  Array.from({ length: jobs }, async () => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const began = performance.now()
      const verdict = await verdictOf(mutant)
      verdicts.set(mutant, verdict)
      const done = `${verdicts.size}/${chosen.length}`.padStart(9)
      console.log(`${done} ${verdict.kind.padEnd(9)} ${mutant.rule.padEnd(5)} ${mutant.name} (${seconds(began)})`)
    }
  }),
)

console.log('')
const count = (mutants: readonly Mutant[], kind: Verdict['kind']): number =>
  mutants.filter((mutant) => verdicts.get(mutant)?.kind === kind).length
for (const id of rules.keys()) {
  const mutants = chosen.filter(({ rule }) => rule === id)
  const why = WITHOUT[id]
  if (mutants.length > 0) console.log(`${id.padEnd(5)} ${count(mutants, 'caught')} of ${mutants.length} caught`)
  else if (why !== undefined && chosen.length === MUTANTS.length) console.log(`${id.padEnd(5)} none: ${why}`)
}
// Those that all tests missed once: they are what this is for.
const known = chosen.filter(({ name }) => name.startsWith(KNOWN_SURVIVOR))
if (known.length > 0) console.log('\nonce survived all tests:')
for (const mutant of known)
  console.log(
    `${(verdicts.get(mutant)?.kind ?? '').padEnd(8)} ${mutant.rule.padEnd(5)} ${mutant.name.slice(KNOWN_SURVIVOR.length)}`,
  )
const escaped = [...verdicts].filter(([, { kind }]) => kind !== 'caught')
for (const [{ rule, name, file }, { kind, by }] of escaped)
  console.error(`\n${kind}: ${rule} ${name} (${file})${by === '' ? '' : `\n${by}`}`)
console.log(
  `\n${count(chosen, 'caught')} caught, ${count(chosen, 'survived')} survived, ${count(chosen, 'timed out')} timed out, ` +
    `${count(chosen, 'broken')} broken in ${seconds(from)}`,
)
process.exitCode = escaped.length === 0 ? 0 : 1
