/**
 * The rule check: every rule of docs/protocol.md that is built must be named in the title of a test, and every rule that
 * a test names must be listed. Prints the table; exits with 1 when something is missing.
 */
import { readFileSync } from 'node:fs'
import { glob, readFile } from 'node:fs/promises'

const rules = new Map<string, { planned: boolean; tests: string[] }>()
for (const [, id, planned] of readFileSync('docs/protocol.md', 'utf8').matchAll(
  /^- \*\*([A-Z]{2}\d+)\*\*( [*_]\(planned\)[*_])?/gm,
)) {
  if (id !== undefined) rules.set(id, { planned: planned !== undefined, tests: [] })
}

const unknown: string[] = []
for await (const file of glob('test/**/*.{test,spec}.ts')) {
  const source = await readFile(file, 'utf8')
  for (const [, ids, title] of source.matchAll(/['"`]\[((?:[A-Z]{2}\d+)(?:,? [A-Z]{2}\d+)*)\] ?([^'"`\n]*)/g)) {
    for (const id of (ids ?? '').split(/,? /)) {
      const rule = rules.get(id)
      if (rule === undefined) unknown.push(`${file}: [${id}] ${title}`)
      else rule.tests.push(`${file}: ${title}`)
    }
  }
}

const missing = [...rules].filter(([, rule]) => !rule.planned && rule.tests.length === 0).map(([id]) => id)
for (const [id, rule] of rules) {
  console.log(`${id.padEnd(5)} ${rule.planned ? 'planned' : `${rule.tests.length} tests`.padEnd(9)}`)
  if (process.argv.includes('--titles')) for (const test of rule.tests) console.log(`        ${test}`)
}
for (const line of unknown) console.error(`a test names a rule that docs/protocol.md does not have: ${line}`)
if (missing.length > 0) console.error(`rules without a test: ${missing.join(' ')}`)
process.exitCode = missing.length + unknown.length === 0 ? 0 : 1
