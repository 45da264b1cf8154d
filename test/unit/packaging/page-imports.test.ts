import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'

const SRC = join(import.meta.dirname, '..', '..', '..', 'src')
const IMPORT = /^(?:import|export)\s+(?!type\b)(?:[^'"]*?\sfrom\s+)?'([^']+)'/gm

/** What the page loads, from its first module on: each package with the way to it. Imports of types are gone by then. */
function loaded(): ReadonlyMap<string, string> {
  const packages = new Map<string, string>()
  const ways = new Map([[join(SRC, 'renderer', 'src', 'main.tsx'), '']])
  for (const [file, way] of ways) {
    const here = `${way}${relative(SRC, file)}`
    for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      if (!from.startsWith('.')) packages.set(from, `${here} > ${from}`)
      else if (/\.tsx?$/.test(from)) {
        const next = join(dirname(file), from)
        if (!ways.has(next)) ways.set(next, `${here} > `)
      }
    }
  }
  return packages
}

test('the page loads no schemas: zod would leave two globals on it, and main checks what it is sent', () => {
  const packages = loaded()
  expect([...packages.keys()]).toContain('react-dom/client')
  const schemas = [...packages].filter(([name]) => /^(zod|@orpc\/(contract|server))\b/.test(name))
  expect(schemas.map(([, way]) => way)).toEqual([])
})
