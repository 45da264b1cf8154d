/** Which tests run in networks of mosaik too: those of rules that do not go by the kind of a network. */

const FOLDERS = ['test/unit/discovery/core/', 'test/unit/discovery/worker/']
/** Of test/unit/discovery/: what knows no dialect, with entries of the kind. */
const PARTS = [
  'attempts',
  'catalog',
  'dht-rules',
  'dial-ledger',
  'driver',
  'gossip-limits',
  'listeners',
  'peers',
  'room',
  'rules',
  'signed-entry',
  'warm-start',
  'work',
].map((name) => `test/unit/discovery/${name}.test.ts`)
/** They give the dialect themselves, and run in both: there stands how shared rules look in networks of mosaik. */
const OWN = ['announcement', 'sync'].map((name) => `test/unit/discovery/mosaik/${name}.test.ts`)
/** Records of the DHT, which are read in networks of mosaik too. */
const RECORDS = 'test/unit/network/dht-pkarr.test.ts'
const FILES = [...PARTS, ...OWN, RECORDS, 'test/sim/scenarios.test.ts']
/** They give the dialect themselves, or are of what networks of mosaik lack: slots of our own, syncs that reconcile. */
const NOT = ['dht', 'anti-entropy', 'pace', 'stated-version'].map((name) => `test/unit/discovery/core/${name}.test.ts`)

/** For vitest.config.ts. */
export const MOSAIK_TESTS = { include: [...FOLDERS.map((folder) => `${folder}*.test.ts`), ...FILES], exclude: NOT }

/** Whether a test file, from the project's root, is among them. */
export function runsInMosaik(file: string): boolean {
  return (FILES.includes(file) || FOLDERS.some((folder) => file.startsWith(folder))) && !NOT.includes(file)
}
