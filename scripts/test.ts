/**
 * The whole test run: type check, lint, rule check and build side by side, then the suites, in order, a sample of the
 * mutants among them. Every step runs even when one before it failed. Ends with `N passed, N failed`.
 * `npm test -- unit sim` runs the named steps only.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { ensureBrowser } from './browser.ts'

interface Count {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

interface Step {
  readonly name: string
  readonly run: () => Count | Promise<Count>
}

const REPORTS = 'test-results/reports'
/** Hundreds of processes are started from the same sources. */
const COMPILE_CACHE = resolve('test-results/compile-cache')
/** Integration tests wait for sockets and timers about as much as they compute. */
const INTEGRATION_WORKERS = 4
const OPTIONS = { shell: process.platform === 'win32' } as const

/** None waits for another: together they use both cores. */
const checks: readonly Step[] = [
  { name: 'lint', run: () => check('npm', ['run', '--silent', 'lint']) },
  { name: 'format', run: () => check('npm', ['run', '--silent', 'format:check']) },
  { name: 'typecheck', run: () => check('node', ['scripts/typecheck.ts']) },
  { name: 'rules', run: () => check('node', ['--disable-warning=ExperimentalWarning', 'scripts/rules.ts'], true) },
  { name: 'build', run: () => check('electron-vite', ['build', '--logLevel', 'warn']) },
]
const suites: readonly Step[] = [
  { name: 'unit', run: () => suite('unit') },
  { name: 'contract', run: () => suite('contract') },
  { name: 'mutants', run: sampleOfMutants },
  { name: 'sim', run: () => suite('sim') },
  { name: 'integration', run: () => suite('integration', INTEGRATION_WORKERS) },
  { name: 'e2e', run: endToEnd },
]
/** Run by name only: a part of another. It needs Electron's binary and a display, and no browser. */
const parts: readonly Step[] = [{ name: 'e2e-electron', run: () => playwright('electron') }]
const steps = [...checks, ...suites, ...parts]

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
const browserReady = suites.filter(wanted).some(({ name }) => name === 'e2e') ? ensureBrowser() : null
const rows = await Promise.all(checks.filter(wanted).map(timed))
for (const step of [...suites.filter(wanted), ...parts.filter(({ name }) => asked.includes(name))]) {
  console.log(`\n— ${step.name}`)
  rows.push(await timed(step))
}

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

async function timed({ name, run }: Step): Promise<{ name: string; count: Count; seconds: number }> {
  const from = performance.now()
  const count = await run()
  return { name, count, seconds: (performance.now() - from) / 1000 }
}

/** What it says is printed when it ends: others say something meanwhile. */
function check(command: string, args: readonly string[], quietWhenFine = false): Promise<Count> {
  return new Promise((done) => {
    const child = spawn(command, args, { ...OPTIONS, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] })
    const said: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
    child.once('error', (error) => said.push(Buffer.from(`${error.message}\n`)))
    child.once('close', (code) => {
      console.log(`\n— ${[command, ...args].join(' ')}`)
      if (code !== 0 || !quietWhenFine) process.stdout.write(Buffer.concat(said))
      done(code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 })
    })
  })
}

function suite(project: string, workers?: number): Count {
  const report = `${REPORTS}/${project}.json`
  const { status } = execute('vitest', [
    'run',
    '--project',
    project,
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...(workers === undefined ? [] : [`--maxWorkers=${workers}`]),
  ])
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 }
  const result: { numPassedTests: number; numFailedTests: number; numPendingTests: number; success: boolean } =
    JSON.parse(readFileSync(report, 'utf8'))
  // A file that does not even load has no failed test, yet the run failed.
  const failed = Math.max(result.numFailedTests, status === 0 && result.success ? 0 : 1)
  return { passed: result.numPassedTests, failed, skipped: result.numPendingTests }
}

/** A few of all: `npm run mutants` takes long. */
function sampleOfMutants(): Count {
  const { status } = execute('node', ['--disable-warning=ExperimentalWarning', 'scripts/mutants.ts', '--sample'])
  return status === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
}

async function endToEnd(): Promise<Count> {
  const browser = await browserReady
  if (browser === null) return { passed: 0, failed: 1, skipped: 0 }
  return playwright(null, { PEERSCOPE_BROWSER: browser })
}

/** The specs of one project of playwright.config.ts, or of all. */
function playwright(project: string | null, env: Readonly<Record<string, string>> = {}): Count {
  const name = project === null ? 'e2e' : `e2e-${project}`
  const report = `${REPORTS}/${name}.json`
  const { status } = execute('playwright', ['test', ...(project === null ? [] : ['--project', project])], {
    ...env,
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
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

function execute(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return spawnSync(command, args, {
    ...OPTIONS,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...environment(), ...env },
  })
}

function environment(): NodeJS.ProcessEnv {
  return {
    ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }),
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    ...process.env,
  }
}
