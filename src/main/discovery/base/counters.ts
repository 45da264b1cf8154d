import type { DiscoveryStats } from '../handle.ts'

/** The counters behind `stats()`. Sizes in bytes. */
export class Counters {
  gossipIn = 0
  gossipOut = 0
  gossipBytesIn = 0
  gossipBytesOut = 0
  streamsIn = 0
  streamsOut = 0
  streamBytesIn = 0
  streamBytesOut = 0
  signaturesVerified = 0
  dials = 0
  readonly #refused = new Map<string, number>()

  /** Counts something that was refused, by reason (rule BD1). */
  refuse(reason: string): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1)
  }

  /** With what is counted elsewhere. */
  snapshot(syncsRunning: number, catalogBytes: number): DiscoveryStats {
    return {
      gossipIn: this.gossipIn,
      gossipOut: this.gossipOut,
      gossipBytesIn: this.gossipBytesIn,
      gossipBytesOut: this.gossipBytesOut,
      streamsIn: this.streamsIn,
      streamsOut: this.streamsOut,
      streamBytesIn: this.streamBytesIn,
      streamBytesOut: this.streamBytesOut,
      signaturesVerified: this.signaturesVerified,
      catalogBytes,
      syncsRunning,
      dials: this.dials,
      refused: Object.fromEntries(this.#refused),
    }
  }
}
