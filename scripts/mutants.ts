/**
 * `npm run mutants`: breaks the rules of docs/protocol.md one by one, in the ways of test/mutants, and runs the tests that
 * name the rule. Exits with 1 when a mutant survives, cannot be tried, or the tests fail without any. The working tree stays
 * as it is.
 */
import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import { runsInMosaik } from '../test/kinds.ts'
import { MUTANTS, WITHOUT } from '../test/mutants/all.ts'
import type { Mutant } from '../test/mutants/mutant.ts'
import { KNOWN_SURVIVOR } from '../test/mutants/mutant.ts'
import { faultsOf } from './mutants/faults.ts'
import { inStages, testsOf } from './mutants/tests-of.ts'
import type { Verdict } from './mutants/verdict.ts'
import { faultsOfBaseline, verdictOn } from './mutants/verdict.ts'
import { endAll, runVitest } from './mutants/vitest.ts'
import { readRules } from './rule-titles.ts'

const HELP = `npm run mutants -- [--only RULE[,RULE…]] [--name TEXT] [--sample] [--list] [--jobs N]

  --only    mutants of these rules
  --name    mutants whose name contains this, such as 'known survivor'
  --sample  the fixed sample that npm test runs
  --list    only list them
  --jobs    mutants tried at once, 2 unless given`

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    name: { type: 'string' },
    sample: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '2' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit()
}

const { rules } = await readRules()
const only = values.only?.split(',')
const chosen = MUTANTS.filter(
  ({ rule, name, sample }) =>
    (only === undefined || only.includes(rule)) &&
    (values.name === undefined || name.includes(values.name)) &&
    (!values.sample || sample === true),
)
const faults = faultsOf(chosen, rules)
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

const files = [...new Set(chosen.flatMap((mutant) => testsOf(mutant, rules)))]
const baseline = await runVitest({
  files,
  rules: [...new Set(chosen.map(({ rule }) => rule))],
  mutation: null,
  workers: jobs,
})
const red = faultsOfBaseline(baseline)
if (red.length > 0) {
  for (const fault of red) console.error(fault)
  process.exit(1)
}
console.log(`the tests as they are pass (${files.length} files, ${seconds(from)})`)

/** Once some tests notice it, the others need not be run. */
async function verdictOf(mutant: Mutant): Promise<Verdict> {
  let verdict: Verdict = { kind: 'broken', by: 'no test names the rule' }
  for (const stage of inStages(testsOf(mutant, rules))) {
    verdict = verdictOn(await runVitest({ files: stage, rules: [mutant.rule], mutation: mutant, workers: 1 }))
    if (verdict.kind !== 'survived') break
  }
  return verdict.kind === 'caught' && !values.sample ? await inMosaik(mutant, verdict) : verdict
}

/** What networks of mosaik do not use. */
const PEERSCOPE_ONLY = ['src/main/discovery/dialects/peerscope/', 'src/main/network/libp2p/']

/** The test that caught it must do so in the other kind of network too, where it runs there. */
async function inMosaik(mutant: Mutant, caught: Verdict): Promise<Verdict> {
  const file = relative(process.cwd(), caught.file ?? '')
  if (!runsInMosaik(file) || PEERSCOPE_ONLY.some((folder) => mutant.file.startsWith(folder))) return caught
  const run = { files: [file], rules: [], test: caught.by, kind: 'mosaik', mutation: mutant, workers: 1 } as const
  const verdict = verdictOn(await runVitest(run))
  if (verdict.kind === 'survived') return { kind: 'survived', by: `in mosaik networks, where it ran: ${caught.by}` }
  return verdict.kind === 'timed out' ? verdict : caught
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
const kinds = (mutants: readonly Mutant[], kind: Verdict['kind']): number =>
  mutants.filter((mutant) => verdicts.get(mutant)?.kind === kind).length
for (const id of rules.keys()) {
  const mutants = chosen.filter(({ rule }) => rule === id)
  const why = WITHOUT[id]
  if (mutants.length > 0) console.log(`${id.padEnd(5)} ${kinds(mutants, 'caught')} of ${mutants.length} caught`)
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
  `\n${kinds(chosen, 'caught')} caught, ${kinds(chosen, 'survived')} survived, ${kinds(chosen, 'timed out')} timed out, ` +
    `${kinds(chosen, 'broken')} broken in ${seconds(from)}`,
)
process.exitCode = escaped.length === 0 ? 0 : 1
