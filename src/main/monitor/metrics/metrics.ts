/** What Peerscope counts, for Prometheus. A registry of its own for each run: nothing is global. */
import { prometheusMetrics } from '@libp2p/prometheus-metrics'
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import type { Alert } from '../../../shared/alerts.ts'
import { ALERT_KINDS } from '../../../shared/alert-kinds.ts'
import type { NetworkStatus, StoreStatus } from '../../../shared/contract.ts'
import type { DiscoveryEvent } from '../../../shared/events.ts'
import type { PeerState } from '../../../shared/peer.ts'
import { rttFigures } from '../../../shared/rtt.ts'
import type { Discovery, DiscoveryStats } from '../../discovery/handle.ts'
import type { Logger, NodeSettings } from '../open-node.ts'
import { storeBytes } from './cost.ts'

const PREFIX = 'peerscope_'
const STATES: readonly PeerState[] = ['online', 'departed', 'purged', 'lost', 'removed', 'displaced', 'stored']
const STORE_STATES: readonly StoreStatus['state'][] = ['ok', 'memory-only', 'read-only']
const NETWORK_STATES: readonly NetworkStatus['state'][] = [
  'none',
  'joining',
  'alone',
  'online',
  'lost',
  'deserted',
  'leaving',
  'failed',
]

/** Where figures are read from when somebody asks. */
export interface MetricsSource {
  /** Null while nothing is joined. */
  discovery(): Discovery | null
  /** How we are with the network, in the words of the window. */
  state(): NetworkStatus['state']
  /** Peers that are known, by state, ourselves not counted. */
  peers(): Iterable<PeerState>
  /** The database's file; null where there is none. */
  readonly storePath: string | null
  alerts(): readonly Alert[]
  /** How the store is; null or left out without one. */
  readonly store?: () => StoreStatus | null
}

/** How metrics are made. */
export interface MetricsOptions {
  readonly version: string
  readonly logger: Logger
  /** Whose file system libp2p's metrics tell the free space of. */
  readonly folder: string
}

