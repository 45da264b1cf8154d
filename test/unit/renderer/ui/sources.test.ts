/** What holds for the sources of the window: all texts in one place, and all colours. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseSync } from 'vite'

const ROOT = join(import.meta.dirname, '..', '..', '..', '..', 'src', 'renderer', 'src')
const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
const sources = files.filter((file) => /\.tsx?$/.test(file)).map((file) => file.replaceAll('\\', '/'))

/** Attributes that users see or hear. */
const SPOKEN = new Set([
  'alt',
  'aria-description',
  'aria-label',
  'aria-roledescription',
  'aria-valuetext',
  'description',
  'error',
  'label',
  'message',
  'nothingFound',
  'placeholder',
  'text',
  'title',
  'what',
])
/** What stands for itself in every language. */
const NO_WORDS = ['https://']

interface Node {
  readonly type: string
  readonly [part: string]: unknown
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function parts(node: Node): Node[] {
  return Object.values(node).flatMap((value) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  )
}

/** Words that an expression may come to: of literals, templates, and both ways of a choice. */
function wordsOf(node: Node | null | undefined): string[] {
  switch (node?.type) {
    case 'Literal':
      return typeof node['value'] === 'string' ? [node['value']] : []
    case 'JSXText':
      return [String(node['value'])]
    case 'TemplateLiteral':
      return (node['quasis'] as { value: { cooked: string } }[]).map(({ value }) => value.cooked)
    case 'JSXExpressionContainer':
      return wordsOf(node['expression'] as Node)
    case 'ConditionalExpression':
      return [...wordsOf(node['consequent'] as Node), ...wordsOf(node['alternate'] as Node)]
    case 'LogicalExpression':
    case 'BinaryExpression':
      return node['type'] === 'BinaryExpression' && node['operator'] !== '+'
        ? []
        : [...wordsOf(node['left'] as Node), ...wordsOf(node['right'] as Node)]
    default:
      return []
  }
}

/** Texts in a source that somebody would read on the screen. */
function textsIn(source: string, file: string): string[] {
  const found: string[] = []
  const walk = (node: Node): void => {
    if (node.type === 'JSXElement' || node.type === 'JSXFragment')
      for (const child of node['children'] as Node[]) found.push(...wordsOf(child))
    if (node.type === 'JSXAttribute') {
      const { name } = node['name'] as { name: unknown }
      if (SPOKEN.has(String(name))) found.push(...wordsOf(node['value'] as Node | null))
    }
    if (node.type === 'Property') {
      const { name } = node['key'] as { name?: string }
      if (name !== undefined && name !== 'what' && SPOKEN.has(name)) found.push(...wordsOf(node['value'] as Node))
    }
    parts(node).forEach(walk)
  }
  const { program, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file} does not parse`)
  walk(program as unknown as Node)
  return found.filter((text) => /\p{L}{2}/u.test(text) && !NO_WORDS.includes(text))
}

const views = sources.filter((file) => file.endsWith('.tsx'))

it('no text stands in a view: all are in ui/strings*.ts, ready to be translated', () => {
  expect(views.length).toBeGreaterThan(30)
  const found = views.flatMap((file) =>
    textsIn(readFileSync(join(ROOT, file), 'utf8'), file).map((text) => `${file}: ${text}`),
  )
  expect(found).toEqual([])
})

it.each([
  ['a child', '<b>hello there</b>'],
  ['one way of a choice', '<b>{x ? null : "none yet"}</b>'],
  ['a template', '<b>{`${x} peers`}</b>'],
  ['an attribute', '<b title="hello" />'],
  ['a notice', 'show({ message: "saved" })'],
])('a text as %s is found', (_what, code) => {
  expect(textsIn(`const a = ${code}`, 'a.tsx')).toHaveLength(1)
})

it('what nobody reads is no text', () => {
  expect(
    textsIn('const a = <b className="ps-name" data-x="one">{strings.app} · {x === "a" ? 1 : 2}</b>', 'a.tsx'),
  ).toEqual([])
})

/** The theme, what canvases draw with, and the colours of the graph. */
const PALETTES = ['ui/theme.ts', 'ui/colours.ts', 'graph/colours.ts']
const COLOUR = /#[0-9a-f]{3}(?:[0-9a-f]{3})?(?:[0-9a-f]{2})?\b|\b(?:rgba?|hsla?|oklch)\(\s*\d/gi

it('no colour stands outside of the palettes', () => {
  const all = [...sources, ...files.filter((file) => file.endsWith('.css')).map((file) => file.replaceAll('\\', '/'))]
  const found = all
    .filter((file) => !PALETTES.includes(file))
    .flatMap((file) =>
      (readFileSync(join(ROOT, file), 'utf8').match(COLOUR) ?? []).map((colour) => `${file}: ${colour}`),
    )
  expect(found).toEqual([])
})

it('every token that is used is declared for both themes', () => {
  const theme = readFileSync(join(ROOT, 'ui/theme.ts'), 'utf8')
  const used = new Set(
    files
      .filter((file) => /\.(?:css|tsx?)$/.test(file))
      .flatMap((file) => readFileSync(join(ROOT, file), 'utf8').match(/var\(--ps-[a-z-]+[),]/g) ?? [])
      .map((token) => token.slice(4, -1)),
  )
  expect(used.size).toBeGreaterThan(8)
  const missing = [...used].filter((token) => theme.split(`'${token}':`).length !== 3)
  expect(missing).toEqual([])
})

it('no text has a word for several behind a number that may be one', () => {
  const several =
    /\} (?:(?!of )[a-z-]+ )?(?:addresses|alerts|clusters|connections|entries|events|faults|files|ids|islands|links|names|neighbors|networks|peers|presences|rules|statements|values)\b(?!\/)/
  const texts = sources.filter((file) => file.startsWith('ui/strings'))
  expect(texts.length).toBeGreaterThan(10)
  const found = texts.flatMap((file) =>
    readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .filter((line) => several.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  )
  expect(found).toEqual([])
})
