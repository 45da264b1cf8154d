/** `npm run bench -- SCENARIO [arguments]`: runs a scenario and prints its table. Timings are for reading, not for tests. */
import { existsSync, readdirSync } from 'node:fs'

/** What a scenario's file exports under the scenario's own name. */
type Scenario = (args: readonly string[]) => Promise<void>

const [name, ...args] = process.argv.slice(2)
const scenarios = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts' && file !== 'table.ts')
  .map((file) => file.slice(0, -'.ts'.length))

if (name === undefined || !scenarios.includes(name) || !existsSync(new URL(`${name}.ts`, import.meta.url))) {
  console.log(`usage: npm run bench -- SCENARIO [arguments]\nscenarios: ${scenarios.join(', ')}`)
  process.exit(name === undefined ? 0 : 2)
}

const module: Readonly<Record<string, Scenario>> = await import(new URL(`${name}.ts`, import.meta.url).href)
const scenario = module[name]
if (scenario === undefined) throw new Error(`bench/${name}.ts does not export ${name}`)
await scenario(args)
