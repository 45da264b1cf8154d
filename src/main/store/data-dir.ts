import { posix, win32 } from 'node:path'

/** The database's name in the data folder. */
export const DATABASE_FILE = 'peerscope.db'

/**
 * The folder where Peerscope keeps its data by default: `$XDG_DATA_HOME/peerscope` (or `~/.local/share/peerscope`),
 * `~/Library/Application Support/Peerscope`, or `%APPDATA%\Peerscope`.
 * @param env environment variables; `platform` as `process.platform`; `homedir` the user's home folder
 */
export function dataDirectory(
  env: Readonly<Record<string, string | undefined>>,
  platform: string,
  homedir: string,
): string {
  if (platform === 'win32') {
    const appData = env['APPDATA']
    return win32.join(isSet(appData) ? appData : win32.join(homedir, 'AppData', 'Roaming'), 'Peerscope')
  }
  if (platform === 'darwin') return posix.join(homedir, 'Library', 'Application Support', 'Peerscope')
  const dataHome = env['XDG_DATA_HOME']
  // The XDG specification: a relative path is to be ignored.
  const base = isSet(dataHome) && posix.isAbsolute(dataHome) ? dataHome : posix.join(homedir, '.local', 'share')
  return posix.join(base, 'peerscope')
}

/** The database in a data folder. */
export function databasePath(dataDirectory: string, platform: string): string {
  return (platform === 'win32' ? win32 : posix).join(dataDirectory, DATABASE_FILE)
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== ''
}
