import type { AppInfo } from '../../shared/contract.ts'
import type { DiscoveryConfig } from '../../shared/config.ts'
import type { Clock } from '../discovery/ports.ts'
import type { KeyCipher } from '../store/types.ts'
import type { AlertsParts } from './alerts/alerts.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { Logger } from './open-node.ts'
import type { StartSwarmProcess } from './swarm-protocol.ts'

/** How to make a monitor. */
export interface MonitorOptions {
  /** Null keeps everything in memory. */
  readonly dataDir: string | null
  readonly logger: Logger
  readonly info: Omit<AppInfo, 'dataDir' | 'kinds' | 'dht' | 'overridden'>
  /** Starts the process of the demo swarm; null where there is none. */
  readonly startSwarm: StartSwarmProcess | null
  /** Encrypts the identity, where the host has a keychain. */
  readonly cipher?: KeyCipher
  /** For this run, above the stored settings. */
  readonly overrides?: {
    readonly listen?: readonly string[]
    readonly config?: Partial<DiscoveryConfig>
    readonly dht?: boolean
    /** `HOST:PORT` of the only DHT nodes to start from. */
    readonly dhtBootstrap?: readonly string[]
    readonly mdns?: boolean
    readonly upnp?: boolean
    readonly relays?: boolean
  }
  readonly clock?: Clock
  /** Counts what happens, for Prometheus. */
  readonly metrics?: Metrics
  /** What alerts are given of their surroundings, for tests. */
  readonly alerts?: Pick<AlertsParts, 'fetch' | 'localMinutes' | 'settleMs'>
}
