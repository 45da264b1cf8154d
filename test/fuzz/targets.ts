import { DECODERS } from './decoders.ts'
import { EXCHANGES } from './exchanges.ts'
import type { Target } from './fuzz.ts'
import { IROH_GOSSIP_TARGETS } from './iroh-gossip.ts'
import { MOSAIK_TARGETS } from './mosaik.ts'
import { TEXTS } from './texts.ts'

/** Everything that is fuzzed; the DHT's socket has a command of its own (dht.ts). */
export const TARGETS: readonly Target[] = [
  ...DECODERS,
  ...TEXTS,
  ...EXCHANGES,
  ...MOSAIK_TARGETS,
  ...IROH_GOSSIP_TARGETS,
]
