/** The measured node as users run it: of one bundle, as `npm run build` makes it. Loaded as sources it takes 60 MiB more. */
import { join } from 'node:path'
import { build } from 'vite'
import { EXTERNAL } from '../../electron.vite.config.ts'
import { ROOT } from '../converge/runs.ts'

/** @returns the path of its program */
export async function builtNode(): Promise<string> {
  // Below the project, where it finds what is not in the bundle.
  const outDir = join(ROOT, 'out', 'bench')
  const at = (path: string): string => join(ROOT, path)
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
        input: {
          node: at('bench/load/node.ts'),
          page: at('bench/loop/page.ts'),
          'aside-worker': at('src/main/store/aside-worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js' },
      },
    },
  })
  return join(outDir, 'node.js')
}
