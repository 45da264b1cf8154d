/** What one network cost. Null where the revision does not count it. */
export interface Measured {
  readonly converged: boolean
  /** Until all knew all, milliseconds of the clock and of the processor. */
  readonly timeMs: number
  readonly cpuMs: number
  /** All else: until 5 s later. */
  readonly laterCpuMs: number
  /** Written to sockets, whatever it was for. */
  readonly tcpBytes: number
  readonly gossipBytes: number | null
  readonly streamBytes: number | null
  readonly streams: number | null
  readonly dials: number | null
  readonly syncs: number
  readonly failedSyncs: number
  readonly failedDials: number
  readonly connections: number
  /** Errors that nobody caught, until the nodes are stopped. */
  readonly uncaught: number
}
