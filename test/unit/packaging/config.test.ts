import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { matchesGlob } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FORMATS } from '../../../src/shared/exports.ts'
import { INVITATION_SCHEME } from '../../../src/shared/invitation.ts'
import { EXTERNAL } from '../../../electron.vite.config.ts'
import { readYaml, validateBuilderConfig } from './yaml.ts'

interface BuilderConfig {
  readonly artifactName: string
  readonly files: readonly string[]
  readonly asar: boolean
  readonly asarUnpack: readonly string[]
  readonly electronFuses: Readonly<Record<string, boolean>>
  readonly fileAssociations: readonly { readonly ext: string; readonly role: string }[]
  readonly protocols: readonly { readonly name: string; readonly schemes: readonly string[] }[]
  readonly linux: {
    readonly target: readonly string[]
    readonly executableName: string
    readonly category: string
    readonly description: string
    readonly icon: string
    readonly desktop: { readonly entry: Readonly<Record<string, string>> }
  }
  readonly appImage: { readonly executableArgs: readonly string[] }
  readonly mac: {
    readonly target: readonly { readonly target: string; readonly arch: string }[]
    readonly entitlements: string
    readonly hardenedRuntime: boolean
    readonly x64ArchFiles: string
  }
  readonly win: { readonly target: string }
  readonly nsis: { readonly deleteAppDataOnUninstall: boolean }
  readonly publish: unknown
}

const config = (): BuilderConfig => readYaml('electron-builder.yml') as BuilderConfig
const packageJson: {
  version: string
  dependencies: Record<string, string>
  optionalDependencies: Record<string, string>
  devDependencies: Record<string, string>
} = JSON.parse(readFileSync('package.json', 'utf8'))

describe('electron-builder.yml', () => {
  it('is what electron-builder’s schema allows, and the check can fail', async () => {
    await validateBuilderConfig(config())
    await expect(validateBuilderConfig({ ...config(), fuses: {} })).rejects.toThrow('fuses')
    await expect(validateBuilderConfig({ ...config(), asar: 'often' })).rejects.toThrow('asar')
  })

  it('makes AppImage and deb, a universal dmg (with the zip that updates need) and an nsis installer', () => {
    const { linux, mac, win } = config()
    expect(linux.target).toEqual(['AppImage', 'deb'])
    expect(mac.target).toEqual([
      { target: 'dmg', arch: 'universal' },
      { target: 'zip', arch: 'universal' },
    ])
    expect(win.target).toBe('nsis')
    expect(config().nsis.deleteAppDataOnUninstall).toBe(false)
  })

  it('has no version of its own, and names files after package.json’s', () => {
    expect(readFileSync('electron-builder.yml', 'utf8')).not.toContain(packageJson.version)
    expect(config().artifactName).toContain('${version}')
  })

  it('can package: Electron is a development dependency, and the updater is not', () => {
    expect(packageJson.dependencies).not.toHaveProperty('electron')
    expect(packageJson.devDependencies).toHaveProperty('electron')
    expect(packageJson.dependencies).toHaveProperty('electron-updater')
  })

  it('brings what main loads from node_modules: each is a dependency of ours', () => {
    const { dependencies, optionalDependencies } = packageJson
    expect(EXTERNAL.filter((name) => !(name in dependencies) && !(name in optionalDependencies))).toEqual([])
  })

  it('belongs to snapshots', () => {
    const [association, ...more] = config().fileAssociations
    expect(more).toEqual([])
    expect(`.${association?.ext}`).toBe(FORMATS.snapshot.extension)
    expect(association?.role).toBe('Viewer')
  })

  it('opens invitation links, and no others', () =>
    expect(config().protocols.flatMap(({ schemes }) => schemes)).toEqual([INVITATION_SCHEME]))

  it('shuts every fuse that the app does not need', () => {
    expect(config().electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
      resetAdHocDarwinSignature: true,
    })
    expect(config().asar).toBe(true)
  })

  it('joins the halves of a universal app with native files that both have', () => {
    const { x64ArchFiles } = config().mac
    const at = (file: string): boolean =>
      matchesGlob(`Contents/Resources/app.asar.unpacked/node_modules/${file}`, x64ArchFiles)
    expect(at('better-sqlite3/prebuilds/darwin-arm64.node')).toBe(true)
    expect(at('sodium-native/prebuilds/darwin-arm64/sodium-native.node')).toBe(true)
    expect(at('@number0/iroh-darwin-arm64/iroh.darwin-arm64.node')).toBe(true)
    expect(at('another/native.node')).toBe(false)
  })

  it('has the desktop entry of resources/peerscope.desktop', () => {
    const { executableName, desktop, description, category } = config().linux
    const entry = Object.fromEntries(
      readFileSync('resources/peerscope.desktop', 'utf8')
        .split('\n')
        .filter((line) => line.includes('='))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    )
    // electron-builder writes these itself.
    const { Type, Exec, Icon, ...rest } = entry
    expect([Type, Exec, Icon]).toEqual(['Application', `${executableName} %U`, 'peerscope'])
    expect(desktop.entry).toEqual(rest)
    // Over these electron-builder writes what stands here.
    expect([description, category]).toEqual([rest['Comment'], rest['Categories']])
  })

  it('never switches the sandbox off by itself', () => expect(config().appImage.executableArgs).toEqual([]))

  it('gets a start script for the AppImage that adds --no-sandbox by itself only where user namespaces fail', () => {
    // docs/security.md tells users of this. It is electron-builder's, and a newer one may do something else.
    const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'))
    const { generateAppRunScript } = builder('app-builder-lib/out/targets/appimage/appImageUtil.js') as {
      readonly generateAppRunScript: (names: object) => string
    }
    const lines = generateAppRunScript({ ExecutableName: 'peerscope-desktop' }).split('\n')
    const adds = lines.findIndex((line) => line.includes('NO_SANDBOX=(--no-sandbox)'))
    expect(lines[adds - 1]).toContain('! unshare -Ur true')
    expect(lines.filter((line) => /=.*--no-sandbox/.test(line) && !line.includes('"$arg"'))).toEqual([lines[adds]])
  })

  it('has icons for Linux in every usual size', () =>
    expect(readdirSync(config().linux.icon).sort()).toEqual(
      [16, 32, 48, 64, 128, 256, 512].map((size) => `${size}x${size}.png`).sort(),
    ))

  it('asks macOS for nothing but compiling at run time', () => {
    const { entitlements, hardenedRuntime } = config().mac
    const keys = [...readFileSync(entitlements, 'utf8').matchAll(/<key>(.*)<\/key>/g)].map(([, key]) => key)
    expect([hardenedRuntime, keys]).toEqual([true, ['com.apple.security.cs.allow-jit']])
  })

  it('looks for updates nowhere unless it is packaged for a place', () => expect(config().publish).toBeNull())
})

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly 'runs-on': string
        readonly needs?: string | readonly string[]
        readonly if?: string
        readonly permissions?: Readonly<Record<string, string>>
        readonly strategy?: {
          readonly matrix: { readonly os?: readonly string[]; readonly include?: { os: string }[] }
        }
        readonly steps: readonly { readonly run?: string; readonly uses?: string; readonly if?: string }[]
      }
    >
  >
}

