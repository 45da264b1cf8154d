/**
 * Every call and every event between a user interface and the main process, declared once. Main, preload, browser
 * binding, renderer client and test doubles derive from it. The renderer imports its type only.
 */
import { eventIterator, oc } from '@orpc/contract'
import type { InferContractRouterInputs, InferContractRouterOutputs } from '@orpc/contract'
import { z } from 'zod'
import type { Alert, AlertRule, AlertTest, RuleNow, RulePreview } from './alerts.ts'
import { MAX_ALERTS } from './alert-kinds.ts'
import { ruleToSaveSchema } from './alerts.ts'
import type { BootstrapStatus, Learned } from './bootstrap.ts'
import type { DiscoveryConfig } from './config.ts'
import { eventsQuery, historyContract } from './contract-history.ts'
import type { EventsFound } from './contract-history.ts'
import { healthContract, whyContract } from './contract-health.ts'
import { compareContract } from './contract-compare.ts'
import { identityContract } from './contract-identity.ts'
import { networkContract } from './contract-network.ts'
import type { KindInfo, NetworkStatus } from './contract-network.ts'
import { namesContract } from './contract-names.ts'
import { snapshotsContract } from './contract-snapshots.ts'
import { storedContract } from './contract-stored.ts'
import { topologyContract } from './contract-topology.ts'
import { config, output, peerId, text, texts } from './contract-schemas.ts'
import type { DhtStatus } from './dht.ts'
import type { LoggedEvent } from './events.ts'
import type { PeerId, UniqueId } from './ids.ts'
import type { DecodedEntry, EntryVerdict } from './entry-check.ts'
import { exportQuery } from './exports-query.ts'
import type { KnownName } from './names.ts'
import type { NetworkKind } from './network-kind.ts'
import type { DepartureReason, Edge, PeerRow, Source, Version } from './peer.ts'
import type {
  Cost,
  Diagnostics,
  ExportChunk,
  ImportReport,
  MomentSpan,
  SnapshotReport,
  WorkMessage,
  WorkStep,
} from './reports.ts'

export type {
  EventsFound,
  HistorySpan,
  Nearest,
  NotedPeer,
  PastMoment,
  PastPart,
  PastPicture,
  PastRows,
  PeerNote,
  SessionRow,
  StallSpan,
  StorageFigures,
} from './contract-history.ts'
export type {
  HistoryEnd,
  KindInfo,
  ListedNetwork,
  NetworkRef,
  NetworkStatus,
  RecentNetwork,
} from './contract-network.ts'
export type { StoredNetwork } from './contract-stored.ts'
export type { CompareMessage, CompareSide, HeldMessage } from './compare.ts'
export type { CrawlMessage, CrawlProgress, TopologyChange, TopologyPart, TopologyRow } from './topology.ts'
export type { ExportChunk, ImportReport, MomentSpan, SnapshotReport, WorkMessage, WorkStep }
export type { Identity, IdentityBackup } from './contract-identity.ts'

/** What came of dialing one address: who answered, or why nobody did. */
export interface DialOutcome {
  readonly address: string
  readonly peerId: PeerId | null
  readonly reason: string | null
}

/** How the store is. Anything but `ok` is shown. */
export interface StoreStatus {
  readonly state: 'ok' | 'memory-only' | 'read-only'
  /** Why, in words; empty when ok. */
  readonly reason: string
  readonly path: string | null
  /** What should be known though the store works: a damaged database was set aside, records were lost. */
  readonly notice?: string
}

/** The whole picture at one moment. */
export interface Snapshot {
  readonly type: 'snapshot'
  /** When it was sent, by the clock of the host, milliseconds since the epoch; left out in what a window makes by itself. */
  readonly sentAt?: number
  readonly seq: number
  readonly status: NetworkStatus
  readonly store: StoreStatus
  readonly peers: readonly PeerRow[]
  readonly edges: readonly Edge[]
  /** Newest first; older ones by `events.page`. */
  readonly events: readonly LoggedEvent[]
  /** Fired alerts, newest first. */
  readonly alerts: readonly Alert[]
  /** The rules that alerts fire by. */
  readonly rules: readonly AlertRule[]
  /** The name book of the shown network. */
  readonly names: readonly KnownName[]
}

