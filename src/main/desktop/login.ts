/** Starting when the user logs in: by Electron where it can, by a file of the freedesktop autostart folder on Linux. */
import { rmSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { makeFolder } from '../make-folder.ts'
import type { App } from 'electron'
import { Unavailable } from '../../shared/errors.ts'

/** What is needed to start at login. */
export interface LoginParts {
  readonly app: Pick<App, 'setLoginItemSettings' | 'isPackaged'>
  readonly platform: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly homedir: string
  /** The running program. */
  readonly execPath: string
}

/** Whether this host can: only a packaged app is a program of its own. */
export function canStartAtLogin({ app, platform }: LoginParts): boolean {
  return app.isPackaged && ['linux', 'darwin', 'win32'].includes(platform)
}

/** Does or undoes it. @throws Unavailable where it cannot be done */
export function startAtLogin(parts: LoginParts, wanted: boolean): void {
  if (!canStartAtLogin(parts)) throw new Unavailable('only the packaged app can start at login')
  const { app, platform, env, homedir } = parts
  if (platform !== 'linux') return app.setLoginItemSettings({ openAtLogin: wanted })
  const given = env['XDG_CONFIG_HOME']
  const config = given !== undefined && isAbsolute(given) ? given : join(homedir, '.config')
  const file = join(config, 'autostart', 'peerscope.desktop')
  try {
    if (!wanted) return rmSync(file, { force: true })
    makeFolder(join(config, 'autostart'))
    // An AppImage runs from a place that is another one each time.
    return writeFileSync(file, desktopEntry(env['APPIMAGE'] ?? parts.execPath))
  } catch (error) {
    throw new Unavailable(`start at login could not be changed: ${error instanceof Error ? error.message : ''}`)
  }
}

/** An autostart entry for the program. */
export function desktopEntry(program: string): string {
  // The desktop entry specification: quoted, four characters escaped, and '%' doubled; the file escapes once more.
  const quoted = program
    .replaceAll(/["`$\\]/g, '\\$&')
    .replaceAll('%', '%%')
    .replaceAll('\\', '\\\\')
  return ['[Desktop Entry]', 'Type=Application', 'Name=Peerscope', `Exec="${quoted}"`, 'Terminal=false', ''].join('\n')
}
