/** Programs of benches as users run them: of one bundle, as `npm run build` makes it. Loaded as sources they take 60 MiB more. */
import { join } from 'node:path'
import { build } from 'vite'
import { EXTERNAL } from '../../electron.vite.config.ts'
import { ROOT } from '../converge/runs.ts'

/**
 * @param name of the folder below `out/bench` that they go to
 * @param programs their sources, from the project's folder, by name
 * @returns the folder; each program is `NAME.js` there
 */
export async function builtPrograms(name: string, programs: Readonly<Record<string, string>>): Promise<string> {
  // Below the project, where it finds what is not in the bundle.
  const outDir = join(ROOT, 'out', 'bench', name)
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      target: 'node24',
      minify: false,
      rolldownOptions: {
        external: EXTERNAL,
        input: Object.fromEntries(Object.entries(programs).map(([program, source]) => [program, join(ROOT, source)])),
        output: { format: 'es', entryFileNames: '[name].js' },
      },
    },
  })
  return outDir
}
