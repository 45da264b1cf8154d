/** The rules of docs/protocol.md, and the tests that name them in their titles. */
import { readFileSync } from 'node:fs'
import { glob, readFile } from 'node:fs/promises'

/** One rule. */
export interface Rule {
  readonly planned: boolean
  /** Tests that name it. */
  readonly tests: { readonly file: string; readonly title: string }[]
}

/** What was found. */
export interface Rules {
  readonly rules: ReadonlyMap<string, Rule>
  /** Tests that name a rule which docs/protocol.md does not have. */
  readonly unknown: readonly string[]
}

/** Reads docs/protocol.md and the titles of all tests. */
export async function readRules(): Promise<Rules> {
  const rules = new Map<string, Rule>()
  for (const [, id, planned] of readFileSync('docs/protocol.md', 'utf8').matchAll(
    /^- \*\*([A-Z]{2}\d+)\*\*( [*_]\(planned\)[*_])?/gm,
  )) {
    if (id !== undefined) rules.set(id, { planned: planned !== undefined, tests: [] })
  }
  const unknown: string[] = []
  for await (const path of glob('test/**/*.{test,spec}.ts')) {
    const file = path.replaceAll('\\', '/')
    const source = await readFile(path, 'utf8')
    for (const [, ids, title = ''] of source.matchAll(/['"`]\[((?:[A-Z]{2}\d+)(?:,? [A-Z]{2}\d+)*)\] ?([^'"`\n]*)/g)) {
      for (const id of (ids ?? '').split(/,? /)) {
        const rule = rules.get(id)
        if (rule === undefined) unknown.push(`${file}: [${id}] ${title}`)
        else rule.tests.push({ file, title })
      }
    }
  }
  return { rules, unknown }
}
