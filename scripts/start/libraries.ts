/** Which Debian package has a shared library that Electron needs. */

/** Those that are missing on servers and small installations, by the beginning of the library's name. */
const PACKAGES: readonly (readonly [library: string, debian: string, renamed: boolean])[] = [
  ['libasound.so.2', 'libasound2', true],
  ['libatk-1.0.so.0', 'libatk1.0-0', true],
  ['libatk-bridge-2.0.so.0', 'libatk-bridge2.0-0', true],
  ['libatspi.so.0', 'libatspi2.0-0', true],
  ['libcairo.so.2', 'libcairo2', false],
  ['libcups.so.2', 'libcups2', true],
  ['libdbus-1.so.3', 'libdbus-1-3', false],
  ['libdrm.so.2', 'libdrm2', false],
  ['libexpat.so.1', 'libexpat1', false],
  ['libgbm.so.1', 'libgbm1', false],
  ['libgdk_pixbuf-2.0.so.0', 'libgdk-pixbuf-2.0-0', false],
  ['libglib-2.0.so.0', 'libglib2.0-0', true],
  ['libgio-2.0.so.0', 'libglib2.0-0', true],
  ['libgobject-2.0.so.0', 'libglib2.0-0', true],
  ['libgtk-3.so.0', 'libgtk-3-0', true],
  ['libgdk-3.so.0', 'libgtk-3-0', true],
  ['libnotify.so.4', 'libnotify4', false],
  ['libnspr4.so', 'libnspr4', false],
  ['libnss3.so', 'libnss3', false],
  ['libnssutil3.so', 'libnss3', false],
  ['libsmime3.so', 'libnss3', false],
  ['libpango-1.0.so.0', 'libpango-1.0-0', false],
  ['libpangocairo-1.0.so.0', 'libpangocairo-1.0-0', false],
  ['libsecret-1.so.0', 'libsecret-1-0', false],
  ['libudev.so.1', 'libudev1', false],
  ['libX11-xcb.so.1', 'libx11-xcb1', false],
  ['libX11.so.6', 'libx11-6', false],
  ['libxcb.so.1', 'libxcb1', false],
  ['libxcb-dri3.so.0', 'libxcb-dri3-0', false],
  ['libXcomposite.so.1', 'libxcomposite1', false],
  ['libXcursor.so.1', 'libxcursor1', false],
  ['libXdamage.so.1', 'libxdamage1', false],
  ['libXext.so.6', 'libxext6', false],
  ['libXfixes.so.3', 'libxfixes3', false],
  ['libXi.so.6', 'libxi6', false],
  ['libxkbcommon.so.0', 'libxkbcommon0', false],
  ['libXrandr.so.2', 'libxrandr2', false],
  ['libXrender.so.1', 'libxrender1', false],
  ['libxshmfence.so.1', 'libxshmfence1', false],
  ['libXss.so.1', 'libxss1', false],
  ['libXtst.so.6', 'libxtst6', false],
]

/** The package, or null where we know none. @param t64 whether the system has the names of Debian 13 and Ubuntu 24.04 */
export function debianPackage(library: string, t64: boolean): string | null {
  const found = PACKAGES.find(([name]) => name === library)
  if (found === undefined) return null
  const [, name, renamed] = found
  return renamed && t64 ? `${name}t64` : name
}

/** Whether /etc/os-release is of a Debian or Ubuntu whose packages end in `t64`. */
export function hasT64Names(osRelease: string): boolean {
  const field = (name: string): string => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(osRelease)?.[1] ?? ''
  const version = Number.parseFloat(field('VERSION_ID'))
  const family = `${field('ID')} ${field('ID_LIKE')}`.split(' ')
  if (field('ID') === 'debian') return !(version < 13)
  // Ubuntu's own numbers; its descendants count otherwise, and name the Ubuntu that they are made of.
  if (field('ID') === 'ubuntu') return version >= 24.04
  return family.includes('ubuntu') && /^(noble|oracular|plucky|questing|resolute)$/.test(field('UBUNTU_CODENAME'))
}

/** The libraries that `ldd` did not find. */
export function notFound(ldd: string): readonly string[] {
  return [...new Set([...ldd.matchAll(/^\s*(\S+) => not found/gm)].flatMap(([, name]) => name ?? []))]
}

/** The command that installs them; null where we know none of them. */
export function installCommand(libraries: readonly string[], t64: boolean): string | null {
  const packages = [...new Set(libraries.flatMap((library) => debianPackage(library, t64) ?? []))]
  return packages.length === 0 ? null : `sudo apt install ${packages.sort().join(' ')}`
}
