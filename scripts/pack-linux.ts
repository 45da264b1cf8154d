/**
 * AppImage and deb are packaged in runs of their own: for a deb electron-builder writes `package-type` into the folder that
 * both are made of, and an AppImage with that file updates itself as a deb.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** One run of electron-builder. */
export interface PackRun {
  readonly flags: readonly string[]
  /** The folder of its own that it writes to, whose files are then taken over; null for the common one. */
  readonly apart: string | null
}

/** Flags that say what is packaged, or for which system. */
const TARGETS = /^(--(dir|linux|mac|macos|win|windows|prepackaged|pd)|-[lmow]+)(=.*)?$/

/**
 * What is run for these flags.
 * @param out where the packages belong
 * @throws Error when the flags want several Linux packages of one run
 */
export function packRuns(given: readonly string[], platform: NodeJS.Platform, out: string): readonly PackRun[] {
  const at = given.findIndex((flag) => flag === '--linux' || flag === '-l')
  const rest = given.slice(at + 1)
  const end = rest.findIndex((flag) => flag.startsWith('-'))
  const named = at === -1 ? [] : rest.slice(0, end === -1 ? rest.length : end)
  if (!given.includes('--dir') && named.length > 1)
    throw new Error(`Package ${named.join(' and ')} in runs of their own: one's files would end up in the other`)
  const both = named.length === 0 && (at !== -1 || (platform === 'linux' && !given.some((flag) => TARGETS.test(flag))))
  if (!both || given.includes('--dir')) return [{ flags: given, apart: null }]
  const others = given.filter((_, index) => index !== at)
  const apart = join(out, 'deb')
  return [
    { flags: ['--linux', 'AppImage', ...others], apart: null },
    { flags: ['--linux', 'deb', `-c.directories.output=${apart}`, ...others], apart },
  ]
}

/** Moves the packages of a run into `out`, joins what updates are told of them, and removes the run's folder. */
export function takeOver(apart: string, out: string): void {
  for (const { name } of readdirSync(apart, { withFileTypes: true }).filter((entry) => entry.isFile())) {
    const [from, to] = [join(apart, name), join(out, name)]
    if (/^latest.*\.yml$/.test(name)) {
      if (existsSync(to)) writeFileSync(to, joinUpdateInfo(readFileSync(to, 'utf8'), readFileSync(from, 'utf8')))
      else renameSync(from, to)
    } else if (/\.(deb|blockmap)$/.test(name)) renameSync(from, to)
  }
  rmSync(apart, { recursive: true })
}

/** The part of electron-builder's `latest-linux.yml` that is looked at. */
interface UpdateInfo {
  readonly version: string
  readonly files: readonly { readonly url: string }[]
}

/**
 * One `latest*.yml` that names the files of two, as electron-builder writes it for several packages.
 * @throws Error when they are of different versions
 */
export function joinUpdateInfo(first: string, second: string): string {
  const { load, dump } = yaml()
  const [one, other] = [load(first) as UpdateInfo, load(second) as UpdateInfo]
  if (one.version !== other.version) throw new Error(`packages of ${one.version} and of ${other.version}`)
  const urls = new Set(other.files.map(({ url }) => url))
  return dump(
    { ...one, files: [...one.files.filter(({ url }) => !urls.has(url)), ...other.files] },
    { lineWidth: 8000 },
  )
}

interface Yaml {
  readonly load: (text: string) => unknown
  readonly dump: (value: unknown, options: object) => string
}

/** The parser that electron-builder and electron-updater use. */
function yaml(): Yaml {
  const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'))
  return createRequire(builder.resolve('app-builder-lib'))('js-yaml')
}
