/**
 * `npm run bench -- SCENARIO [arguments] [--json]`: runs a scenario and prints its table, or its figures as lines of JSON. Timings
 * are for reading, not for tests.
 */
import { existsSync, readdirSync } from 'node:fs'
import { InvalidArguments } from './figures/arguments.ts'
import { machine } from './figures/machine.ts'
import { printJson } from './table.ts'

/** What a scenario's file exports under the scenario's own name. */
type Scenario = (args: readonly string[]) => Promise<void>

const [name, ...given] = process.argv.slice(2)
const args = given.filter((arg) => arg !== '--json')
const scenarios = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts' && file !== 'table.ts')
  .map((file) => file.slice(0, -'.ts'.length))

if (name === undefined || !scenarios.includes(name) || !existsSync(new URL(`${name}.ts`, import.meta.url))) {
  console.log(`usage: npm run bench -- SCENARIO [arguments] [--json]\nscenarios: ${scenarios.join(', ')}`)
  process.exit(name === undefined ? 0 : 2)
}

const module: Readonly<Record<string, unknown>> = await import(new URL(`${name}.ts`, import.meta.url).href)
const scenario = module[name] as Scenario | undefined
if (scenario === undefined) throw new Error(`bench/${name}.ts does not export ${name}`)
if (args.some((arg) => arg === '--help' || arg === '-h')) {
  const { HELP } = module
  console.log(typeof HELP === 'string' ? HELP : `docs/performance.md tells what ${name} measures, and its arguments.`)
  process.exit()
}
if (args.length < given.length) printJson(name, { args, ...machine() })
try {
  await scenario(args)
} catch (error) {
  if (!(error instanceof InvalidArguments)) throw error
  console.error(error.message)
  process.exitCode = 2
}
