/**
 * The whole test run, in two lanes side by side: in one the build, then the suites that wait for real time, processes and
 * browsers, in turn; in the other, of lower priority, all that only computes: checks, a sample of the mutants, simulations.
 * Every step runs even when one before it failed. Ends with `N passed, N failed`.
 * `npm test -- unit sim` runs the named steps only.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { setPriority } from 'node:os'
import { resolve } from 'node:path'
import { BUNDLE_VARIABLE } from '../test/support/programs.ts'
import { ensureBrowser } from './browser.ts'

interface Count {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
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

/** Hides Node's experimental-feature warnings. */
const NO_WARNING = '--disable-warning=ExperimentalWarning'

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

console.log('')
for (const { name, count, seconds } of rows) {
  console.log(
    `${name.padEnd(12)} ${String(count.passed).padStart(5)} passed ${String(count.failed).padStart(4)} failed ${seconds.toFixed(1).padStart(7)} s`,
  )
}
const total = (key: keyof Count): number => rows.reduce((sum, row) => sum + row.count[key], 0)
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
  const failed = counts.some((count) => count.failed > 0)
  return { passed: failed ? 0 : 1, failed: failed ? 1 : 0, skipped: 0 }
}

async function check(command: string, args: readonly string[], given: Given = {}): Promise<Count> {
  return countOf(await execute(command, args, { aside: true, ...given }))
}

/** What is one thing, well or not. */
function countOf(status: number | null): Count {
  return status === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
}

async function suite(project: string, aside: boolean, workers?: number): Promise<Count> {
  const report = `${REPORTS}/${project}.json`
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`]
  const more = workers === undefined ? [] : [`--maxWorkers=${workers}`]
  const status = await execute('vitest', ['run', '--project', project, ...reporters, ...more], { aside })
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 }
  const result: { numPassedTests: number; numFailedTests: number; numPendingTests: number; success: boolean } =
    JSON.parse(readFileSync(report, 'utf8'))
  // A file that does not even load has no failed test, yet the run failed.
  const failed = Math.max(result.numFailedTests, status === 0 && result.success ? 0 : 1)
  return { passed: result.numPassedTests, failed, skipped: result.numPendingTests }
}

/** A few of all: `npm run mutants` takes long. */
async function sampleOfMutants(aside: boolean): Promise<Count> {
  return countOf(await execute('node', [NO_WARNING, 'scripts/mutants.ts', '--sample'], { aside }))
}

async function endToEnd(): Promise<Count> {
  const browser = await browserReady
  if (browser === null) return { passed: 0, failed: 1, skipped: 0 }
  return await playwright(null, { PEERSCOPE_BROWSER: browser })
}

/** The specs of one project of playwright.config.ts, or of all. */
async function playwright(project: string | null, env: Readonly<Record<string, string>> = {}): Promise<Count> {
  const name = project === null ? 'e2e' : `e2e-${project}`
  const report = `${REPORTS}/${name}.json`
  const status = await execute('playwright', ['test', ...(project === null ? [] : ['--project', project])], {
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  })
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 }
  const { stats }: { stats: { expected: number; unexpected: number; flaky: number; skipped: number } } = JSON.parse(
    readFileSync(report, 'utf8'),
  )
  return {
    passed: stats.expected,
    failed: Math.max(stats.unexpected + stats.flaky, status === 0 ? 0 : 1),
    skipped: stats.skipped,
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

/**
 * Runs it to its end.
 * @returns its exit code; null where a signal ended it or it could not be started
 */
function execute(command: string, args: readonly string[], given: Given = {}): Promise<number | null> {
  const { aside = false, stepsBack = aside, quietWhenFine = false, env = {} } = given
  const output = aside ? 'pipe' : 'inherit'
  return new Promise((done) => {
    const child = spawn(command, args, {
      ...OPTIONS,
      env: { ...environment(), ...env },
      stdio: ['ignore', output, output],
    })
    if (stepsBack) stepBack(child.pid)
    const said: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => said.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => said.push(chunk))
    child.once('error', (error) => said.push(Buffer.from(`${error.message}\n`)))
    child.once('close', (code) => {
      if (aside) console.log(`\n— ${[command, ...args].join(' ')}`)
      if (code !== 0 || !quietWhenFine) process.stdout.write(Buffer.concat(said))
      done(code)
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
