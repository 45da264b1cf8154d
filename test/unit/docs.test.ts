/** What the docs promise to hold. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { strings } from '../../src/renderer/src/ui/strings.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const text = readFileSync(join(ROOT, 'docs', 'security.md'), 'utf8')

describe('the threat model in docs/security.md', () => {
  const section = text.split('\n## ').find((part) => part.startsWith('Threat model')) ?? ''
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.slice(1, -1).split('|'))
    .map((cells) => cells.map((cell) => cell.trim()))
    .slice(2)

  it('names all who can do something', () => {
    expect([...new Set(rows.map(([who]) => who))]).toEqual([
      'Stranger',
      'Neighbor',
      'Many identities',
      'LAN',
      'DHT',
      'Web page',
      'File',
      'Local user',
    ])
  })

  it('has a promise in each row, and tests that are there', () => {
    for (const [who, what, promised, tests = ''] of rows) {
      expect([who, what, promised]).not.toContain('')
      const files = [...tests.matchAll(/`([^`]+)`/g)].map(([, file]) => file ?? '')
      expect([what, files.length]).not.toEqual([what, 0])
      expect([what, ...files.filter((file) => !existsSync(join(ROOT, 'test', file)))]).toEqual([what])
    }
  })
})

it('says in the same words everywhere how long the story of the demo takes, as it holds on a busy machine too', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  for (const told of [strings.join.demoHelp, readme]) {
    expect(told.replaceAll(/\s+/g, ' ')).toContain('in about two minutes, longer on a busy machine.')
    expect(told).not.toContain('less than two minutes')
  }
})
