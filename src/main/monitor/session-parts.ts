/** What a session is given. */
import type { NetworkRef } from '../../shared/contract.ts'
import type { LoggedEvent } from '../../shared/events.ts'
import type { RelayMode } from '../../shared/relay-mode.ts'
import type { Clock } from '../discovery/ports.ts'
import type { Store } from '../store/types.ts'
import type { Demo } from './demo.ts'
import type { DelayMeter } from './insight/loop-delay.ts'
import type { Logger } from './open-node.ts'
import type { View } from './view.ts'

/** What a session works with. */
export interface SessionParts {
  readonly network: NetworkRef
  readonly bootstrap: readonly string[]
  readonly view: View
  readonly store: Store
  readonly clock: Clock
  readonly demo: boolean
  /** The demo's. */
  readonly swarm?: Demo | null
  /** Which relays are used; off where left out. */
  readonly relay?: RelayMode
  /** For how long the machine is up, milliseconds, with its sleep. */
  readonly uptimeMs?: () => number
  /** Measures the event loop; that of this process where left out. */
  readonly delays?: DelayMeter
  /** After which silence peers are purged, milliseconds; the default where left out. */
  readonly purgeAfterMs?: number
  /** For what should not fail. */
  readonly logger?: Pick<Logger, 'error'>
  /** Called for each event of the log that has a row of its own or happened again, after the view shows what it changed. */
  readonly onLogged?: (logged: LoggedEvent) => void
}
