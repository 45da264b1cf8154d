/** Builds the programs that run real mosaik nodes. Cargo keeps what it built, so a second build takes a second. */
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, copyFileSync, cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

/** One version of mosaik, and the Cargo project that depends on it. */
export interface MosaikVersion {
  readonly version: string
  readonly folder: string
  readonly binary: string
}

/** The versions that are tested. */
export const MOSAIK_VERSIONS: readonly MosaikVersion[] = [
  { version: '0.4.2', folder: 'mosaik-0.4', binary: 'mosaik-node-0-4' },
  { version: '0.3.19', folder: 'mosaik-0.3', binary: 'mosaik-node-0-3' },
]
/** Says where cargo builds; also the cache between runs. */
export const TARGET_VARIABLE = 'PEERSCOPE_INTEROP_TARGET'

const PROJECT = join(import.meta.dirname, 'mosaik-node')

/** Where cargo builds, outside the repository. */
export function targetFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env[TARGET_VARIABLE] ?? join(homedir(), '.cache', 'peerscope', 'interop')
}

/** The program of this version, or null when it has not been built. */
export function builtBinary({ binary }: MosaikVersion, env: NodeJS.ProcessEnv = process.env): string | null {
  const path = join(targetFolder(env), 'release', binary)
  return existsSync(path) ? path : null
}

/** The program on the search path, or null. */
export function findProgram(name: string, more: readonly string[] = []): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...more]
  return (
    folders
      .filter((folder) => folder !== '')
      .map((folder) => join(folder, name))
      .find((path) => {
        try {
          accessSync(path, constants.X_OK)
          return true
        } catch {
          return false
        }
      }) ?? null
  )
}

/** Cargo, also where rustup put it without telling the shell; or null. */
export function findCargo(): string | null {
  return findProgram('cargo', [join(homedir(), '.cargo', 'bin')])
}

/** Builds one version and shows cargo's progress. @returns the program @throws Error when cargo fails */
export async function build(version: MosaikVersion, cargo: string): Promise<string> {
  const folder = join(PROJECT, version.folder)
  const env = { ...process.env, PATH: `${dirname(cargo)}${delimiter}${process.env['PATH'] ?? ''}` }
  if (!existsSync(join(folder, 'Cargo.lock'))) await takeLock(version, cargo, env)
  await run(cargo, ['build', '--release'], folder, { ...env, CARGO_TARGET_DIR: targetFolder() })
  const built = builtBinary(version)
  if (built === null) throw new Error(`cargo built no ${version.binary} in ${targetFolder()}`)
  return built
}

/**
 * Gives the project the lock file that mosaik's authors published inside their crate: with newer packages, mosaik does not
 * always compile. To come by the crate, cargo first resolves a copy of the project freely.
 */
async function takeLock({ folder, version }: MosaikVersion, cargo: string, env: NodeJS.ProcessEnv): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), 'peerscope-interop-'))
  try {
    cpSync(PROJECT, copy, { recursive: true })
    const inside = join(copy, folder)
    await run(cargo, ['fetch'], inside, env)
    const { stdout } = spawnSync(cargo, ['metadata', '--format-version', '1', '--offline'], {
      cwd: inside,
      env,
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
    })
    const { packages } = JSON.parse(stdout) as { packages: { name: string; version: string; manifest_path: string }[] }
    const mosaik = packages.find((one) => one.name === 'mosaik' && one.version === version)
    if (mosaik === undefined) throw new Error(`cargo did not fetch mosaik ${version}`)
    copyFileSync(join(dirname(mosaik.manifest_path), 'Cargo.lock'), join(inside, 'Cargo.lock'))
    // Adds what our program needs beside mosaik, and leaves the rest as it is.
    await run(cargo, ['fetch'], inside, env)
    const lock = join(PROJECT, folder, 'Cargo.lock')
    copyFileSync(join(inside, 'Cargo.lock'), `${lock}.new`)
    renameSync(`${lock}.new`, lock)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) resolve()
      else reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? `code ${code}`}`))
    })
  })
}