/** The metrics of one run. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #options: MetricsOptions
  readonly #events: Counter<'kind'>
  readonly #syncs: Counter<'outcome'>
  readonly #syncBytes: Counter
  #libp2p: Registry | null = null
  #source: MetricsSource | null = null

  constructor(options: MetricsOptions) {
    this.#options = options
    const registers = [this.#registry]
    collectDefaultMetrics({ register: this.#registry })
    new Gauge({
      name: `${PREFIX}info`,
      help: 'This Peerscope; always 1',
      labelNames: ['version', 'node'],
      registers,
    }).set({ version: options.version, node: process.versions.node }, 1)
    this.#events = new Counter({
      name: `${PREFIX}events_total`,
      help: 'Discovery events',
      labelNames: ['kind'],
      registers,
    })
    this.#syncs = new Counter({
      name: `${PREFIX}syncs_total`,
      help: 'Catalog syncs that ended',
      labelNames: ['outcome'],
      registers,
    })
    for (const outcome of ['completed', 'failed']) this.#syncs.inc({ outcome }, 0)
    this.#syncBytes = new Counter({ name: `${PREFIX}sync_bytes_total`, help: 'Bytes of completed syncs', registers })
    this.#gauges(registers)
    this.#counters(registers)
  }

  /** Reads from here from now on. */
  follow(source: MetricsSource): void {
    this.#source = source
  }

  /** Takes every event. */
  event(event: DiscoveryEvent): void {
    this.#events.inc({ kind: event.kind })
    if (event.kind === 'SyncCompleted') {
      this.#syncs.inc({ outcome: 'completed' })
      this.#syncBytes.inc(event.bytes)
    }
    if (event.kind === 'SyncFailed') this.#syncs.inc({ outcome: 'failed' })
  }

  /** What a node's libp2p counts into. Each node has its own: what the one before counted is over with it. */
  forNode(): NonNullable<NodeSettings['metrics']> {
    const registry = new Registry()
    this.#libp2p = registry
    return prometheusMetrics({ registry, collectDefaultMetrics: false, statfsLocation: this.#options.folder })
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  /** All of it, as Prometheus reads it. */
  async text(): Promise<string> {
    const own = await this.#registry.metrics()
    try {
      return `${own}${(await this.#libp2p?.metrics()) ?? ''}`
    } catch (error) {
      this.#options.logger.warn({ err: error }, "libp2p's metrics could not be read")
      return own
    }
  }

  #gauges(registers: Registry[]): void {
    const discovery = (): Discovery | null => this.#source?.discovery() ?? null
    const gauge = (name: string, help: string, read: () => number | null): void => {
      const made: Gauge = new Gauge({
        name: `${PREFIX}${name}`,
        help,
        registers,
        collect: () => {
          const value = read()
          if (value === null) made.remove()
          else made.set(value)
        },
      })
    }
    const labelled = (
      name: string,
      help: string,
      label: string,
      read: () => Readonly<Record<string, number>>,
    ): void => {
      const made: Gauge = new Gauge({
        name: `${PREFIX}${name}`,
        help,
        labelNames: [label],
        registers,
        collect: () => {
          made.reset()
          for (const [value, count] of Object.entries(read())) made.set({ [label]: value }, count)
        },
      })
    }
    labelled('network_state', 'The state of the joined network: 1 for the one it is in', 'state', () => {
      const state = this.#source?.state() ?? 'none'
      return Object.fromEntries(NETWORK_STATES.map((one) => [one, Number(one === state)]))
    })
    labelled('peers', 'Known peers by state, ourselves not counted', 'state', () => {
      const counts: Record<string, number> = Object.fromEntries(STATES.map((state) => [state, 0]))
      for (const state of this.#source?.peers() ?? []) counts[state] = (counts[state] ?? 0) + 1
      return counts
    })
    gauge(
      'catalog_bytes',
      'Memory that the entries of the catalog take, estimated',
      () => discovery()?.stats().catalogBytes ?? null,
    )
    labelled('alerts_open', 'Alerts whose condition lasts, by the kind of rule', 'kind', () => {
      const open = (this.#source?.alerts() ?? []).filter(({ resolvedAt }) => resolvedAt === null)
      return Object.fromEntries(ALERT_KINDS.map((kind) => [kind, open.filter((alert) => alert.kind === kind).length]))
    })
    gauge('neighbors', 'Members of our gossip mesh', () => discovery()?.health().neighbors ?? 0)
    gauge('connections', 'Open connections', () => discovery()?.health().connections ?? 0)
    gauge('syncs_running', 'Catalog syncs under way', () => discovery()?.stats().syncsRunning ?? 0)
    gauge('rtt_median_seconds', 'Median smoothed round-trip time over all measured peers', () => {
      const peers = [...(discovery()?.catalog().peers.values() ?? [])]
      const figures = rttFigures(peers.flatMap(({ rtt }) => rtt?.srtt ?? []))
      return figures === null ? null : figures.p50 / 1000
    })
    gauge(
      'timer_delay_seconds',
      'How late the timers of discovery run, smoothed',
      () => (discovery()?.health().loopDelayMs ?? 0) / 1000,
    )
    gauge('clock_skew_seconds', 'Our clock minus that of most peers, where they disagree with it', () => {
      const skew = discovery()?.health().suspectedClockSkewMs ?? null
      return skew === null ? 0 : skew / 1000
    })
    gauge('last_heard_timestamp_seconds', 'When anything valid was heard last', () => {
      const at = discovery()?.health().lastHeardAt ?? null
      return at === null ? null : at / 1000
    })
    labelled('store_state', 'The state of the store: 1 for the one it is in', 'state', () => {
      const status = this.#source?.store?.() ?? null
      return status === null ? {} : Object.fromEntries(STORE_STATES.map((one) => [one, Number(one === status.state)]))
    })
    gauge('store_notice', '1 where something is to be known of the store, such as that it had to be saved', () => {
      const status = this.#source?.store?.() ?? null
      return status === null ? null : Number(status.notice !== undefined)
    })
    gauge('store_bytes', 'Size of the database and of the log written ahead of it', () =>
      storeBytes(this.#source?.storePath ?? null),
    )
  }

  /** Counted by discovery; they begin again when a network is joined, as Prometheus expects of a restart. */
  #counters(registers: Registry[]): void {
    const stats = (): DiscoveryStats | null => this.#source?.discovery()?.stats() ?? null
    const counter = (
      name: string,
      help: string,
      label: string,
      read: (from: DiscoveryStats) => Readonly<Record<string, number>>,
    ): void => {
      const made: Counter = new Counter({
        name: `${PREFIX}${name}`,
        help,
        labelNames: label === '' ? [] : [label],
        registers,
        collect: () => {
          made.reset()
          const from = stats()
          if (from === null) return
          for (const [value, count] of Object.entries(read(from))) {
            if (label === '') made.inc(count)
            else made.inc({ [label]: value }, count)
          }
        },
      })
    }
    counter('refused_total', 'Refused entries and requests', 'reason', ({ refused }) => refused)
    counter('dials_total', 'Dials that were tried', '', ({ dials }) => ({ dials }))
    counter('signatures_verified_total', 'Signatures that were checked', '', ({ signaturesVerified }) => ({
      signaturesVerified,
    }))
    counter('gossip_messages_total', 'Gossip messages', 'direction', (from) => ({
      in: from.gossipIn,
      out: from.gossipOut,
    }))
    counter('gossip_bytes_total', 'Bytes of gossip messages', 'direction', (from) => ({
      in: from.gossipBytesIn,
      out: from.gossipBytesOut,
    }))
    counter('streams_total', 'Streams of our protocols', 'direction', (from) => ({
      in: from.streamsIn,
      out: from.streamsOut,
    }))
    counter('stream_bytes_total', 'Bytes of our protocols', 'direction', (from) => ({
      in: from.streamBytesIn,
      out: from.streamBytesOut,
    }))
  }
}
