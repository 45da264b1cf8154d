/** docs/packaging.md says what a user sees in each situation, and which test holds it: those tests must exist. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const SECTION = 'From `npm start` to a window'

interface Row {
  readonly situation: string
  readonly held: readonly { readonly file: string; readonly title: string }[]
}

function rows(): readonly Row[] {
  const page = readFileSync(join(ROOT, 'docs', 'packaging.md'), 'utf8')
  const section = page.split(/^## /m).find((part) => part.startsWith(SECTION)) ?? ''
  const lines = section.split('\n').filter((line) => line.startsWith('|'))
  return lines.slice(2).map((line) => {
    const [, situation = '', , held = ''] = line.split('|').map((cell) => cell.trim())
    const references = [...held.matchAll(/`([^`]+)`: "([^"]+)"/g)]
    return { situation, held: references.map(([, file = '', title = '']) => ({ file, title })) }
  })
}

describe('the table of situations', () => {
  it('has every situation that a start can meet', () => {
    const situations = rows().map(({ situation }) => situation.toLowerCase())
    for (const wanted of [
      'fast line',
      'slow line',
      'proxy',
      'mirror',
      'no network',
      'no display',
      'no user namespaces',
      'missing library',
      'root',
      'wayland',
      'no gpu',
    ])
      expect(situations).toContain(wanted)
  })

  it.each(rows())('$situation: its tests are there', ({ held }) => {
    expect(held.length).toBeGreaterThan(0)
    for (const { file, title } of held) {
      const path = join(ROOT, 'test', file)
      expect(existsSync(path) ? readFileSync(path, 'utf8') : `${path} is missing`).toContain(title)
    }
  })
})
