/** Mutants: sources with one rule broken on purpose. The tests that name the rule must notice (`npm run mutants`). */

/** One way to break a rule. */
export interface Mutant {
  /** The rule of docs/protocol.md that it breaks, such as `CT5`. */
  readonly rule: string
  /** What it does, in a few words. No two mutants have the same name. */
  readonly name: string
  /** The source file, from the project's root. */
  readonly file: string
  /** Text that stands in the file exactly once. */
  readonly find: string
  readonly replace: string
  /**
   * Test files to run, from the project's root; by default all unit and contract tests that name the rule. Of each file only
   * the tests that name the rule are run.
   */
  readonly tests?: readonly string[]
  /** Part of the sample that `npm test` runs: it must be caught within a second or two. */
  readonly sample?: true
}

/** How the names of mutants begin that survived all tests before there were mutants. */
export const KNOWN_SURVIVOR = 'known survivor: '

/** The environment variable that names the mutant of a test run, as JSON. */
export const MUTANT_VARIABLE = 'PEERSCOPE_MUTANT'

/** What the plugin needs to know of a mutant. */
export type Mutation = Pick<Mutant, 'file' | 'find' | 'replace'>

/**
 * The source with the mutation in it.
 * @throws Error where the text to replace is missing, stands there more than once, or would stay as it is
 */
export function mutated(source: string, { file, find, replace }: Mutation): string {
  const at = source.indexOf(find)
  if (find === '' || at < 0) throw new Error(`${file} does not contain: ${find}`)
  if (source.indexOf(find, at + 1) >= 0) throw new Error(`${file} contains more than once: ${find}`)
  if (find === replace) throw new Error(`nothing is changed in ${file}: ${find}`)
  return source.slice(0, at) + replace + source.slice(at + find.length)
}
