import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { healthUrl } from '../../../packaging/docker/health.js'
import { all, copiesOf, letThrough, ourStages, stagesOf } from './dockerfile.ts'
import type { Stage } from './dockerfile.ts'

interface Locked {
  readonly optional?: boolean
  readonly dev?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** The packages of the lock file. */
const lock: Readonly<Record<string, Locked>> = (
  JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> }
).packages

const stages = ourStages()
const last = (): Stage => {
  const stage = stages.at(-1)
  if (stage === undefined) throw new Error('no stage')
  return stage
}

describe('the Dockerfile', () => {
  it('starts each stage from the same Debian with Node 24', () =>
    expect(new Set(stages.map(({ image }) => image))).toEqual(new Set(['node:24-bookworm-slim'])))

  it('copies only what is there, not ignored, or built by an earlier stage', () => {
    const allowed = letThrough(readFileSync('.dockerignore', 'utf8'))
    const copies = stages.flatMap((stage, index) => copiesOf(stage).map((copy) => ({ ...copy, index })))
    const before = (index: number): (string | null)[] => stages.slice(0, index).map(({ name }) => name)
    expect(copies.filter(({ from, index }) => from !== null && !before(index).includes(from))).toEqual([])
    const used = new Set(copies.filter(({ from }) => from === null).flatMap(({ sources }) => sources))
    expect([...used].filter((source) => !existsSync(source))).toEqual([])
    // Nothing else is sent to the builder.
    expect([...used].sort()).toEqual([...allowed].sort())
  })

  it('installs from the lock file with scripts off, and leaves build tools and a second Node out of the image', () => {
    const installs = stages.slice(0, 2).flatMap((stage) => all(stage, 'RUN'))
    expect(installs).toEqual([
      'npm ci --no-audit --no-fund',
      'npm run build',
      'npm ci --omit=dev --no-audit --no-fund',
      'rm -rf node_modules/node-linux-* node_modules/node-bin-*',
    ])
    expect(readFileSync('.npmrc', 'utf8')).toContain('ignore-scripts=true')
    // Optional are Node's binaries, which are taken out again, and iroh, which is not.
    const optional = Object.keys(lock).filter((name) => lock[name]?.optional === true && !lock[name]?.dev)
    const node = optional.filter((name) => /^node_modules\/node-(bin-|linux-|darwin-|win-)/.test(name))
    expect(optional.filter((name) => !node.includes(name) && !name.startsWith('node_modules/@number0/'))).toEqual([])
    // And nothing else has such a name.
    expect(
      Object.keys(lock).filter((name) => /^node_modules\/node-(linux|bin)-/.test(name) && !node.includes(name)),
    ).toEqual([])
  })

  it('finds in the lock file all that npm ci wants of it, builds for other platforms included', () => {
    const { dependencies, optionalDependencies }: Locked = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(lock['']?.dependencies).toEqual(dependencies)
    expect(lock['']?.optionalDependencies).toEqual(optionalDependencies)
    const missing = Object.entries(lock).flatMap(([path, { optionalDependencies: wanted = {} }]) =>
      Object.keys(wanted).filter(
        (name) => !(`${path}/node_modules/${name}` in lock) && !(`node_modules/${name}` in lock),
      ),
    )
    expect(missing).toEqual([])
  })

  it('runs as a user without rights, which owns the data and nothing else', () => {
    const names = last().instructions.map(({ name }) => name)
    expect(all(last(), 'USER')).toEqual(['node'])
    expect(names.slice(names.lastIndexOf('USER'))).not.toContain('COPY')
    expect(all(last(), 'RUN')).toEqual(['install -d -o node -g node -m 0700 /data /data/peerscope'])
    expect(all(last(), 'VOLUME')).toEqual(['/data'])
    expect(all(last(), 'ENV').join(' ')).toContain('XDG_DATA_HOME=/data')
  })

  it('starts the bundle without a shell, so that signals reach it', () => {
    expect(JSON.parse(all(last(), 'ENTRYPOINT')[0] ?? '')).toEqual(['node', '/app/out/cli/cli.cjs'])
    expect(JSON.parse(all(last(), 'CMD')[0] ?? '')).toEqual(['--help'])
    expect(all(last(), 'STOPSIGNAL')).toEqual(['SIGTERM'])
    const [, check = ''] = /CMD (.*)$/.exec(all(last(), 'HEALTHCHECK')[0] ?? '') ?? []
    expect(JSON.parse(check)).toEqual(['node', '/app/health.js'])
    expect(copiesOf(last()).find(({ to }) => to === './health.js')?.sources).toEqual(['packaging/docker/health.js'])
  })

  it('is read by a reader that refuses what it does not know', () => {
    expect(() => stagesOf('FROM a\nCOPPY x y\n')).toThrow('COPPY')
    expect(() => letThrough('node_modules\n')).toThrow('all but some')
  })
})

describe('the health check', () => {
  it.each([
    [['node', '--metrics', '127.0.0.1:9464'], 'http://127.0.0.1:9464/metrics'],
    [['node', '--metrics=9464'], 'http://127.0.0.1:9464/metrics'],
    [['node', '--metrics', '0.0.0.0:9464', '--json'], 'http://127.0.0.1:9464/metrics'],
    [['node', '--metrics', '[::]:9464'], 'http://127.0.0.1:9464/metrics'],
    [['node', '--metrics', '[::1]:9464'], 'http://[::1]:9464/metrics'],
    [['serve', '--port', '7373'], 'http://127.0.0.1:7373/'],
    [['serve', '--port=7373', '--metrics', '9464'], 'http://127.0.0.1:9464/metrics'],
    [['serve', '--port', '7373', '--host', '0.0.0.0'], 'http://127.0.0.1:7373/'],
    [['serve', '--port', '7373', '--host', '192.0.2.7'], 'http://192.0.2.7:7373/'],
    [['serve'], null],
    [['node', '--network', 'x'], null],
    [['node', '--metrics', '127.0.0.1:0'], null],
    [['node', '--metrics'], null],
  ])('of %j asks %s', (args, url) => expect(healthUrl(['node', '/app/out/cli/cli.cjs', ...args])).toBe(url))
})
