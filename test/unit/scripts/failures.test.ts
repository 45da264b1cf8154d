import { join } from 'node:path'
import type { JSONReport } from '@playwright/test/reporter'
import { describe, expect, it } from 'vitest'
import { failureLines, failureOfCheck, failuresOfPlaywright, failuresOfVitest } from '../../../scripts/test/failures.ts'

const ROOT = join(import.meta.dirname, '..')
const report = (...testResults: object[]) =>
  ({ success: false, numPassedTests: 1, numFailedTests: 1, numPendingTests: 0, testResults }) as never
const file = (more: object) => ({ name: join(ROOT, 'a.test.ts'), status: 'failed', message: '', ...more })

describe('failures of vitest', () => {
  it('are named by file and title, with the first line of the error', () => {
    const failed = { ancestorTitles: ['', 'a peer'], title: 'is seen', status: 'failed' }
    const assertionResults = [
      {
        ...failed,
        failureMessages: ['\u001b[31mAssertionError: expected 1 to be 2\u001b[39m\n    at x.ts:1:1', 'more'],
      },
      { ...failed, status: 'passed', title: 'is heard', failureMessages: [] },
      { ...failed, title: 'is left', failureMessages: null },
    ]
    expect(failuresOfVitest(report(file({ assertionResults })), ROOT)).toEqual([
      { name: 'a.test.ts > a peer > is seen', error: ['AssertionError: expected 1 to be 2'] },
      { name: 'a.test.ts > a peer > is left', error: [] },
    ])
  })

  it('are also files that could not be run', () => {
    const broken = file({ message: 'Cannot find module ./b.ts\nimported from a.ts', assertionResults: [] })
    const passed = file({ status: 'passed', assertionResults: [{ ancestorTitles: [], title: 'a', status: 'passed' }] })
    expect(failuresOfVitest(report(broken, passed), ROOT)).toEqual([
      { name: 'a.test.ts', error: ['Cannot find module ./b.ts'] },
    ])
  })
})

describe('failures of Playwright', () => {
  const message = [
    'Error: \u001b[2mexpect(locator).toHaveText()\u001b[22m failed',
    '',
    "Locator:  locator('x')",
    'Expected: "1"',
    'Received: "2"',
    'Timeout:  5000ms',
    '  - waiting',
  ].join('\n')
  const result = {
    status: 'failed',
    errors: [{ message }, { message: 'another' }],
    errorLocation: { file: join(process.cwd(), 'test', 'e2e', 'a.spec.ts'), line: 7, column: 1 },
  }
  const spec = (title: string, status: string) => ({
    title,
    tests: [{ projectName: 'browser', status, results: status === 'expected' ? [] : [result] }],
  })
  const suite = {
    title: 'a.spec.ts',
    specs: [spec('a window opens', 'unexpected'), spec('it closes', 'expected')],
    suites: [{ title: 'a table', specs: [spec('is sorted', 'flaky')] }],
  }

  it('are named also where they passed at last, with what was expected, and where', () => {
    const error = [
      'Error: expect(locator).toHaveText() failed',
      "Locator:  locator('x')",
      'Expected: "1"',
      'Received: "2"',
      `at ${join('test', 'e2e', 'a.spec.ts')}:7`,
    ]
    expect(failuresOfPlaywright({ errors: [], suites: [suite] } as unknown as JSONReport)).toEqual([
      { name: 'a.spec.ts > a window opens (browser)', error },
      { name: 'a.spec.ts > a table > is sorted (browser, flaky)', error },
    ])
  })

  it('are also errors outside the specs, and specs that never said why', () => {
    const silent = { title: 'b', tests: [{ projectName: 'browser', status: 'unexpected', results: [] }] }
    const given = { errors: [{ message: 'no bundle\nat x' }], suites: [{ title: 'b.spec.ts', specs: [silent] }] }
    expect(failuresOfPlaywright(given as unknown as JSONReport)).toEqual([
      { name: 'playwright', error: ['no bundle'] },
      { name: 'b.spec.ts > b (browser)', error: [] },
    ])
  })
})

describe('a failed check', () => {
  it("is named with the start of what it said, without Node's warnings", () => {
    const said = `(node:12) Warning: old\n(Use \`node --trace-warnings ...\` to show)\n\n${'12345678'.split('').join('\n')}`
    expect(failureOfCheck('npm run lint', said)).toEqual({
      name: 'npm run lint',
      error: ['1', '2', '3', '4', '5', '6'],
    })
  })
})

describe('the end of a run', () => {
  it('names the step, and says nothing where all passed', () => {
    const steps = [
      { name: 'lint', failures: [] },
      { name: 'unit', failures: [{ name: 'a > b', error: ['x'.repeat(1000), 'y'] }] },
    ]
    expect(failureLines(steps)).toEqual(['FAILED unit: a > b', `       ${'x'.repeat(239)}…`, '       y'])
    expect(failureLines(steps.slice(0, 1))).toEqual([])
  })

  it('names the first of many, and counts the others', () => {
    const failures = Array.from({ length: 45 }, (_, index) => ({ name: `t${index}`, error: [] }))
    const lines = failureLines([{ name: 'unit', failures }])
    expect(lines).toHaveLength(41)
    expect(lines.slice(-2)).toEqual(['FAILED unit: t39', 'and 5 more'])
  })
})
