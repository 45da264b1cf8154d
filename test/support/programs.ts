/** The programs that tests start as processes: from their sources, or from a bundle of them (bundle.ts). */
import { join, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '..', '..')
/** Names the folder of the bundle that a run of tests uses. */
export const BUNDLE_VARIABLE = 'PEERSCOPE_TEST_BUNDLE'
/** Each by its name in the bundle, with its source. */
export const PROGRAMS = {
  cli: 'src/main/cli/main.ts',
  'swarm-process': 'src/main/swarm-process.ts',
  'aside-worker': 'src/main/store/aside-worker.ts',
  'verifier-worker': 'src/main/network/verifier-worker.ts',
  honest: 'test/integration/hostile/honest.ts',
  'demo-parent': 'test/integration/demo-parent.ts',
  'life-program': 'test/integration/life-program.ts',
  'store-kill-writer': 'test/integration/store-kill-writer.ts',
} as const

/** The file to start: in the bundle where there is one, else the source. */
export function programPath(name: keyof typeof PROGRAMS): string {
  const folder = process.env[BUNDLE_VARIABLE]
  return folder === undefined ? join(ROOT, PROGRAMS[name]) : join(folder, `${name}.js`)
}
