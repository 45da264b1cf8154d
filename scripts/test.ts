/**
 * The whole test run, in two lanes side by side: in one the build, then the suites that wait for real time, processes and
 * browsers, in turn; in the other, of lower priority, all that only computes: checks, a sample of the mutants, simulations.
 * Every step runs even when one before it failed. Ends with what failed, a table of the steps and `N passed, N failed`.
 * `npm test -- unit sim` runs the named steps only.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { setPriority } from 'node:os'
import { resolve } from 'node:path'
import type { JSONReport } from '@playwright/test/reporter'
import { BUNDLE_VARIABLE } from '../test/support/programs.ts'
import { ensureBrowser } from './browser.ts'
import { failureLines, failureOfCheck, failuresOfPlaywright, failuresOfVitest } from './test/failures.ts'
import type { Failure, VitestReport } from './test/failures.ts'

interface Count {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** By name: at least one where anything failed. */
  readonly failures: readonly Failure[]
}

interface Step {
  readonly name: string
  /** @param aside whether another lane prints meanwhile: what this says is held back to its end */
  readonly run: (aside: boolean) => Promise<Count>
}

const REPORTS = 'test-results/reports'
/** Hundreds of processes are started from the same sources. */
const COMPILE_CACHE = resolve('test-results/compile-cache')
/** Integration tests wait for sockets and timers about as much as they compute. */
const INTEGRATION_WORKERS = 4
const OPTIONS = { shell: process.platform === 'win32' } as const

/**
 * How far what only computes steps back for the other lane, as a nice value: there some wait for a second at most, and peers
 * that are silent for some are taken for gone.
 */
const STEP_BACK = 10
/** What processes that tests start run (test/support/bundle.ts): bundled once for all suites. */
const BUNDLE = resolve('test-results/bundle/main')

/** How long the output of a command is still read after it ended, milliseconds. */
const LAST_WORDS_MS = 5000

/** Hides Node's experimental-feature warnings. */
const NO_WARNING = '--disable-warning=ExperimentalWarning'

/** The suites that a mutant is tried with. */
const TRIED: readonly string[] = ['unit', 'contract', 'sim']

/** Side by side. */
const checks: readonly Step[] = [
  { name: 'lint', run: () => check('npm', ['run', '--silent', 'lint']) },
  { name: 'format', run: () => check('npm', ['run', '--silent', 'format:check']) },
  { name: 'typecheck', run: () => check('node', ['scripts/typecheck.ts']) },
  { name: 'rules', run: () => check('node', [NO_WARNING, 'scripts/rules.ts'], { quietWhenFine: true }) },
]
const building: readonly Step[] = [{ name: 'build', run: build }]
/** The integration tests last: they use both cores also when the other lane has ended. */
const waiting: readonly Step[] = [
  { name: 'unit', run: (aside) => suite('unit', aside) },
  { name: 'contract', run: (aside) => suite('contract', aside) },
  { name: 'e2e', run: endToEnd },
  { name: 'integration', run: (aside) => suite('integration', aside, INTEGRATION_WORKERS) },
]
const computing: readonly Step[] = [
  { name: 'mutants', run: sampleOfMutants },
  { name: 'sim', run: (aside) => suite('sim', aside) },
  { name: 'mosaik', run: (aside) => suite('mosaik', aside) },
]
/** Run by name only: a part of another. It needs Electron's binary and a display, and no browser. */
const parts: readonly Step[] = [{ name: 'e2e-electron', run: () => playwright('electron') }]
const steps = [...checks, ...building, ...waiting, ...computing, ...parts]

const asked = process.argv.slice(2)
const wrong = asked.filter((name) => !steps.some((step) => step.name === name))
if (wrong.length > 0) {
  console.error(`no such step: ${wrong.join(', ')}; there are ${steps.map((step) => step.name).join(', ')}`)
  process.exit(2)
}

