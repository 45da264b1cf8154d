/** What the soak's processes tell each other. */

/** What a process holds after its garbage was collected. */
export interface Held {
  /** Live JavaScript objects, bytes. */
  readonly heap: number
  /** Buffers outside the heap, bytes. */
  readonly external: number
  /** Resident memory, bytes. */
  readonly rss: number
  /** Timers, sockets, threads and the like that are open. */
  readonly handles: number
}

/** What the crowd has done so far. */
export interface Crowded {
  readonly joined: number
  readonly left: number
  readonly crashed: number
  /** Strangers that connected, and those that could not. */
  readonly strangers: number
  readonly refused: number
}
