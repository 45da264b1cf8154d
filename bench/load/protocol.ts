/** What the processes of `bench -- load` tell each other. */

/** What is on in the process of the node: the store records into a folder, the window's page reads what it is told. */
export interface Variant {
  readonly name: string
  readonly store: boolean
  readonly window: boolean
}

/** How the generator is started. */
export interface GeneratorTask {
  /** Peers beside the speakers. */
  readonly count: number
  /** Real nodes that the measured one is a neighbor of. */
  readonly speakers: number
  /** How many of them publish each message: neighbors in a mesh send most messages more than once. */
  readonly copies: number
  /** How long a peer stays, milliseconds. */
  readonly lifeMs: number
}

/** What the generator is told. */
export type ToGenerator =
  /** Who is measured from now on; null: nobody. */
  | { readonly kind: 'target'; readonly address: string | null }
  /** What was done since it was asked last. */
  | { readonly kind: 'report' }

/** What the generator tells. */
export type FromGenerator =
  | { readonly kind: 'ready'; readonly addresses: readonly string[] }
  | { readonly kind: 'report'; readonly did: Generated }

/** What the generator did since it was asked last. Times in milliseconds. */
export interface Generated {
  readonly announced: number
  /** Announcements that were left out, since they were far too late. */
  readonly skipped: number
  /** Goodbyes: whose, and when each was published (by `now` of clock.ts). */
  readonly departed: readonly (readonly [peerId: string, at: number])[]
  /** Pings that the node asked of the crowd, and that the crowd asked of it. */
  readonly pinged: number
  readonly pings: number
  readonly failedPings: number
  /** How late messages went out. */
  readonly lagP99Ms: number
  readonly lagMaxMs: number
  /** Processor time, all threads, as a part of one core. */
  readonly cpuShare: number
}

/** How the measured node is started. */
export interface NodeTask {
  readonly variant: Variant
  readonly dataDir: string
  /** Where to write a CPU profile of the span at rest; null for none. */
  readonly profile: string | null
}

/** What the measured node is told. */
export type ToNode =
  | { readonly kind: 'join'; readonly bootstrap: readonly string[]; readonly count: number }
  | { readonly kind: 'measure'; readonly ms: number }
  /** By itself: its timer wakes the process a hundred times a second, which costs what nobody else pays. */
  | { readonly kind: 'delays'; readonly ms: number }
  | { readonly kind: 'end' }

/** What it tells. */
export type FromNode =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'online'; readonly address: string }
  | { readonly kind: 'joined'; readonly ms: number; readonly cpuMs: number; readonly known: number }
  | { readonly kind: 'measured'; readonly costs: Costs; readonly gone: readonly (readonly [string, number])[] }
  | { readonly kind: 'delays'; readonly delays: Delays }
  | { readonly kind: 'failed'; readonly reason: string }

/** What the node cost in the span. Shares are of one core; the thread of the window's page is left out. */
export interface Costs {
  readonly cpuShare: number
  readonly loopShare: number
  readonly inBytesPerS: number
  readonly outBytesPerS: number
  readonly rssBytes: number
  readonly heapBytes: number
  readonly known: number
  readonly updatesPerS: number
  readonly connections: number
  readonly neighbors: number
  readonly failedDials: number
  readonly refused: number
}

/** How late a timer of 10 ms was. */
export interface Delays {
  readonly delayP50Ms: number
  readonly delayP99Ms: number
  readonly delayMaxMs: number
}