/** What changed since the batch before. `seq` is exactly one more than that of the message before, or a gap happened. */
export interface Batch {
  readonly type: 'batch'
  /** As that of a snapshot. */
  readonly sentAt?: number
  readonly seq: number
  readonly status?: NetworkStatus
  readonly store?: StoreStatus
  /** New or changed rows, whole. */
  readonly peers?: readonly PeerRow[]
  /** Rows that are no longer shown (another network, forgotten by the user). */
  readonly removed?: readonly PeerId[]
  readonly edgesAdded?: readonly Edge[]
  readonly edgesRemoved?: readonly Edge[]
  /** Oldest first. */
  readonly events?: readonly LoggedEvent[]
  /** All of them, newest first, whenever one fired or changed. */
  readonly alerts?: readonly Alert[]
  /** All of them, whenever one was saved or removed. */
  readonly rules?: readonly AlertRule[]
  /** All of them, whenever one came or went. */
  readonly names?: readonly KnownName[]
}

/** A message of the view stream. Batches come at most 20 times a second. */
export type ViewMessage = Snapshot | Batch

/** Everything that is known of one peer. */
export interface PeerDetail {
  readonly row: PeerRow
  /** The exact entry bytes and the signature over them, as hex; null for unsigned entries. */
  readonly raw: { readonly entry: string; readonly signature: string } | null
  readonly tickets: readonly {
    readonly id: UniqueId
    readonly class: UniqueId
    readonly bytes: number
    readonly dataHex: string
  }[]
  /** What stands in the raw bytes; null where there are none or they do not decode. */
  readonly decoded: DecodedEntry | null
  /** When the signature of the newest version was checked: as it came. Null for ourselves and for unsigned entries. */
  readonly checkedAt: number | null
  /** Rule BS4: how it was first learned in this run; null for ourselves and for peers that are not in the catalog. */
  readonly learnedBy: Learned | null
  /** When and why it left; null while it is there or where that was not recorded. */
  readonly gone: { readonly at: number; readonly reason: DepartureReason | 'unknown' } | null
  /**
   * `updatedAt` minus the time at which the entry reached us, milliseconds, of the newest versions the one that was the
   * least late; positive when the peer's clock is ahead.
   */
  readonly clockDrift: number | null
  /** How often it restarted while we looked: `startedAt` was later by a second or more. */
  readonly restarts: number
  /** Newest first. */
  readonly versions: readonly { readonly version: Version; readonly at: number; readonly source: Source }[]
  /**
   * Newest last. `gap`: for some time before it nothing was measured, since the peer was not here, we had lost the network, or it
   * did not answer.
   */
  readonly rttSamples: readonly { readonly at: number; readonly ms: number; readonly gap: boolean }[]
}

/** How long history is kept: what is older, or too much, is deleted in small steps, the oldest first. */
export interface RetentionSettings {
  readonly days: number
  /** Of 1024 × 1024 bytes. */
  readonly mebibytes: number
}

/** What history may be kept at least and at most. */
export const RETENTION_RANGE = { days: [1, 3650], mebibytes: [16, 1_048_576] } as const

/** Settings that outlive a run. */
export interface Settings {
  readonly theme: 'system' | 'dark' | 'light'
  readonly listen: readonly string[]
  readonly tags: readonly string[]
  readonly config: DiscoveryConfig
  readonly dht: boolean
  readonly mdns: boolean
  /** Whether the router is asked to open a port. */
  readonly upnp: boolean
  /** Whether relays are used where nobody can dial us, or a peer. */
  readonly relays: boolean
  readonly retention: RetentionSettings
  /** Whether the desktop app may look for new versions: `ask` until somebody said yes or no, and then it does not look. */
  readonly updates: 'ask' | 'on' | 'off'
}

/** What this Peerscope is. */
export interface AppInfo {
  readonly version: string
  readonly host: 'desktop' | 'web'
  readonly dataDir: string | null
  readonly node: string
  readonly platform: string
  /** Network to offer first in the join dialog, when given on the command line. */
  readonly initialNetwork: string | null
  /** The kind of that network. */
  readonly initialKind: NetworkKind
  /** The kinds of network there are, and which of them can be joined here. */
  readonly kinds: readonly KindInfo[]
  /** What the command line makes of the setting `dht`: nothing, no DHT, or only the nodes that it names to start from. */
  readonly dht: 'setting' | 'off' | 'given'
  /** Settings that the command line overrides for this run. */
  readonly overridden: {
    /** Null for those of the settings. */
    readonly listen: readonly string[] | null
    readonly config: Partial<DiscoveryConfig>
  }
}

