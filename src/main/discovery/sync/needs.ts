import type { Dials } from '../connections/dials.ts'
import type { Exchanges } from '../core/exchanges.ts'
import type { InboundSyncs } from './inbound.ts'
import type { SyncView } from './parts.ts'

/** What syncs work with. */
export interface SyncNeeds {
  readonly view: SyncView
  readonly dials: Dials
  readonly exchanges: Exchanges
  readonly inbound: InboundSyncs
}
