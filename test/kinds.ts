/** Which tests run in networks of mosaik too: those of rules that do not go by the kind of a network. */

const FOLDERS = ['test/unit/discovery/core/', 'test/unit/discovery/worker/']
const FILES = ['test/unit/discovery/driver.test.ts', 'test/sim/scenarios.test.ts']
/** They give the dialect themselves, or are of what networks of mosaik lack: slots of our own, syncs that reconcile. */
const NOT = ['dht', 'anti-entropy', 'abilities', 'stated-version'].map(
  (name) => `test/unit/discovery/core/${name}.test.ts`,
)

/** For vitest.config.ts. */
export const MOSAIK_TESTS = { include: [...FOLDERS.map((folder) => `${folder}*.test.ts`), ...FILES], exclude: NOT }

/** Whether a test file, from the project's root, is among them. */
export function runsInMosaik(file: string): boolean {
  return (FILES.includes(file) || FOLDERS.some((folder) => file.startsWith(folder))) && !NOT.includes(file)
}
