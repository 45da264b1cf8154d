/** The iroh package, which is native code: loaded when a node on iroh is made, and not before. */
import type * as Iroh from '@number0/iroh'
import { createRequire } from 'node:module'
import { Unavailable } from '../../../shared/errors.ts'

export type { Iroh }

/** The package's module. */
export type IrohModule = typeof Iroh

/** The file is named, since the package's `main` is a path that it does not have: Node would warn of it. */
const MODULE = '@number0/iroh/index.js'

const MISSING =
  `mosaik networks cannot be joined here: iroh, which carries them, is not installed or has no build for ${process.platform}-${process.arch}; ` +
  'npm install brings it on Linux, Windows, and macOS on Apple silicon (Peerscope networks work everywhere)'

let loaded: IrohModule | null = null

/**
 * The iroh package. It is an optional dependency with a build for each common platform.
 * @param require how it is loaded; tests give another one
 * @throws Unavailable where this platform has no build, in a line that says what cannot be done and what to do
 */
export function loadIroh(require: (name: string) => unknown = createRequire(import.meta.url)): IrohModule {
  if (loaded !== null) return loaded
  try {
    const found = require(MODULE) as IrohModule
    // A package that lost its native part throws when it is loaded; one of another major version lacks this.
    if (typeof found.Endpoint.builder !== 'function') throw new Error('it has no Endpoint')
    loaded = found
    return found
  } catch (error) {
    throw new Unavailable(MISSING, { cause: error })
  }
}

/** Why iroh cannot be loaded here, in one line; null where it can. Looks for it without loading it, which costs some megabytes. */
export function irohProblem(resolve: (name: string) => string = createRequire(import.meta.url).resolve): string | null {
  const isThere = (name: string): boolean => {
    try {
      resolve(name)
      return true
    } catch {
      return false
    }
  }
  return isThere(MODULE) && builds().some(isThere) ? null : MISSING
}

/** The builds of iroh for this platform. One of them is there where the package was installed whole. */
function builds(): readonly string[] {
  const { platform, arch } = process
  const linux = arch === 'arm' ? ['-gnueabihf', '-musleabihf'] : ['-gnu', '-musl']
  const ends = platform === 'linux' ? linux : platform === 'win32' ? ['-msvc'] : ['']
  return ends.map((end) => `@number0/iroh-${platform}-${arch}${end}`)
}
