/** The titles of the tests in a file, read from its source: what only stands in a comment or a skipped test is none. */
import { parseSync } from 'vite'

/** What groups tests, and what is one. */
const SUITES = new Set(['describe', 'suite'])
const TESTS = new Set(['it', 'test'])
/** Modifiers with which a test never runs as a test. */
const NEVER_RUN = new Set(['skip', 'todo', 'fails', 'fixme'])

/**
 * Titles of the tests that run, in the order of the file. For a table of cases (`it.each`, or a loop around `it`) also the
 * texts of the table, since titles are made of them.
 */
export function testTitles(source: string, file = 'a.test.ts'): readonly string[] {
  const { program, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file} cannot be read: ${errors[0]?.message}`)
  const titles: string[] = []
  visit(program, titles)
  return titles
}

function visit(node: unknown, titles: string[]): void {
  if (!isNode(node)) return
  const call = node.type === 'CallExpression' ? calledBy(node) : null
  if (call !== null && call.names.some((name) => NEVER_RUN.has(name))) return
  if (call !== null && TESTS.has(call.names[0] ?? '')) {
    const [title] = listOf(node['arguments'])
    titles.push(...textsIn(title), ...call.tables.flatMap(textsIn))
    return
  }
  if (call !== null && SUITES.has(call.names[0] ?? '')) titles.push(...call.tables.flatMap(textsIn))
  for (const child of childrenOf(node)) visit(child, titles)
}

interface Node {
  readonly type: string
  readonly [key: string]: unknown
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function childrenOf(node: Node): readonly unknown[] {
  return Object.values(node).flatMap((value) => (Array.isArray(value) ? listOf(value) : [value]))
}

/** `it.skipIf(x).each(table)('…')`: the names `it`, `skipIf`, `each`, and the table; null for a call of anything else. */
function calledBy(call: Node): { readonly names: readonly string[]; readonly tables: readonly unknown[] } | null {
  const names: string[] = []
  const tables: unknown[] = []
  let at: unknown = call['callee']
  while (isNode(at)) {
    if (at.type === 'Identifier') names.unshift(String(at['name']))
    if (at.type === 'MemberExpression' && isNode(at['property'])) names.unshift(String(at['property']['name']))
    if (at.type === 'CallExpression') tables.push(...listOf(at['arguments']))
    at = at.type === 'MemberExpression' ? at['object'] : at.type === 'CallExpression' ? at['callee'] : null
  }
  const [first = ''] = names
  return SUITES.has(first) || TESTS.has(first) ? { names, tables } : null
}

/** All string literals, the fixed parts of templates, and the keys of objects. */
function textsIn(node: unknown): readonly string[] {
  if (!isNode(node)) return []
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? [node['value']] : []
  if (node.type === 'TemplateElement') {
    const { value } = node
    return typeof value === 'object' && value !== null && 'cooked' in value ? [String(value.cooked)] : []
  }
  return childrenOf(node).flatMap(textsIn)
}
