import type { Dials } from '../connections/dials.ts'
import type { Exchanges } from '../core/exchanges.ts'
import type { InboundSyncs } from './inbound.ts'
import type { SyncViewFor } from './parts.ts'

/** What syncs work with. */
export interface SyncNeeds {
  readonly viewFor: SyncViewFor
  readonly dials: Dials
  readonly exchanges: Exchanges
  readonly inbound: InboundSyncs
}
