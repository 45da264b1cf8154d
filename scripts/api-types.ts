/** Reads the library's public types by the compiler, for docs/api.md and its check (scripts/api-docs.ts). */
import { basename, join, relative } from 'node:path'
import type { Node } from 'typescript/unstable/ast'
import { SyntaxKind } from 'typescript/unstable/ast'
import {
  isClassDeclaration,
  isExpressionWithTypeArguments,
  isFunctionDeclaration,
  isGetAccessorDeclaration,
  isInterfaceDeclaration,
  isMethodDeclaration,
  isMethodSignatureDeclaration,
  isObjectLiteralExpression,
  isPropertyDeclaration,
  isTypeQueryNode,
  isTypeReferenceNode,
  isVariableDeclaration,
} from 'typescript/unstable/ast/is'
import type { Symbol as TypeSymbol, Checker, Diagnostic, Project } from 'typescript/unstable/sync'
import { API, SymbolFlags } from 'typescript/unstable/sync'

/** The public API as it is declared. */
export interface PublicApi {
  /** By name, members of `Discovery` included and `Discovery.join` under that name: the text of each declaration. */
  readonly signatures: ReadonlyMap<string, string>
  /** The members of `Discovery`, `Discovery.join` first: each needs an example. */
  readonly members: readonly string[]
  /** What a program that uses the library could not name, one line each. */
  readonly hidden: readonly string[]
  /** What has no doc comment: exports, and members of interfaces and classes. */
  readonly undocumented: readonly string[]
}

/** A program to compile, as text. */
export interface Example {
  /** Where it stands, for messages. */
  readonly name: string
  readonly code: string
}

/** Files by their path from the root, to be taken instead of those on disk. */
export type Overlay = Readonly<Record<string, string>>

const ENTRY = 'src/main/api.ts'
const CONFIG = 'tsconfig.api-docs.json'
const MAIN = 'Discovery'

/** Opens the library and the programs that use it, as one project. */
export class ApiCompiler implements Disposable {
  readonly #root: string
  readonly #examples: ReadonlyMap<string, Example>
  readonly #api: API
  readonly #project: Project

