/** All mutants, and the rules that have none. */
import { ABILITIES } from './abilities.ts'
import { ANNOUNCING } from './announce.ts'
import { ANSWERS } from './answers.ts'
import { BOOTSTRAP } from './bootstrap.ts'
import { CATALOGS } from './catalog.ts'
import { CLOCKS } from './clocks.ts'
import { CATCHING_UP } from './catch-up.ts'
import { CONNECTING } from './connections.ts'
import { DEAD_LINKS } from './dead-links.ts'
import { DIAL_RESTS } from './dial-rests.ts'
import { CORE } from './core.ts'
import { DHT } from './dht.ts'
import { DHT_POLLS } from './dht-polls.ts'
import { DRIVING } from './driving.ts'
import { ENTRIES } from './entry.ts'
import { GOSSIP_BYTES } from './gossip-bytes.ts'
import { GOSSIP_LIMITS } from './gossip-limits.ts'
import { IDENTITY } from './identity.ts'
import { LIVENESS } from './liveness.ts'
import { MONITOR } from './monitor.ts'
import { MOSAIK_TRANSPORT } from './mosaik-transport.ts'
import { MOSAIK } from './mosaik.ts'
import { MOSAIK_GOSSIP } from './mosaik-gossip.ts'
import { MOSAIK_SYNCS } from './mosaik-sync.ts'
import type { Mutant } from './mutant.ts'
import { NETWORK } from './network.ts'
import { PACING } from './pace.ts'
import { PEERS } from './peers.ts'
import { FINDING } from './places.ts'
import { PROBES } from './probes.ts'
import { REACHES } from './reach.ts'
import { ASKING } from './requests.ts'
import { FULL_CATALOGS } from './full-catalogs.ts'
import { SYNCS } from './sync.ts'
import { SYNC_INDEX } from './sync-index.ts'
import { TWINS } from './twins.ts'
import { WARM_START } from './warm-start.ts'
import { NEWS_SYNCS } from './anti-entropy.ts'
import { SYNC_RIGHTS } from './sync-rights.ts'
import { SYNC_TURNS } from './sync-turns.ts'

/** In the order of the rooms; `npm run mutants` tries them in this order. */
export const MUTANTS: readonly Mutant[] = [
  ...IDENTITY,
  ...ENTRIES,
  ...CATALOGS,
  ...PEERS,
  ...SYNCS,
  ...FULL_CATALOGS,
  ...SYNC_INDEX,
  ...SYNC_TURNS,
  ...SYNC_RIGHTS,
  ...NEWS_SYNCS,
  ...MOSAIK,
  ...MOSAIK_SYNCS,
  ...LIVENESS,
  ...ANSWERS,
  ...CLOCKS,
  ...PROBES,
  ...ASKING,
  ...CORE,
  ...ANNOUNCING,
  ...PACING,
  ...TWINS,
  ...GOSSIP_BYTES,
  ...GOSSIP_LIMITS,
  ...CATCHING_UP,
  ...CONNECTING,
  ...DEAD_LINKS,
  ...DIAL_RESTS,
  ...FINDING,
  ...WARM_START,
  ...DRIVING,
  ...DHT,
  ...DHT_POLLS,
  ...BOOTSTRAP,
  ...NETWORK,
  ...REACHES,
  ...MONITOR,
  ...MOSAIK_GOSSIP,
  ...MOSAIK_TRANSPORT,
  ...ABILITIES,
]

/** Rules that no change of a source of ours can break in a way that says something, and why. */
export const WITHOUT: Readonly<Record<string, string>> = {}
