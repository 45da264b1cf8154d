/** Programs of benches as users run them: bundled, as `npm run build` does it. Loaded as sources they take 60 MiB more. */
import { join } from 'node:path'
import { bundlePrograms } from '../../scripts/programs.ts'
import { ROOT } from '../converge/runs.ts'

/** Starts the program at the path that it is given, and keeps compiled code in the file after that. */
export const LAUNCHER = join(import.meta.dirname, 'launcher.js')

/**
 * @param name of the folder below `out/bench` that they go to
 * @param programs their sources, from the project's folder, by name
 * @returns the folder; each program is `NAME.cjs` there
 */
export async function builtPrograms(name: string, programs: Readonly<Record<string, string>>): Promise<string> {
  // Below the project, where it finds what is not in the bundle.
  const outDir = join(ROOT, 'out', 'bench', name)
  await bundlePrograms(outDir, programs)
  return outDir
}
