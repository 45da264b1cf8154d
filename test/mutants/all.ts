/** All mutants, and the rules that have none. */
import { BOOTSTRAP } from './bootstrap.ts'
import { CATALOGS } from './catalog.ts'
import { CORE } from './core.ts'
import { DHT } from './dht.ts'
import { ENTRIES } from './entry.ts'
import { IDENTITY } from './identity.ts'
import { LIVENESS } from './liveness.ts'
import { MONITOR } from './monitor.ts'
import type { Mutant } from './mutant.ts'
import { NETWORK } from './network.ts'
import { PEERS } from './peers.ts'
import { REACHES } from './reach.ts'
import { SYNCS } from './sync.ts'

/** In the order of the rooms; `npm run mutants` tries them in this order. */
export const MUTANTS: readonly Mutant[] = [
  ...IDENTITY,
  ...ENTRIES,
  ...CATALOGS,
  ...PEERS,
  ...SYNCS,
  ...LIVENESS,
  ...CORE,
  ...DHT,
  ...BOOTSTRAP,
  ...NETWORK,
  ...REACHES,
  ...MONITOR,
]

export { PENDING } from './pending.ts'

/** Rules that no change of a source of ours can break in a way that says something, and why. */
export const WITHOUT: Readonly<Record<string, string>> = {}
