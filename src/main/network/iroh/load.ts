/** The iroh package, which is native code: loaded when a node on iroh is made, and not before. */
import type * as Iroh from '@number0/iroh'
import { createRequire } from 'node:module'
import { Unavailable } from '../../../shared/errors.ts'

export type { Iroh }

/** The package's module. */
export type IrohModule = typeof Iroh

/** The file is named, since the package's `main` is a path that it does not have: Node would warn of it. */
const MODULE = '@number0/iroh/index.js'

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
    throw new Unavailable(
      `mosaik networks cannot be joined here: iroh, which carries them, has no build for ${process.platform}-${process.arch} ` +
        'or is not installed; run npm install on Linux, macOS on Apple silicon, or Windows (peerscope networks work everywhere)',
      { cause: error },
    )
  }
}
