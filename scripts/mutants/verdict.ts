/** What a test run with a mutant comes to. */

/** What vitest's JSON report says, as far as it is looked at. */
export interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages?: readonly string[] | null
    }[]
  }[]
}

/** How a run of vitest ended. */
export interface Outcome {
  /** It was ended, since it took too long. */
  readonly late: boolean
  readonly status: number | null
  readonly report: Report | null
  /** What it printed. */
  readonly said: string
}

/**
 * `caught` by a test; `survived` all of them; `timed out` where the run had to be ended, which a busy machine may do as well as
 * the mutant; `broken` where the run says nothing about the rule.
 */
export interface Verdict {
  readonly kind: 'caught' | 'survived' | 'timed out' | 'broken'
  /** The test that caught it, or why the run says nothing. */
  readonly by: string
  /** The file of that test, as vitest names it. */
  readonly file?: string
}

/** Errors of a program that is wrong in itself, not in what it does. */
const WRONG_PROGRAM = /^(?:ReferenceError|SyntaxError)\b/

/** The verdict on a run with a mutant. */
export function verdictOn({ late, status, report, said }: Outcome): Verdict {
  if (late) return { kind: 'timed out', by: 'the run took too long' }
  if (report === null) return { kind: 'broken', by: said.slice(-500) || `vitest ended with ${status}` }
  const tests = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({ ...test, file: name })),
  )
  const failed = tests.filter((test) => test.status === 'failed')
  const telling = failed.find(({ failureMessages }) => !WRONG_PROGRAM.test(failureMessages?.[0] ?? ''))
  if (telling !== undefined) return { kind: 'caught', by: telling.fullName.trim(), file: telling.file }
  const [wrong] = failed
  if (wrong !== undefined) return { kind: 'broken', by: wrong.failureMessages?.[0]?.slice(0, 500) ?? '' }
  const unloaded = report.testResults.find((file) => file.status === 'failed')
  if (unloaded !== undefined) return { kind: 'broken', by: unloaded.message.slice(0, 500) }
  if (!tests.some((test) => test.status === 'passed')) return { kind: 'broken', by: 'no test names the rule' }
  if (status !== 0) return { kind: 'broken', by: said.slice(-500) || `vitest ended with ${status}` }
  return { kind: 'survived', by: '' }
}

/** What is wrong with a run without a mutant: with tests that fail anyway, nothing would be proved. */
export function faultsOfBaseline({ late, status, report, said }: Outcome): readonly string[] {
  if (late || report === null) return [`the tests as they are: ${late ? 'took too long' : said.slice(-500)}`]
  const failed = report.testResults.flatMap(({ name, status: ofFile, message, assertionResults }) => [
    ...assertionResults.filter((test) => test.status === 'failed').map((test) => `${name}: ${test.fullName}`),
    ...(ofFile === 'failed' && message !== '' ? [`${name}: ${message}`] : []),
  ])
  if (failed.length === 0 && status !== 0) failed.push(said.slice(-500))
  return failed.map((test) => `fails without any mutant: ${test}`)
}
