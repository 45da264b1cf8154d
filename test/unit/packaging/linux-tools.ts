/**
 * Stand-ins for the tools with which electron-builder makes AppImage and deb: what they make is a text that says what they
 * were given.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What one of them was given. */
export interface LinuxPackage {
  readonly args: readonly string[]
  /** Names in the app's `resources`. */
  readonly resources: readonly string[]
  /** What `resources/package-type` holds; empty where it is not there. */
  readonly packageType: string
  readonly desktop: Readonly<Record<string, string>>
}

/** Writes them into a folder. @returns the environment in which electron-builder takes them */
export function writeLinuxTools(folder: string): Readonly<Record<string, string>> {
  const tell =
    'tell() { echo "--- resources"; ls "$1/resources"; echo "--- type"; cat "$1/resources/package-type" 2>&-; echo; }'
  const script = (path: string, body: string): void =>
    writeFileSync(path, `#!/bin/sh\n${tell}\n${body}\n`, { mode: 0o755 })
  const appImage = join(folder, 'appimage')
  for (const part of ['linux-x64', 'linux-arm64', 'lib/x64']) mkdirSync(join(appImage, part), { recursive: true })
  for (const host of ['linux-x64', 'linux-arm64']) {
    script(
      join(appImage, host, 'mksquashfs'),
      '{ tell "$1"; echo "--- desktop"; cat "$1"/*.desktop; echo "---"; } > "$2"',
    )
    script(join(appImage, host, 'desktop-file-validate'), '')
  }
  writeFileSync(join(appImage, 'runtime-x64'), '')
  const fpm = join(folder, 'fpm')
  script(
    fpm,
    `for arg; do
  case "$last" in --package) out="$arg" ;; esac
  case "$arg" in */=/opt/*) app="\${arg%%/=/opt/*}" ;; *.desktop=/usr/*) entry="\${arg%%=/usr/*}" ;; esac
  last="$arg"
done
{ echo "--- args"; printf '%s\\n' "$@"; tell "$app"; echo "--- desktop"; cat "$entry"; echo "---"; } > "$out"`,
  )
  return { CUSTOM_FPM_PATH: fpm, APPIMAGE_TOOLS_PATH: appImage }
}

/** Reads what a stand-in made. */
export function readLinuxPackage(file: string): LinuxPackage {
  const parts = new Map(
    readFileSync(file, 'utf8')
      .split('--- ')
      .map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1).split('\n---')[0] ?? '']),
  )
  const lines = (name: string): readonly string[] => (parts.get(name) ?? '').split('\n').filter((line) => line !== '')
  return {
    args: lines('args'),
    resources: lines('resources'),
    packageType: lines('type').join(),
    desktop: Object.fromEntries(
      lines('desktop')
        .filter((line) => line.includes('='))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    ),
  }
}