rmSync('test-results', { recursive: true, force: true })
mkdirSync(REPORTS, { recursive: true })
const wanted = ({ name }: Step): boolean => asked.length === 0 || asked.includes(name)
// Where one has to be installed, that is done beside the rest.
const browserReady = waiting.filter(wanted).some(({ name }) => name === 'e2e') ? ensureBrowser() : null
const front = [...waiting.filter(wanted), ...parts.filter(({ name }) => asked.includes(name))]
const built = Promise.all(building.filter(wanted).map((step) => timed(step)))
const checked = Promise.all(checks.filter(wanted).map((step) => timed(step)))
const lanes = [
  built.then(() => inTurn(front, false)),
  Promise.all([built, checked]).then(() => inTurn(computing.filter(wanted), front.length > 0)),
]
const rows = (await Promise.all([checked, built, ...lanes])).flat()

const failureText = failureLines(rows.map(({ name, count }) => ({ name, failures: count.failures }))).join('\n')
if (failureText !== '') console.log(`\n${failureText}`)
console.log('')
for (const { name, count, seconds } of rows) {
  console.log(
    `${name.padEnd(12)} ${String(count.passed).padStart(5)} passed ${String(count.failed).padStart(4)} failed ${seconds.toFixed(1).padStart(7)} s`,
  )
}
const total = (key: 'passed' | 'failed' | 'skipped'): number => rows.reduce((sum, row) => sum + row.count[key], 0)
const skipped = total('skipped') > 0 ? `, ${total('skipped')} skipped` : ''
process.exitCode = total('failed') === 0 ? 0 : 1
console.log(`\n${total('passed')} passed, ${total('failed')} failed${skipped}`)

interface Row {
  readonly name: string
  readonly count: Count
  readonly seconds: number
}

async function timed({ name, run }: Step, aside = false): Promise<Row> {
  const from = performance.now()
  const count = await run(aside)
  return { name, count, seconds: (performance.now() - from) / 1000 }
}

async function inTurn(lane: readonly Step[], aside: boolean): Promise<Row[]> {
  const done: Row[] = []
  for (const step of lane) {
    if (!aside) console.log(`\n— ${step.name}`)
    done.push(await timed(step, aside))
  }
  return done
}

/** The app, and the programs that tests start: all others wait for it. */
async function build(): Promise<Count> {
  const counts = await Promise.all([
    check('electron-vite', ['build', '--logLevel', 'warn'], { stepsBack: false }),
    check('node', ['test/support/bundle.ts', BUNDLE], { stepsBack: false }),
  ])
  return asOne(counts.flatMap(({ failures }) => failures))
}

async function check(command: string, args: readonly string[], given: Given = {}): Promise<Count> {
  const { status, said } = await execute(command, args, { aside: true, ...given })
  return asOne(status === 0 ? [] : [failureOfCheck([command, ...args].join(' '), said)])
}

/** What is one thing, well or not. */
function asOne(failures: readonly Failure[]): Count {
  const failed = failures.length > 0
  return { passed: failed ? 0 : 1, failed: failed ? 1 : 0, skipped: 0, failures }
}

