/** `npm run fuzz`: throws many inputs at everything that decodes what others send. */
import { parseArgs } from 'node:util'
import { printTable } from '../../bench/table.ts'
import { TARGETS } from './targets.ts'

const HELP = `usage: npm run fuzz -- [--inputs 1000000] [--seed N] [--target NAME]

Throws noise and damaged messages at every decoder. Each may only take an input or refuse it with a typed error;
what it takes must be the same after encoding and decoding it again. Ends with 1 at the first input that breaks that,
made as small as possible, with the seed that finds it again.

--inputs   how many in all; slow targets get fewer   --target   only targets whose name contains this
targets: ${TARGETS.map(({ name }) => name).join(', ')}`

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    target: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
})
const [inputs, seed] = [Number(values.inputs), Number(values.seed)]
const chosen = TARGETS.filter(({ name }) => name.includes(values.target))
if (values.help) console.log(HELP)
else if (!Number.isInteger(inputs) || inputs < 1 || !Number.isInteger(seed) || chosen.length === 0) {
  console.error(`--inputs and --seed take whole numbers, --target a part of a target's name\n\n${HELP}`)
  process.exitCode = 2
} else await fuzz()

async function fuzz(): Promise<void> {
  console.log(`${inputs} inputs for ${chosen.length} targets, seed ${seed}`)
  const shares = chosen.reduce((sum, { cost }) => sum + 1 / cost, 0)
  const rows: (string | number)[][] = []
  let total = 0
  for (const { name, cost, run } of chosen) {
    process.stderr.write(`  ${name} …\n`)
    const count = Math.max(1, Math.ceil(inputs / cost / shares))
    const from = performance.now()
    const tally = await run(count, seed)
    const { accepted = 0, ...refused } = Object.fromEntries(tally)
    total += count
    rows.push([
      name,
      count,
      accepted,
      Object.entries(refused)
        .map(([code, times]) => `${code} ${times}`)
        .join(', ') || '-',
      Math.round((1000 * count) / (performance.now() - from)),
    ])
  }
  printTable(['target', 'inputs', 'taken', 'refused', 'inputs/s'], rows)
  console.log(`${total} inputs: each was taken or refused as it should be`)
}
