/**
 * `npm run pack:npm [-- FOLDER]`: builds, packs the npm package into the folder (default: out/dist), and checks what is in it.
 * npm itself would not build first: scripts are off (.npmrc).
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { versionOf } from './pack-version.ts'

/** Files that the package cannot do without. */
const NEEDED = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'bin/compiled.js',
  'bin/peerscope.js',
  'out/cli/cli.cjs',
  'out/cli/aside-worker.cjs',
  'out/cli/swarm-process.cjs',
  'out/cli/verifier-worker.cjs',
  'out/main/api.js',
  'out/main/aside-worker.js',
  'out/main/verifier-worker.js',
  'out/main/swarm-process.js',
  'out/renderer/index.html',
  'out/types/main/api.d.ts',
  'packaging/systemd/peerscope-node@.service',
] as const

/** All that may be in it besides. */
const ALLOWED = /^(?:out\/(?:cli|main|preload|renderer|types)\/|docs\/[\w-]+\.md$|packaging\/systemd\/)/

/** What is wrong with the package's list of files, one line each. */
export function contentProblems(files: readonly string[]): readonly string[] {
  const needed: readonly string[] = NEEDED
  return [
    ...needed.filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
    ...files
      .filter((file) => !needed.includes(file) && !ALLOWED.test(file))
      .map((file) => `${file} does not belong in the package`),
    ...files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')).map((file) => `${file} is a source`),
  ]
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..')
  const folder = resolve(process.argv[2] ?? join(root, 'out', 'dist'))
  const version = versionOf(root)
  const shell = process.platform === 'win32'
  const built = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit', shell })
  if (built.status !== 0) process.exit(built.status ?? 1)
  mkdirSync(folder, { recursive: true })
  const packed = spawnSync('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    shell,
  })
  if (packed.status !== 0) process.exit(packed.status ?? 1)
  const [made]: { filename: string; files: { path: string }[] }[] = JSON.parse(packed.stdout)
  const problems = contentProblems(made?.files.map(({ path }) => path) ?? [])
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exit(1)
  console.log(`${join(folder, made?.filename ?? '')} is Peerscope ${version}`)
}
