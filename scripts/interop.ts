/**
 * `npm run interop [-- --mosaik 0.4.2] [-- --build] [-- FILTER…]`: builds real mosaik nodes and runs the scenarios of
 * test/interop/ against them, in a network namespace with loopback only. `--mosaik` chooses one version, `--build` only builds, a
 * filter is part of a scenario's file name. Exit code 2: something that it needs is missing here.
 */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build, findCargo, MOSAIK_VERSIONS, targetFolder } from '../test/interop/build.ts'
import { isolation } from '../test/interop/namespace.ts'
import { BINARIES_VARIABLE } from '../test/interop/support/versions.ts'

const ROOT = join(import.meta.dirname, '..')
const require = createRequire(import.meta.url)
const { values, positionals } = parseArgs({
  options: { mosaik: { type: 'string' }, build: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const wanted = MOSAIK_VERSIONS.filter(({ version }) => values.mosaik === undefined || version === values.mosaik)
if (wanted.length === 0)
  refuse(`Invalid --mosaik ${values.mosaik}. It may be ${MOSAIK_VERSIONS.map((one) => one.version).join(' or ')}.`)

const cargo = findCargo()
const isolated = isolation()
const missing = [
  ...(cargo === null
    ? ['cargo, which builds the mosaik nodes: install Rust 1.93 or newer from https://rustup.rs']
    : []),
  ...('missing' in isolated ? [isolated.missing] : []),
  ...(loads('@number0/iroh')
    ? []
    : ['@number0/iroh, an optional dependency that npm install did not find for this platform']),
]
if (missing.length > 0 || cargo === null || 'missing' in isolated)
  refuse(['npm run interop cannot run here. Missing:', ...missing.map((one) => `  ${one}`)].join('\n'))

const binaries: Record<string, string> = {}
for (const version of wanted) {
  console.log(
    `Building a node on mosaik ${version.version} in ${targetFolder()}. The first time takes ten minutes or more.`,
  )
  binaries[version.version] = await build(version, cargo)
}
if (!values.build) {
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
  const command = [
    process.execPath,
    vitest,
    'run',
    '--config',
    join(ROOT, 'test', 'interop', 'vitest.config.ts'),
    ...positionals,
  ]
  const [program = '', ...args] = isolated.wrap(command)
  const env = { ...process.env, [BINARIES_VARIABLE]: JSON.stringify(binaries) }
  const { status } = spawnSync(program, args, { cwd: ROOT, env, stdio: 'inherit' })
  process.exitCode = status ?? 1
}

function loads(name: string): boolean {
  try {
    require(name)
    return true
  } catch {
    return false
  }
}

function refuse(why: string): never {
  console.error(why)
  process.exit(2)
}