describe('the workflow', () => {
  const workflow = (): Workflow => readYaml('.github/workflows/build.yml') as Workflow
  const job = (name: string): Workflow['jobs'][string] => {
    const found = workflow().jobs[name]
    if (found === undefined) throw new Error(`no job ${name}`)
    return found
  }
  const runs = (name: string): string =>
    job(name)
      .steps.flatMap(({ run }) => run ?? [])
      .join('\n')

  it('refuses a tag that is not the version before anything else', () => {
    expect(runs('version')).toContain('pack-version.ts "$GITHUB_REF_NAME"')
    for (const name of ['test', 'image']) expect([job(name).needs].flat()).toContain('version')
    expect(job('package').needs).toBe('test')
    expect(job('release')).toMatchObject({ needs: ['package', 'desktop', 'image'], if: "github.ref_type == 'tag'" })
  })

  it('tests, opens the window in Electron and packages on the three systems', () => {
    const systems = ['ubuntu-24.04', 'macos-15', 'windows-2025']
    expect(job('test').strategy?.matrix.os).toEqual(systems)
    expect(job('package').strategy?.matrix.include?.map(({ os }) => os)).toEqual(systems)
    expect(runs('test')).toContain('npm test')
    expect(runs('test')).toContain('scripts/pack-smoke.ts')
    expect(runs('package')).toContain('npm run pack:app')
    expect(runs('package')).toContain('scripts/pack-smoke.ts "$APP"')
  })

  it('installs what the lock file says, and runs only scripts that are there', () => {
    for (const name of Object.keys(workflow().jobs)) expect(runs(name)).not.toMatch(/npm (install|i)\b/)
    const used = [
      ...Object.keys(workflow().jobs)
        .map(runs)
        .join('\n')
        .matchAll(/scripts\/([\w-]+\.ts)/g),
    ]
    expect(readdirSync('scripts')).toEqual(expect.arrayContaining(used.map(([, file]) => file)))
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['pack:app', 'pack:npm', 'build', 'test']))
  })

  it('may write only where a release is made, and never puts what an event says into a shell', () => {
    expect(workflow().permissions).toEqual({ contents: 'read' })
    const writers = Object.entries(workflow().jobs).filter(([, { permissions }]) => permissions !== undefined)
    expect(writers.map(([name]) => name)).toEqual(['release'])
    expect(Object.keys(workflow().jobs).map(runs).join('\n')).not.toContain('${{')
  })
})
