import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { KEYS } from '../../../src/renderer/src/ui/strings-keys.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')

test('each key that the README names is in the list of keys', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const named = [...readme.matchAll(/`((?:Ctrl )?[A-Z]|[?/])`/g)].map(([, key = '']) => key)
  const listed = new Set<string>(
    KEYS.groups.flatMap(({ keys }) => keys.flatMap((one) => [...one.keys, one.keys.join(' ')])),
  )
  expect(named.length).toBeGreaterThan(3)
  expect(named.filter((key) => !listed.has(key))).toEqual([])
})