async function suite(project: string, aside: boolean, workers?: number): Promise<Count> {
  const report = `${REPORTS}/${project}.json`
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`]
  const more = workers === undefined ? [] : [`--maxWorkers=${workers}`]
  const { status, said } = await execute('vitest', ['run', '--project', project, ...reporters, ...more], { aside })
  const whole = failureOfCheck(`vitest --project ${project}, outside its tests`, said)
  if (!existsSync(report)) return asOne([whole])
  const result: VitestReport = JSON.parse(readFileSync(report, 'utf8'))
  const named = failuresOfVitest(result, process.cwd())
  // A file that does not even load has no failed test, yet the run failed; so it does for an error outside all tests.
  const bad = status !== 0 || !result.success
  return {
    passed: result.numPassedTests,
    failed: Math.max(result.numFailedTests, bad ? 1 : 0),
    skipped: result.numPendingTests,
    failures: bad && named.length === 0 ? [whole] : named,
  }
}

/** A few of all: `npm run mutants` takes long. Where the suites are run too, those say whether the tests pass without one. */
async function sampleOfMutants(aside: boolean): Promise<Count> {
  const tested =
    [...waiting, ...computing].filter(wanted).filter(({ name }) => TRIED.includes(name)).length === TRIED.length
  const flags = ['--sample', ...(tested ? ['--tested'] : [])]
  return await check('node', [NO_WARNING, 'scripts/mutants.ts', ...flags], { aside })
}

async function endToEnd(): Promise<Count> {
  const browser = await browserReady
  if (browser === null) return asOne([failureOfCheck('playwright', 'no browser: see above')])
  return await playwright(null, { PEERSCOPE_BROWSER: browser })
}

/** The specs of one project of playwright.config.ts, or of all. */
async function playwright(project: string | null, env: Readonly<Record<string, string>> = {}): Promise<Count> {
  const name = project === null ? 'e2e' : `e2e-${project}`
  const report = `${REPORTS}/${name}.json`
  const { status, said } = await execute('playwright', ['test', ...(project === null ? [] : ['--project', project])], {
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  })
  const whole = failureOfCheck('playwright, outside its specs', said)
  if (!existsSync(report)) return asOne([whole])
  const result: JSONReport = JSON.parse(readFileSync(report, 'utf8'))
  const { expected, unexpected, flaky, skipped: left } = result.stats
  const named = failuresOfPlaywright(result)
  return {
    passed: expected,
    failed: Math.max(unexpected + flaky, status === 0 ? 0 : 1),
    skipped: left,
    failures: status !== 0 && named.length === 0 ? [whole] : named,
  }
}

interface Given {
  /** What it says is printed when it ends: others say something meanwhile. */
  readonly aside?: boolean
  /** Whether it leaves the cores to others, as all do that are aside. */
  readonly stepsBack?: boolean
  readonly quietWhenFine?: boolean
  readonly env?: NodeJS.ProcessEnv
}

interface Ended {
  /** Its exit code; null where a signal ended it or it could not be started. */
  readonly status: number | null
  /** Its standard error, or where that is empty its standard output; empty where that went straight to a terminal. */
  readonly said: string
}

/** Runs it to its end. */
function execute(command: string, args: readonly string[], given: Given = {}): Promise<Ended> {
  const { aside = false, stepsBack = aside, quietWhenFine = false, env = {} } = given
  // A terminal is given as it is: what runs there shows how far it is.
  const output = aside || !process.stdout.isTTY ? 'pipe' : 'inherit'
  return new Promise((done) => {
    const child = spawn(command, args, {
      ...OPTIONS,
      env: { ...environment(), ...env },
      stdio: ['ignore', output, output],
    })
    if (stepsBack) stepBack(child.pid)
    const all: Buffer[] = []
    const errors: Buffer[] = []
    const hear = (chunk: Buffer): void => {
      all.push(chunk)
      if (!aside) process.stdout.write(chunk)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', (chunk: Buffer) => {
      errors.push(chunk)
      hear(chunk)
    })
    child.once('error', (error) => {
      errors.push(Buffer.from(`${error.message}\n`))
      hear(Buffer.from(`${error.message}\n`))
    })
    // What it left running keeps its output open.
    child.once('exit', () => {
      setTimeout(() => {
        child.stdout?.destroy()
        child.stderr?.destroy()
      }, LAST_WORDS_MS).unref()
    })
    child.once('close', (status) => {
      if (aside) console.log(`\n— ${[command, ...args].join(' ')}`)
      if (aside && (status !== 0 || !quietWhenFine)) process.stdout.write(Buffer.concat(all))
      done({ status, said: Buffer.concat(errors).toString().trim() || Buffer.concat(all).toString() })
    })
  })
}

/** What it starts does the same. */
function stepBack(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, STEP_BACK)
  } catch {
    // It has ended already, or may not: all goes on, only less smoothly.
  }
}

function environment(): NodeJS.ProcessEnv {
  return {
    ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }),
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    ...(existsSync(BUNDLE) ? { [BUNDLE_VARIABLE]: BUNDLE } : {}),
    ...process.env,
  }
}
