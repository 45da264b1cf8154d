/** What is found out about a joined network beside what its node tells: our own stalls and delays, and the islands of its links. */
import type { BriefIslands, DiscoveryEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { IslandsSummary } from '../../../shared/islands.ts'
import { isRelayed } from '../../../shared/reachability.ts'
import type { Told } from '../../discovery/handle.ts'
import type { Clock, Connection } from '../../discovery/ports.ts'
import type { LoopDelay } from '../../store/types.ts'
import type { View } from '../view.ts'
import { IslandWatch } from './island-watch.ts'
import type { DelayMeter } from './loop-delay.ts'
import { DelayWatch, processDelays } from './loop-delay.ts'
import { BEAT_MS, StallWatch } from './stalls.ts'

/** What it is found out from. */
export interface InsightParts {
  readonly self: PeerId
  readonly view: Pick<View, 'rows' | 'edges'>
  readonly clock: Clock
  /** Whether peers of this network tell who their neighbors are. */
  readonly told: boolean
  /** After which silence peers are purged, milliseconds. */
  readonly purgeAfterMs: number
  /** Open connections of our node. */
  readonly connections: () => readonly Connection[]
  /** Whether we lost the network. */
  readonly lost: () => boolean
  /** Logs what was found out. `at` is when that was, where it is not now. */
  readonly tell: (event: DiscoveryEvent, at?: number) => void
  /** Keeps how late our event loop was. */
  readonly keepDelay: (delay: LoopDelay) => void
  /** Measures the event loop; that of this process where left out. */
  readonly delays?: DelayMeter | undefined
}

/** From when the node is online until the network is left. */
export class Insight {
  /** Whether islands can be known at all. */
  readonly told: boolean
  /** After which silence peers are purged, milliseconds. */
  readonly purgeAfterMs: number
  readonly #stalls: StallWatch
  readonly #delays: DelayWatch
  readonly #islands: IslandWatch
  readonly #connections: InsightParts['connections']

  constructor({ told, purgeAfterMs, connections, tell, keepDelay, delays, ...parts }: InsightParts) {
    this.#connections = connections
    this.told = told
    this.purgeAfterMs = purgeAfterMs
    const watch = new DelayWatch({ clock: parts.clock, meter: delays ?? processDelays(), keep: keepDelay })
    this.#delays = watch
    this.#stalls = new StallWatch(parts.clock, (ms) => tell({ kind: 'Stalled', ms: watch.lengthOf(ms, BEAT_MS) }))
    this.#islands = new IslandWatch({ ...parts, purgeAfterMs, tell })
  }

  start(): void {
    this.#stalls.start()
    this.#delays.start()
    if (this.told) this.#islands.start()
  }

  /** Before something is told that a stall, or a split, may explain. */
  look(told: Told): void {
    this.#stalls.look()
    if (told.kind !== 'event' || told.event.kind !== 'PeerDeparted' || told.event.reason !== 'purged') return
    this.#islands.gone(told.event.peerId, told.at)
  }

  /** Looks for islands again, as often as that may be done. */
  async refreshIslands(): Promise<void> {
    if (this.told) await this.#islands.refresh()
  }

  /** Null while none were looked for yet, and where none can be known. */
  islands(): IslandsSummary | null {
    return this.#islands.summary
  }

  /** Who is surely in other islands than ours, told or not. */
  apart(): ReadonlySet<PeerId> {
    return this.#islands.apart
  }

  /** Islands that were shown and are not in the log yet. */
  get shownIslands(): readonly BriefIslands[] {
    return this.#islands.shown
  }

  /** How many islands were told of last; null before that. */
  get islandsTold(): number | null {
    return this.#islands.told
  }

  /** Whether there were fewer then because others were taken for gone. */
  get islandsGone(): boolean {
    return this.#islands.islandsGone
  }

  /** The address at the other end of our connection to a peer; null without one. A direct one counts before a relayed one. */
  connectedAt(peerId: PeerId): string | null {
    const found = this.#connections().filter((one) => one.peerId === peerId)
    const direct = found.find(({ remoteAddress }) => !isRelayed(remoteAddress))
    return (direct ?? found[0])?.remoteAddress ?? null
  }

  stop(): void {
    this.#stalls.stop()
    this.#delays.stop()
    this.#islands.stop()
  }
}
