/**
 * What every host does to get a monitor. Loading this module takes tens of milliseconds by itself (`prepareSignatures`), so
 * a command that only may become a host imports it when it does.
 */
import { prepareSignatures } from '../network/signatures.ts'
import { createLogger } from './log.ts'
import type { Metrics } from './metrics/metrics.ts'
import { Monitor } from './monitor.ts'
import type { MonitorOptions } from './monitor.ts'
import type { NetworkKind } from '../../shared/network-kind.ts'
import type { KeyCipher } from '../store/types.ts'
import { defaultDataDir } from './default-data-dir.ts'
import type { Logger } from './open-node.ts'
import type { MonitorRouter } from './router.ts'
import { createRouter } from './router.ts'
import { boundYoungHeap } from './young-heap.ts'
import type { StartSwarmProcess } from './swarm-protocol.ts'

export type { KeyCipher }

// Now, since no window and no client waits for the loop yet; during a join they would.
prepareSignatures()
boundYoungHeap()

/** How a host wants its monitor. */
export interface HostOptions {
  /** Null takes the platform's app-data folder. */
  readonly dataDir: string | null
  readonly logger: Logger
  readonly host: 'desktop' | 'web'
  readonly version: string
  /** Network to offer first. */
  readonly network: string | null
  /** Of which kind it is. */
  readonly kind?: NetworkKind
  /** Starts the process of the demo swarm; null where there is none. */
  readonly startSwarm: StartSwarmProcess | null
  readonly overrides?: NonNullable<MonitorOptions['overrides']>
  /** What is counted for Prometheus. */
  readonly metrics?: Metrics
  /** Encrypts the identity; see the store's `KeyCipher`. */
  readonly cipher?: KeyCipher
}

/**
 * Opens the monitor of a host, and the contract over it.
 * @throws StoreInUse, StoreFromNewerVersion
 */
export function openMonitor(options: HostOptions): { readonly monitor: Monitor; readonly router: MonitorRouter } {
  const monitor = new Monitor({
    dataDir: options.dataDir ?? defaultDataDir(process.env),
    logger: options.logger,
    info: {
      version: options.version,
      host: options.host,
      node: process.versions.node,
      platform: process.platform,
      initialNetwork: options.network,
      initialKind: options.kind ?? 'peerscope',
    },
    startSwarm: options.startSwarm,
    ...(options.overrides === undefined ? {} : { overrides: options.overrides }),
    ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
    ...(options.cipher === undefined ? {} : { cipher: options.cipher }),
  })
  return { monitor, router: createRouter(monitor) }
}

/**
 * Warnings and errors as JSON lines on standard error.
 * @param keep takes the lines from `info` on, for a file
 */
export function desktopLogger(keep: ((line: string) => void) | null = null): Logger {
  return createLogger('warn', (line) => void process.stderr.write(line), keep)
}