/** The contract. Durations are milliseconds, times milliseconds since the epoch, addresses multiaddrs. */
export const contract = {
  app: {
    info: oc.output(output<AppInfo>()),
    /** What Peerscope itself costs, since somebody asked last. */
    cost: oc.output(output<Cost>()),
    /** What a bug report needs, without who and where anybody is. */
    diagnostics: oc.output(output<Diagnostics>()),
  },
  network: networkContract,
  /** First a snapshot, then batches. To start again, call again. */
  view: {
    subscribe: oc.output(eventIterator(output<ViewMessage>())),
  },
  peers: {
    detail: oc.input(z.object({ peerId })).output(output<PeerDetail>()),
    dial: oc.input(z.object({ addresses: texts.min(1) })).output(output<readonly DialOutcome[]>()),
    sync: oc.input(z.object({ peerId })).output(
      output<{
        readonly received: number
        readonly sent: number
        readonly bytes: number
        readonly durationMs: number
      }>(),
    ),
    ping: oc.input(z.object({ peerId })).output(output<{ readonly rttMs: number }>()),
    /** Checks the signed bytes that are kept of a peer once more. */
    verify: oc.input(z.object({ peerId })).output(output<EntryVerdict>()),
  },
  bootstrap: {
    /** Rule DH8: the joined network's slots in the DHT; `off` where none is joined. */
    slots: oc.output(output<DhtStatus>()),
    /** Rule BS4: what is tried to find peers, by which paths they were learned, and how others reach us. */
    status: oc.output(output<BootstrapStatus>()),
    /** Takes back an address that was dialed by hand, which is tried for ever else; false where it was not kept. */
    forget: oc.input(z.object({ address: z.string() })).output(output<boolean>()),
  },
  identity: identityContract,
  self: {
    /** True when something changed. */
    addTags: oc.input(z.object({ tags: texts.min(1) })).output(output<boolean>()),
    removeTags: oc.input(z.object({ tags: texts.min(1) })).output(output<boolean>()),
  },
  events: {
    /** Older events, newest first. */
    page: oc.input(eventsQuery).output(output<EventsFound>()),
  },
  history: historyContract,
  health: healthContract,
  why: whyContract,
  names: namesContract,
  topology: topologyContract,
  exports: {
    /** A file, in parts that make it when joined. Leaving the loop cancels. */
    file: oc.input(exportQuery).output(eventIterator(output<ExportChunk>())),
    /** A copy of the whole database, without the identity and the URLs of webhooks. */
    database: oc.output(eventIterator(output<ExportChunk>())),
  },
  snapshots: snapshotsContract,
  stored: storedContract,
  compare: compareContract,
  /** Rules that tell when something happens, and what they told. */
  alerts: {
    rules: oc.output(output<readonly AlertRule[]>()),
    /** Adds a rule, or replaces the one with its id. */
    saveRule: oc.input(z.object({ rule: ruleToSaveSchema })).output(output<AlertRule>()),
    /** Gives the rule back, so that it can be saved again; null where there was none. */
    removeRule: oc.input(z.object({ id: text.min(1) })).output(output<AlertRule | null>()),
    /** Newest first. */
    list: oc.output(output<readonly Alert[]>()),
    dismiss: oc.input(z.object({ ids: z.array(z.number().int()).max(MAX_ALERTS) })).output(output<void>()),
    /** Forgets those that ended. */
    clear: oc.output(output<void>()),
    /** Who passes a rule's filter now, and how often it would have fired in the last day. Rejects where no network is joined. */
    preview: oc.input(z.object({ rule: ruleToSaveSchema })).output(output<RulePreview>()),
    /** For what a rule holds now, and again whenever that changed. Rejects where no network is joined, and once it is left. */
    now: oc.input(z.object({ rule: ruleToSaveSchema })).output(eventIterator(output<RuleNow>())),
    /** Fires an alert of the rule, to see where it arrives. */
    test: oc.input(z.object({ rule: ruleToSaveSchema })).output(output<AlertTest>()),
  },
  settings: {
    get: oc.output(output<Settings>()),
    /** Only the given fields change. Rejects with `InvalidArgument` and changes nothing when one of them cannot be. */
    set: oc
      .input(
        z
          .object({
            theme: z.enum(['system', 'dark', 'light']),
            listen: texts,
            tags: texts,
            config,
            dht: z.boolean(),
            mdns: z.boolean(),
            upnp: z.boolean(),
            relays: z.boolean(),
            retention: z.object({ days: z.number().int(), mebibytes: z.number().int() }),
            updates: z.enum(['ask', 'on', 'off']),
          })
          .partial(),
      )
      .output(output<Settings>()),
  },
}

/** The contract's type: all that the renderer needs of it. */
export type Contract = typeof contract
/** Argument types of all calls. */
export type ContractInputs = InferContractRouterInputs<Contract>
/** Result types of all calls. */
export type ContractOutputs = InferContractRouterOutputs<Contract>
