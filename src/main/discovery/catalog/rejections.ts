import type { DiscoveryEvent, RejectReason } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Source } from '../../../shared/peer.ts'
import type { Counters } from '../base/counters.ts'
import type { Clock } from '../ports.ts'
import { takeToken } from '../base/rates.ts'
import type { Bucket } from '../base/rates.ts'

/** EntryRejected events that are told; the rest is counted. */
const RATE = { perSecond: 10, burst: 20 }
/** Longest detail of an event, characters. */
const DETAIL = 200

/** Counts entries that were refused and, within a rate, tells of them. */
export class Rejections {
  readonly #counters: Counters
  readonly #clock: Clock
  readonly #tell: (event: DiscoveryEvent) => void
  #bucket: Bucket | undefined

  constructor(counters: Counters, clock: Clock, tell: (event: DiscoveryEvent) => void) {
    this.#counters = counters
    this.#clock = clock
    this.#tell = tell
  }

  add(peerId: PeerId | null, reason: RejectReason, source: Source, detail: string): void {
    this.#counters.refuse(reason)
    const { bucket, allowed } = takeToken(this.#bucket, this.#clock.monotonic(), RATE)
    this.#bucket = bucket
    if (allowed) this.#tell({ kind: 'EntryRejected', peerId, reason, source, detail: detail.slice(0, DETAIL) })
  }
}
