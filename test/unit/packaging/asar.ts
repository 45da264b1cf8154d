/** Reads Electron's archive format and its fuses, as far as the packaging tests need them. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

interface Entry {
  readonly files?: Readonly<Record<string, Entry>>
  readonly offset?: string
  readonly size?: number
  readonly unpacked?: boolean
}

/** The files of an archive, as paths with `/`. */
export function listAsar(archive: string): readonly string[] {
  return entriesOf(readFileSync(archive)).entries.map(([path]) => path)
}

/** Writes all files of an archive into a folder, also those that lie beside it. */
export function extractAsar(archive: string, folder: string): void {
  const content = readFileSync(archive)
  const { entries, start } = entriesOf(content)
  for (const [path, { offset, size = 0, unpacked }] of entries) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    if (unpacked === true) copyFileSync(join(`${archive}.unpacked`, path), file)
    else writeFileSync(file, content.subarray(start + Number(offset), start + Number(offset) + size))
  }
}

/** Two nested lengths, the header as JSON, then the files one after the other. */
function entriesOf(content: Buffer): {
  readonly entries: readonly (readonly [string, Entry])[]
  readonly start: number
} {
  const header: Entry = JSON.parse(content.toString('utf8', 16, 16 + content.readUInt32LE(12)))
  return { entries: walk('', header), start: 8 + content.readUInt32LE(4) }
}

function walk(path: string, entry: Entry): readonly (readonly [string, Entry])[] {
  if (entry.files === undefined) return [[path, entry]]
  return Object.entries(entry.files).flatMap(([name, inner]) => walk(path === '' ? name : `${path}/${name}`, inner))
}

/** What Electron's binary has before its fuses: https://www.electronjs.org/docs/latest/tutorial/fuses */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

/** A stand-in for Electron's folder: a binary that is nothing but its fuses, set as Electron ships them. */
export function writeFakeElectron(folder: string, version: string): void {
  mkdirSync(join(folder, 'locales'), { recursive: true })
  mkdirSync(join(folder, 'resources'))
  writeFileSync(join(folder, 'electron'), `ELF…${SENTINEL}\u0001\u0009101100011`, { mode: 0o755 })
  writeFileSync(join(folder, 'version'), version)
  writeFileSync(join(folder, 'LICENSE'), 'license')
  writeFileSync(join(folder, 'LICENSES.chromium.html'), 'licenses')
  writeFileSync(join(folder, 'locales', 'en-US.pak'), '')
}

/** The fuses in the order of Electron's first version of them: `1` on, `0` off. */
export function fusesOf(binary: string): string {
  const text = readFileSync(binary, 'latin1')
  const at = text.indexOf(SENTINEL) + SENTINEL.length
  return text.slice(at + 2, at + 2 + text.charCodeAt(at + 1))
}