  /** @param root the folder of package.json */
  constructor(root: string, examples: readonly Example[] = [], overlay: Overlay = {}) {
    this.#root = root
    this.#examples = new Map(examples.map((example, index) => [join(root, `api-example-${index}.ts`), example]))
    const files = new Map([
      ...Object.entries(overlay).map(([path, text]) => [join(root, path), text] as const),
      ...[...this.#examples].map(([path, { code }]) => [path, programOf(code)] as const),
      [
        join(root, CONFIG),
        JSON.stringify({
          extends: './tsconfig.node.json',
          include: [],
          files: [ENTRY, ...[...this.#examples.keys()].map((path) => basename(path))],
        }),
      ],
    ])
    this.#api = new API({
      cwd: root,
      fs: {
        readFile: (path) => files.get(path),
        fileExists: (path) => (files.has(path) ? true : undefined),
      },
    })
    const config = join(root, CONFIG)
    const project = this.#api.updateSnapshot({ openProjects: [config] }).getProject(config)
    if (project === undefined) throw new Error(`the compiler did not open ${config}`)
    this.#project = project
  }

  [Symbol.dispose](): void {
    this.#api.close()
  }

  /** Where the programs do not compile, one line each. */
  exampleErrors(): readonly string[] {
    const { program } = this.#project
    return [...this.#examples].flatMap(([path, { name }]) =>
      [...program.getSyntacticDiagnostics(path), ...program.getSemanticDiagnostics(path)].map(
        (diagnostic) => `${name}: ${textOf(diagnostic)}`,
      ),
    )
  }

  /** @throws Error where the library does not compile */
  read(): PublicApi {
    const { checker, program } = this.#project
    const entry = program.getSourceFile(join(this.#root, ENTRY))
    const module = entry === undefined ? undefined : checker.getSymbolAtLocation(entry)
    if (module === undefined) throw new Error(`${ENTRY} is not a module`)
    const signatures = new Map<string, string>()
    const members: string[] = []
    const exported = new Map<number, string>()
    const declared: { readonly name: string; readonly node: Node }[] = []
    for (const symbol of checker.getExportsOfModule(module)) {
      const target = aliased(checker, symbol)
      exported.set(target.id, symbol.name)
      // What is another package's is documented there.
      for (const node of this.#ours(target)) declared.push({ name: symbol.name, node })
    }
    for (const { name, node } of declared) {
      if (name !== MAIN) {
        signatures.set(name, signatureOf(node))
        continue
      }
      for (const [member, text] of membersOf(node)) {
        signatures.set(member, text)
        members.push(member)
      }
    }
    const undocumented = declared.flatMap(({ name, node }) => undocumentedIn(name, node))
    return { signatures, members, hidden: this.#hidden(declared, exported), undocumented }
  }

  /** The declarations of a symbol that are in this repository. */
  #ours(symbol: TypeSymbol): readonly Node[] {
    return symbol.declarations
      .filter(({ path }) => !relative(this.#root, path).startsWith('..') && !path.includes('/node_modules/'))
      .flatMap((handle) => handle.resolve(this.#project) ?? [])
  }

  /** Follows every type that the declarations name to its own declaration. */
  #hidden(
    declared: readonly { readonly name: string; readonly node: Node }[],
    exported: ReadonlyMap<number, string>,
  ): string[] {
    const { checker } = this.#project
    const hidden: string[] = []
    const seen = new Set<number>()
    const visit = (node: Node, within: string): void => {
      for (const part of publicParts(node)) {
        if (part.kind === 'untyped') hidden.push(`${part.name} in ${within} has no written type`)
        else if (part.kind === 'inner') visit(part.node, within)
        else {
          const named = checker.getSymbolAtLocation(part.node)
          const symbol = named === undefined ? undefined : aliased(checker, named)
          if (symbol === undefined || exported.has(symbol.id) || seen.has(symbol.id)) continue
          if ((symbol.flags & SymbolFlags.TypeParameter) !== 0) continue
          seen.add(symbol.id)
          for (const declaration of this.#ours(symbol)) {
            hidden.push(`${symbol.name}, which ${within} names, is not exported`)
            visit(declaration, symbol.name)
          }
        }
      }
    }
    for (const { name, node } of declared) visit(node, name)
    return hidden
  }
}

type Part =
  | { readonly kind: 'inner'; readonly node: Node }
  | { readonly kind: 'name'; readonly node: Node }
  | { readonly kind: 'untyped'; readonly name: string }

/** What of a node a program gets to see: the types that it names, and its public parts. */
function publicParts(node: Node): readonly Part[] {
  const parts: Part[] = []
  if (isTypeReferenceNode(node)) parts.push({ kind: 'name', node: node.typeName })
  else if (isTypeQueryNode(node)) parts.push({ kind: 'name', node: node.exprName })
  else if (isExpressionWithTypeArguments(node)) parts.push({ kind: 'name', node: node.expression })
  const typed = isFunctionDeclaration(node) || isMethodDeclaration(node) || isGetAccessorDeclaration(node)
  if ((typed || isMethodSignatureDeclaration(node)) && node.type === undefined) {
    parts.push({ kind: 'untyped', name: nameOf(node) })
  }
  const shown = isVariableDeclaration(node) && node.type !== undefined ? [node.type] : childrenOf(node)
  for (const child of shown) {
    if (child.kind !== SyntaxKind.Block && !isPrivate(child)) parts.push({ kind: 'inner', node: child })
  }
  return parts
}

/** The text by which docs show a declaration: without `export`, bodies and what is private; with the comments inside. */
function signatureOf(node: Node): string {
  if (isVariableDeclaration(node)) {
    return `const ${node.type === undefined ? node.getText() : `${nameOf(node)}: ${node.type.getText()}`}`
  }
  if (isClassDeclaration(node)) {
    const head = node.getText().slice(0, node.getText().indexOf('{')).trim()
    const members = node.members
      .filter((member) => !isPrivate(member) && member.kind !== SyntaxKind.ClassStaticBlockDeclaration)
      .map((member) => `  ${withoutBody(member, member.getStart(undefined, true))}`)
    return `${withoutExport(head)} {\n${members.join('\n')}\n}`
  }
  return withoutExport(withoutBody(node, node.getStart()))
}

/** The declaration itself and its members, where they say nothing. */
function undocumentedIn(name: string, node: Node): readonly string[] {
  const members: readonly Node[] =
    isInterfaceDeclaration(node) || isClassDeclaration(node)
      ? node.members.filter((member) => !isPrivate(member) && member.kind !== SyntaxKind.ClassStaticBlockDeclaration)
      : []
  // Of a variable the comment stands before the whole statement.
  const declaration = isVariableDeclaration(node) ? node.parent.parent : node
  return [
    ...(isDocumented(declaration) ? [] : [name]),
    ...members.filter((member) => !isDocumented(member)).map((member) => `${name}.${nameOf(member)}`),
  ]
}

function isDocumented(node: Node): boolean {
  return node.getStart(undefined, true) < node.getStart()
}

/** The members of `Discovery`, as an interface and as a value. */
function membersOf(node: Node): readonly (readonly [name: string, text: string])[] {
  if (isInterfaceDeclaration(node)) {
    return node.members.map((member) => [nameOf(member), dedented(withoutBody(member, member.getStart()))])
  }
  if (isVariableDeclaration(node) && node.initializer !== undefined && isObjectLiteralExpression(node.initializer)) {
    return node.initializer.properties.map((property) => [
      `${MAIN}.${nameOf(property)}`,
      `${MAIN}.${withoutBody(property, property.getStart()).replace(/^async /, '')}`,
    ])
  }
  throw new Error(`${MAIN} is neither an interface nor an object`)
}

function withoutBody(node: Node, start: number): string {
  const file = node.getSourceFile()
  const hasBody = isFunctionDeclaration(node) || isMethodDeclaration(node) || isGetAccessorDeclaration(node)
  const end = hasBody && node.body !== undefined ? node.body.getStart() : node.getEnd()
  return file.text.slice(start, end).trim()
}

function withoutExport(text: string): string {
  return text.replace(/^export (?:declare )?/, '')
}

/** Members stand two deep in their interface. */
function dedented(text: string): string {
  return text.replaceAll('\n  ', '\n')
}

function isPrivate(node: Node): boolean {
  const named = isPropertyDeclaration(node) || isMethodDeclaration(node)
  if (named && node.name.kind === SyntaxKind.PrivateIdentifier) return true
  const modifiers = 'modifiers' in node && Array.isArray(node.modifiers) ? (node.modifiers as readonly Node[]) : []
  return modifiers.some(({ kind }) => kind === SyntaxKind.PrivateKeyword)
}

function nameOf(node: Node): string {
  const name = 'name' in node ? (node.name as Node | undefined) : undefined
  return name === undefined ? '(no name)' : name.getText()
}

function childrenOf(node: Node): readonly Node[] {
  const children: Node[] = []
  node.forEachChild((child) => void children.push(child))
  return children
}

function aliased(checker: Checker, symbol: TypeSymbol): TypeSymbol {
  return (symbol.flags & SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)
}

function textOf({ text, messageChain = [] }: Diagnostic): string {
  return [text, ...messageChain.map(textOf)].join(' ')
}

/** Examples show what matters: where they don't make one, `discovery` is a joined network. */
function programOf(code: string): string {
  const prelude = /\bdiscovery\b[^\n]*= await Discovery\.join/.test(code)
    ? ''
    : `declare const discovery: import('peerscope').Discovery; `
  return `${prelude}${code}\nexport {}\n`
}
