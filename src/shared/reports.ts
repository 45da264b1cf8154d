/** What came of exports and of files that others made, and what Peerscope costs, as it crosses to a user interface. */
import type { NetworkId, PeerId } from './ids.ts'
import type { NetworkKind } from './network-kind.ts'
import type { PeerRow } from './peer.ts'

/** A part of an export. `done` and `total` count records, in the copy of the database bytes. */
export interface ExportChunk {
  readonly done: number
  /** Null where it is not known before. */
  readonly total: number | null
  /** Exactly one of the two is there. */
  readonly text?: string
  readonly base64?: string
}

/** What a shared moment is of. Milliseconds since the epoch. */
export interface MomentSpan {
  /** The moment. */
  readonly asOf: number
  /** The span that it can be played over; the moment is within. */
  readonly from: number
  readonly to: number
  /**
   * The number of the last event that had happened at the moment: others of the same millisecond came later. Left out where
   * an earlier version wrote the file.
   */
  readonly seq?: number | undefined
}

/** What came of checking a snapshot. */
export interface SnapshotReport {
  /** True when every signature in it holds, that over the whole included. */
  readonly ok: boolean
  readonly network: { readonly kind: NetworkKind; readonly id: NetworkId; readonly name: string | null } | null
  /** Who made it. */
  readonly by: PeerId | null
  readonly createdAt: number | null
  readonly filter: string
  /** The moment that was shared; null in a snapshot of the catalog. */
  readonly moment: (MomentSpan & { readonly events: number }) | null
  readonly peers: number
  /** Entries that were typed in, which nobody signed. */
  readonly unsigned: number
  /** What is wrong: the first hundred. Lines count from 1; null means the whole file. */
  readonly faults: readonly { readonly line: number | null; readonly peerId: PeerId | null; readonly what: string }[]
  readonly faultCount: number
}

/** What became of the entries of a snapshot that were offered to the catalog, by outcome (rules CT2 to CT8). */
export interface ImportReport {
  readonly outcomes: Readonly<Record<string, number>>
}

/** How far work on a snapshot is: peers that were checked, or offered to the catalog, of so many as the file announces. */
export interface WorkStep {
  readonly step: 'check' | 'offer'
  readonly done: number
  readonly total: number
}

/** What long work tells: how far it is, and at its end what came of it. */
export type WorkMessage<Result> =
  { readonly kind: 'progress'; readonly step: WorkStep } | { readonly kind: 'done'; readonly result: Result }

/** What reading rows out of a file tells: how far it is, then the rows in parts, so that thousands hold nobody up. */
export type RowsMessage =
  | { readonly kind: 'progress'; readonly step: WorkStep }
  | { readonly kind: 'rows'; readonly peers: readonly PeerRow[] }
  | { readonly kind: 'done' }

/** What Peerscope itself costs. Rates and percentages are those since the look before. */
export interface Cost {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly uptimeMs: number
  /** Of one processor. */
  readonly cpuPercent: number
  /** Resident memory, and what of it is JavaScript's. */
  readonly memoryBytes: number
  readonly heapBytes: number
  /** How late the event loop was, 99th percentile. Null where nobody looked in the last 30 s: it is measured for those who look. */
  readonly loopDelayMs: number | null
  /** Of gossip and streams, since the network was joined. */
  readonly bytesIn: number
  readonly bytesOut: number
  readonly inPerSecond: number
  readonly outPerSecond: number
  /** Since the network was joined. */
  readonly dials: number
  readonly syncsRunning: number
  /** Null where nothing is kept in a file. */
  readonly storeBytes: number | null
}

/** A bundle for bug reports. Ids are shortened, addresses only classes; no keys, tags, names or URLs. JSON-safe. */
export interface Diagnostics {
  readonly format: 'peerscope-diagnostics'
  readonly version: 1
  /** ISO 8601. */
  readonly at: string
  readonly app: Readonly<Record<string, string | null>>
  readonly system: Readonly<Record<string, string | number>>
  readonly settings: unknown
  readonly state: string
  readonly health: unknown
  /** Whether others can reach us, and our addresses by class; null where no network is joined. */
  readonly reach: {
    readonly byOthers: boolean
    readonly addresses: Readonly<Record<string, number>>
  } | null
  readonly stats: unknown
  /** Invariants of discovery's state that are broken; null where no network is joined. */
  readonly broken: unknown
  readonly cost: Cost | null
  readonly peers: {
    readonly byState: Readonly<Record<string, number>>
    readonly bySource: Readonly<Record<string, number>>
    readonly byProtocol: Readonly<Record<string, number>>
    readonly measured: number
    readonly unsigned: number
  }
  readonly store: unknown
  readonly alerts: { readonly rules: readonly unknown[]; readonly fired: readonly unknown[] }
  /** Newest first. */
  readonly events: readonly unknown[]
  /** Oldest first. */
  readonly log: readonly unknown[]
}
