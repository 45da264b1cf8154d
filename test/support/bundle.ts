/**
 * Bundles the programs that tests start as processes: one that loads a thousand modules takes three times the CPU time of
 * one that loads a few files, and a run starts hundreds. The global setup of the suites that start some, and a program:
 * `node test/support/bundle.ts FOLDER`.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { EXTERNAL, ssdpName } from '../../electron.vite.config.ts'
import { BUNDLE_VARIABLE, PROGRAMS, ROOT } from './programs.ts'

/** Builds a bundle for this run, unless the environment names one. @returns what removes it after the run */
export default async function setUp(): Promise<() => void> {
  if (process.env[BUNDLE_VARIABLE] !== undefined) return () => undefined
  const parent = join(ROOT, 'test-results')
  mkdirSync(parent, { recursive: true })
  const made = mkdtempSync(join(parent, 'bundle-'))
  // As deep as `src/main/cli/`: `serve` finds the built page in `out/` from either.
  const folder = join(made, 'main')
  await bundle(folder)
  process.env[BUNDLE_VARIABLE] = folder
  return () => {
    delete process.env[BUNDLE_VARIABLE]
    rmSync(made, { recursive: true, force: true })
  }
}

/** With all that they import. */
async function bundle(folder: string): Promise<void> {
  await build({
    root: ROOT,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [ssdpName],
    ssr: { noExternal: true, external: EXTERNAL },
    build: {
      ssr: true,
      target: 'node24',
      outDir: folder,
      emptyOutDir: true,
      rolldownOptions: {
        input: { ...PROGRAMS },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })
}

const [folder] = process.argv.slice(2)
if (import.meta.main && folder !== undefined) await bundle(folder)
