/** The workflow runs what is there, on the systems and displays that users have. What it makes of that, only GitHub shows. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import packageJson from '../../../package.json' with { type: 'json' }
import { readYaml } from './yaml.ts'

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly if?: string
}
interface Job {
  readonly 'runs-on': string
  readonly 'timeout-minutes': number
  readonly needs?: string | readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> }
  readonly steps: readonly Step[]
}

const { jobs } = readYaml('.github/workflows/build.yml') as { readonly jobs: Readonly<Record<string, Job>> }
const all = Object.entries(jobs).flatMap(([name, { steps }]) => steps.map((step) => [name, step] as const))
const SYSTEMS = ['ubuntu-24.04', 'macos-15', 'windows-2025']

/** All that a job runs, each condition before its command. */
function commands(job: string): string {
  return (jobs[job]?.steps ?? []).map(({ if: when = 'always', run = '' }) => `[${when}] ${run}`).join('\n')
}

describe('every job', () => {
  it.each(Object.entries(jobs))('%s ends in time, and uses fixed versions', (_name, job) => {
    expect(job['timeout-minutes']).toBeLessThanOrEqual(60)
    for (const { uses } of job.steps) expect(uses ?? 'actions/none@v1').toMatch(/^actions\/[\w-]+@v\d+$/)
  })

  it('runs only scripts, steps and files that are there', () => {
    const steps = new Set(
      [...readFileSync('scripts/test.ts', 'utf8').matchAll(/\{ name: '([\w-]+)'/g)].map(([, name]) => name),
    )
    for (const [, { run = '' }] of all) {
      for (const [, name = ''] of run.matchAll(/\bnpm run ([\w:-]+)/g))
        expect(packageJson.scripts).toHaveProperty([name])
      for (const [, names = ''] of run.matchAll(/\bnpm test -- ([\w -]+)/g))
        for (const name of names.trim().split(' ')) expect(steps).toContain(name)
      for (const [path] of run.matchAll(/(?:scripts|\.github|node_modules)\/[\w./-]+/g))
        expect([path, existsSync(path)]).toEqual([path, true])
    }
  })
})

describe('Electron', () => {
  it('runs the specs on the three systems', () => {
    expect(jobs['test']?.strategy?.matrix['os']).toEqual(SYSTEMS)
    expect(commands('test')).toContain('node_modules/electron/install.js')
    expect(commands('test')).toMatch(/\[runner\.os == 'Linux'\] \S+on-display\.sh xvfb npm test$/m)
    expect(commands('test')).toMatch(/\[runner\.os != 'Linux'\] npm test -- .*\be2e-electron$/m)
  })

  it('is packaged and opened on the three systems', () => {
    const { matrix } = jobs['package']?.strategy ?? { matrix: {} }
    expect((matrix['include'] as readonly { readonly os: string }[]).map(({ os }) => os)).toEqual(SYSTEMS)
    for (const system of ['Linux', 'macOS', 'Windows'])
      expect(commands('package')).toMatch(new RegExp(`\\[runner\\.os == '${system}'\\] .*pack-smoke\\.ts "\\$APP"`))
  })

  it('meets Linux with and without a limit of user namespaces, on X11 and on Wayland', () => {
    expect(jobs['desktop']?.strategy?.matrix).toEqual({
      namespaces: ['allowed', 'limited'],
      display: ['xvfb', 'wayland'],
    })
    const run = commands('desktop')
    expect(run).toContain('sysctl -w kernel.apparmor_restrict_unprivileged_userns="$limit"')
    expect(run).toContain('test "$found" = "$NAMESPACES"')
    // The specs, the checkout's app or the reason why there is none, and both packages.
    expect(run).toMatch(/npm test -- build e2e-electron$/m)
    expect(run).toMatch(/\[matrix\.namespaces == 'allowed'\] .*pack-smoke\.ts \$SMOKE_FLAGS$/m)
    expect(run).toMatch(/\[matrix\.namespaces == 'limited'\] .*start-falls-back\.sh$/m)
    expect(run).toMatch(
      /apt-get install -y \.\/packages\/\*\.deb[\s\S]*pack-smoke\.ts "\$\(command -v peerscope-desktop\)"/,
    )
    expect(run).toMatch(/pack-smoke\.ts packages\/\*\.AppImage/)
    // Nothing but the checkout's Electron and the AppImage is ever opened without its sandbox.
    expect(run.match(/--no-sandbox/g)).toHaveLength(1)
    for (const line of run.split('\n').filter((line) => line.includes('pack-smoke') || line.includes('npm test')))
      expect(line).toContain('on-display.sh "$DISPLAY_KIND"')
  })

  it('is released only when all of it has been opened', () => {
    expect(jobs['release']?.needs).toEqual(['package', 'desktop', 'image'])
    expect(jobs['desktop']?.needs).toBe('package')
    expect(jobs['package']?.needs).toBe('test')
  })
})
