/**
 * docs/api.md against the library's types. `node scripts/api-docs.ts` writes the signatures (blocks marked `ts signature`) into
 * it, the words around them are written by hand; with `--check` it changes nothing. Prints what is wrong, and exits with 1 if
 * anything is: a member or type without its section, a section of something that is gone, a signature that differs, a member
 * without an example, an example that does not compile, a type that programs could not name, something without a doc comment.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import type { Example, Overlay, PublicApi } from './api-types.ts'
import { ApiCompiler } from './api-types.ts'

/** The reference, from the root. */
export const REFERENCE = 'docs/api.md'
/** Whose examples are compiled beside those of the reference. */
const OTHERS = ['README.md'] as const

/** One code block of a Markdown file. */
interface Block {
  /** What stands behind the opening fence: `ts`, `ts signature`. */
  readonly info: string
  readonly code: string
  /** Line of the opening fence and of the closing one, from 0. */
  readonly from: number
  readonly to: number
}

/** One section of the reference: what its heading names in code, and its blocks. */
interface Section {
  readonly names: readonly string[]
  readonly line: number
  readonly blocks: readonly Block[]
}

/** What is wrong, one line each, and the reference as it should be as far as that can be written. */
export interface Verdict {
  readonly problems: readonly string[]
  readonly written: string
}

/** Compares the reference with the types. @param overlay files, by their path from the root, instead of those on disk */
export async function checkReference(root: string, overlay: Overlay = {}): Promise<Verdict> {
  const textOf = (path: string): string => overlay[path] ?? readFileSync(join(root, path), 'utf8')
  const reference = textOf(REFERENCE)
  const examples = [REFERENCE, ...OTHERS].flatMap((path) => examplesOf(path, textOf(path)))
  using compiler = new ApiCompiler(root, examples, overlay)
  const api = compiler.read()
  const { problems, written } = await compare(reference, api)
  return {
    problems: [
      ...api.hidden,
      ...api.undocumented.map((name) => `${name} has no doc comment`),
      ...problems,
      ...compiler.exampleErrors(),
    ],
    written,
  }
}

async function compare(reference: string, api: PublicApi): Promise<Verdict> {
  const problems: string[] = []
  const lines = reference.split('\n')
  const edits: { readonly block: Block; readonly code: string }[] = []
  const described = new Set<string>()
  for (const { names, line, blocks } of sectionsOf(reference)) {
    const known = names.filter((name) => api.signatures.has(name))
    const at = `${REFERENCE}:${line + 1}`
    problems.push(
      ...names.filter((name) => !known.includes(name)).map((name) => `${at}: the library has no ${name}`),
      ...known.filter((name) => described.has(name)).map((name) => `${at}: ${name} has a section already`),
    )
    for (const name of known) described.add(name)
    if (known.length === 0) continue
    const block = blocks.find(({ info }) => info === 'ts signature')
    const between = api.members.includes(known[0] ?? '') ? '\n' : '\n\n'
    const code = await formatted(known.map((name) => api.signatures.get(name)).join(between))
    if (block === undefined) problems.push(`${at}: ${names.join(', ')} without a block marked ts signature`)
    else if (block.code !== code) {
      problems.push(`${at}: the signature of ${names.join(', ')} is\n${code}`)
      edits.push({ block, code })
    }
    const member = known.find((name) => api.members.includes(name))
    if (member !== undefined && !blocks.some(({ info }) => info === 'ts')) {
      problems.push(`${at}: ${member} has no example`)
    }
  }
  for (const name of api.signatures.keys()) {
    if (!described.has(name)) problems.push(`${REFERENCE} has no section of ${name}`)
  }
  for (const { block, code } of edits.toReversed()) {
    lines.splice(block.from + 1, block.to - block.from - 1, ...code.split('\n'))
  }
  return { problems, written: lines.join('\n') }
}

/** As `npm run format` writes the block; a member alone is no program and stays as it is. */
async function formatted(code: string): Promise<string> {
  const options = await resolveConfig(REFERENCE)
  return await format(code, { ...options, parser: 'typescript' }).then(
    (text) => text.trimEnd(),
    () => code,
  )
}

/** Headings of the third level that name something in code, with what is below them. */
function sectionsOf(reference: string): readonly Section[] {
  const blocks = blocksOf(reference)
  const inBlock = (line: number): boolean => blocks.some(({ from, to }) => line > from && line < to)
  const headings = reference
    .split('\n')
    .flatMap((text, line) => (/^#{1,3} /.test(text) && !inBlock(line) ? [{ text, line }] : []))
  return headings.flatMap(({ text, line }, index) => {
    const names = [...text.matchAll(/`([^`]+)`/g)].flatMap(([, name]) => name ?? [])
    if (!text.startsWith('### ') || names.length === 0) return []
    const end = headings[index + 1]?.line ?? Infinity
    return [{ names, line, blocks: blocks.filter(({ from }) => from > line && from < end) }]
  })
}

function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = []
  const lines = markdown.split('\n')
  let opened: { readonly info: string; readonly from: number } | null = null
  for (const [line, text] of lines.entries()) {
    if (!text.startsWith('```')) continue
    if (opened === null) opened = { info: text.slice(3).trim(), from: line }
    else {
      blocks.push({ ...opened, to: line, code: lines.slice(opened.from + 1, line).join('\n') })
      opened = null
    }
  }
  return blocks
}

function examplesOf(path: string, markdown: string): readonly Example[] {
  return blocksOf(markdown)
    .filter(({ info }) => info === 'ts')
    .map(({ code, from }) => ({ name: `${path}:${from + 1}`, code }))
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..')
  const check = process.argv.includes('--check')
  const first = await checkReference(root)
  if (!check) writeFileSync(join(root, REFERENCE), first.written)
  const { problems } = check ? first : await checkReference(root)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0 && check) console.error('npm run api-docs writes the signatures')
  process.exitCode = problems.length === 0 ? 0 : 1
}
