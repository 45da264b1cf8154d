/** Bundles programs as CommonJS, of which `bin/compiled.js` keeps what V8 compiled. */
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { EXTERNAL, ssdpName } from '../electron.vite.config.ts'

const ROOT = resolve(import.meta.dirname, '..')

/** Empties the folder and writes a `NAME.cjs` for each program, with the chunks that they share beside them, where they expect them. */
export async function bundlePrograms(outDir: string, programs: Readonly<Record<string, string>>): Promise<void> {
  const input = Object.fromEntries(Object.entries(programs).map(([name, source]) => [name, join(ROOT, source)]))
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    plugins: [ssdpName],
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      target: 'node24',
      minify: false,
      license: { fileName: 'licenses.md' },
      rolldownOptions: {
        external: EXTERNAL,
        input,
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' },
      },
    },
  })
}

if (import.meta.main)
  await bundlePrograms(join(ROOT, 'out', 'cli'), {
    cli: 'src/main/cli/main.ts',
    'swarm-process': 'src/main/swarm-process.ts',
    'aside-worker': 'src/main/store/aside-worker.ts',
    'verifier-worker': 'src/main/network/verifier-worker.ts',
  })
