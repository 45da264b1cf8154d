/** docs/packaging.md says what a user sees in each situation, and which test holds it: those tests must exist. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { testTitles } from '../../support/test-titles.ts'

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
      const titles = existsSync(path) ? testTitles(readFileSync(path, 'utf8'), path) : []
      expect(
        titles.some((one) => one.includes(title)),
        `${file} has no test "${title}" that runs`,
      ).toBe(true)
    }
  })
})

describe('the titles of the tests of a file', () => {
  it.each([
    ["it('a', f)", ['a']],
    ['test.concurrent(`a ${1} b`, f)', ['a ', ' b']],
    ["describe('d', () => { it.skipIf(windows)('a', f) })", ['a']],
    ["it.each([['row', 1]])('of %s', f)", ['of %s', 'row']],
    ["describe.each(['row'])('d', () => { test('a', f) })", ['row', 'a']],
  ])('are those of %s', (source, titles) => {
    expect(testTitles(source)).toEqual(titles)
  })

  it.each([
    "// it('a', f)",
    "const a = 'a'",
    "it.skip('a', f)",
    "it.todo('a')",
    "test.skip.each(['a'])('%s', f)",
    "describe.skip('d', () => { it('a', f) })",
    "it('', () => { expect('a').toBe('a') })",
  ])('are not in %s', (source) => {
    expect(testTitles(source).filter(Boolean)).toEqual([])
  })
})
