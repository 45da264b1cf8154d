/**
 * `npm run pack:app [-- ELECTRON-BUILDER-FLAGS]`: builds and packages the desktop app for this system into out/dist/
 * (docs/packaging.md). PEERSCOPE_RELEASES=owner/name says where on GitHub the app looks for updates once its user agreed.
 */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { writeIcons } from './pack-icons.ts'
import { packRuns, takeOver } from './pack-linux.ts'
import type { PackRun } from './pack-linux.ts'
import { tagProblem, versionOf } from './pack-version.ts'

/**
 * The flags that electron-builder is given.
 * @throws Error when `releases` is no `owner/name`, or the tag not this version's
 */
export function builderFlags(version: string, env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const problem = env['GITHUB_REF_TYPE'] === 'tag' ? tagProblem(env['GITHUB_REF_NAME'] ?? '', version) : null
  if (problem !== null) throw new Error(problem)
  // Nothing is uploaded from here: the workflow attaches the files to a draft.
  const flags = ['--config', 'electron-builder.yml', '--publish', 'never']
  const releases = env['PEERSCOPE_RELEASES'] ?? ''
  if (releases === '') return flags
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(releases) ?? []
  if (owner === undefined || repo === undefined) throw new Error(`PEERSCOPE_RELEASES is not owner/name: '${releases}'`)
  return [
    ...flags,
    '-c.publish.provider=github',
    `-c.publish.owner=${owner}`,
    `-c.publish.repo=${repo}`,
    `-c.extraMetadata.homepage=https://github.com/${owner}/${repo}`,
  ]
}

/** Runs electron-builder as often as is needed; all packages end up in `out`. */
export async function packageApp(
  runs: readonly PackRun[],
  out: string,
  build: (flags: readonly string[]) => void | Promise<unknown>,
): Promise<void> {
  for (const { flags, apart } of runs) {
    await build(flags)
    if (apart !== null) takeOver(apart, out)
  }
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..')
  const run = (command: string, args: readonly string[], shell = false): void => {
    const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell })
    if (status !== 0) process.exit(status ?? 1)
  }
  const out = join(root, 'out', 'dist')
  const flags = builderFlags(versionOf(root), process.env)
  const runs = packRuns(process.argv.slice(2), process.platform, out)
  run('npm', ['run', '--silent', 'build'], process.platform === 'win32')
  writeIcons(root, join(root, 'out', 'icons'))
  const builder = createRequire(import.meta.url).resolve('electron-builder/cli.js')
  await packageApp(runs, out, (given) => run(process.execPath, [builder, ...flags, ...given]))
}
