/** What of a test run failed, by name: for its end, which is what is seen of a long log. */
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { JSONReport, JSONReportSuite, JSONReportTest } from '@playwright/test/reporter'

/** A test, a spec or a check that failed. */
export interface Failure {
  /** The test's file and its title, or the command of a check. */
  readonly name: string
  /** The start of what it said, without colours. */
  readonly error: readonly string[]
}

/** The part of vitest's JSON report that is read. */
export interface VitestReport {
  readonly success: boolean
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly testResults: readonly {
    /** The file's absolute path. */
    readonly name: string
    readonly status: string
    /** Why the file could not be run. */
    readonly message: string
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[]
      readonly title: string
      readonly status: string
      readonly failureMessages?: readonly string[] | null
    }[]
  }[]
}

/** Longest line of an error, characters. */
const LONGEST = 240
/** Lines of what a check said. */
const LINES_OF_CHECK = 6
/** Failures that are named; when all fails, the first ones say why. */
const NAMED = 40
/** What follows the first line of Playwright's errors and says the most. */
const TELLING = /^\s*(?:Locator|Expected|Received|Call log|Test timeout)\b.*/i
/** What Node says by the way. */
const NODE_WARNING = /^\(node:\d+\)|^\(Use `node --trace/

/** Each test that failed, and each file that could not be run. Files are relative to `root`. */
export function failuresOfVitest(report: VitestReport, root: string): Failure[] {
  return report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name)
    const failed = assertionResults
      .filter((test) => test.status === 'failed')
      .map(({ ancestorTitles, title, failureMessages }) => ({
        name: [file, ...ancestorTitles.filter((part) => part !== ''), title].join(' > '),
        error: linesOf(failureMessages?.[0] ?? '').slice(0, 1),
      }))
    if (failed.length > 0 || status !== 'failed') return failed
    return [{ name: file, error: linesOf(message).slice(0, 1) }]
  })
}

/** Each spec that failed, or passed only when it was tried again, and what kept others from being run. */
export function failuresOfPlaywright(report: JSONReport): Failure[] {
  const outside = report.errors.map(({ message, value }) => ({
    name: 'playwright',
    error: linesOf(message ?? value ?? '').slice(0, 1),
  }))
  return [...outside, ...report.suites.flatMap((suite) => failuresOfSuite(suite, []))]
}

function failuresOfSuite(suite: JSONReportSuite, above: readonly string[]): Failure[] {
  const path = [...above, suite.title]
  const own = suite.specs.flatMap(({ title, tests }) =>
    tests
      .filter(({ status }) => status === 'unexpected' || status === 'flaky')
      .map((test) => ({
        name: `${[...path, title].join(' > ')} (${test.projectName}${test.status === 'flaky' ? ', flaky' : ''})`,
        error: errorOf(test),
      })),
  )
  return [...own, ...(suite.suites ?? []).flatMap((below) => failuresOfSuite(below, path))]
}

/** The first line, what was expected and received, and where. */
function errorOf({ results }: JSONReportTest): string[] {
  const error = results.flatMap(({ errors }) => errors)[0]
  const location = results.find((result) => result.errorLocation !== undefined)?.errorLocation
  const [first = '', ...others] = linesOf(error?.message ?? results[0]?.status ?? '')
  const at = location === undefined ? [] : [`at ${relative(process.cwd(), location.file)}:${location.line}`]
  return [first, ...others.filter((line) => TELLING.test(line)).slice(0, 3), ...at].filter((line) => line !== '')
}

/**
 * A check that failed, or a suite that did so without a test of its own.
 * @param said its standard error, or where that is empty its standard output
 */
export function failureOfCheck(name: string, said: string): Failure {
  const lines = linesOf(said).filter((line) => !NODE_WARNING.test(line))
  return { name, error: lines.slice(0, LINES_OF_CHECK) }
}

/** How the failures of all steps are printed. None where nothing failed. */
export function failureLines(
  steps: readonly { readonly name: string; readonly failures: readonly Failure[] }[],
): string[] {
  const all = steps.flatMap(({ name, failures }) => failures.map((failure) => ({ step: name, ...failure })))
  const named = all.slice(0, NAMED)
  const lines = named.flatMap(({ step, name, error }) => [
    `FAILED ${step}: ${short(name)}`,
    ...error.map((line) => `       ${short(line)}`),
  ])
  return all.length > NAMED ? [...lines, `and ${all.length - NAMED} more`] : lines
}

/** Without colours and empty lines. */
function linesOf(text: string): string[] {
  return stripVTControlCharacters(text)
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
}

function short(line: string): string {
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}
