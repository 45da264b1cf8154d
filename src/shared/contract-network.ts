/** The contract's part about the network that is joined, and those that were. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { config, networkKind, output, text, texts } from './contract-schemas.ts'
import type { DemoStory } from './demo-story.ts'
import { DEMO_CHAPTERS, DEMO_PEERS, MAX_WINDOW_ID } from './demo-story.ts'
import type { NetworkId, PeerId } from './ids.ts'
import type { Loss, NotKnown } from './loss.ts'
import type { Abilities, NetworkKind } from './network-kind.ts'
import type { RelayMode } from './relay-mode.ts'

/** Where we are with a network. One state at a time, each with what a view needs to draw it. */
export type NetworkStatus =
  | { readonly state: 'none' }
  | { readonly state: 'joining'; readonly network: NetworkRef; readonly since: number }
  | {
      /** `lost`: no neighbor is left, and somebody counts as here; `deserted`: the last ones said goodbye, and nobody is left. */
      readonly state: 'alone' | 'online' | 'lost' | 'deserted'
      readonly network: NetworkRef
      readonly self: PeerId
      /** What peers of this network can do, and what can be known of it. */
      readonly abilities: Abilities
      /** Which relays are used; null where the network knows none by URL. */
      readonly relay: RelayMode | null
      /** What a second machine needs as its bootstrap address. */
      readonly addresses: readonly string[]
      readonly neighbors: number
      readonly connections: number
      /** Peers in the catalog that are online, ourselves not counted. */
      readonly peers: number
      readonly lastHeardAt: number | null
      /** The loss that lasts; null while we are in the network. */
      readonly loss: Loss | null
      /** Who did not come back since our last loss; null for nobody, and while one lasts. */
      readonly notKnown: NotKnown | null
      /** By how much our clock is ahead of those of `clocksCompared` peers; null where they agree (rule WK13). */
      readonly suspectedClockSkewMs: number | null
      readonly clocksCompared: number
      /** Another node that was heard of in this session and has our key, when it started (rule ID5). */
      readonly identityClash: { readonly at: number; readonly startedAt: number | null } | null
      readonly joinedAt: number
      /** What is being tried now to find peers, in plain words; empty when nothing is. */
      readonly trying: readonly string[]
      /** Bootstrap addresses that could not be reached, with the reason. */
      readonly problems: readonly { readonly target: string; readonly reason: string; readonly at: number }[]
      /** True while a local demo swarm runs. */
      readonly demo: boolean
      /** Where the demo's story is; null without one. */
      readonly story: DemoStory | null
    }
  | { readonly state: 'leaving'; readonly network: NetworkRef }
  | {
      readonly state: 'failed'
      readonly network: NetworkRef
      readonly code: string
      readonly reason: string
      readonly at: number
    }

/** A network by its kind, its id and, where it was joined by name, its name. */
export interface NetworkRef {
  readonly kind: NetworkKind
  readonly id: NetworkId
  readonly name: string | null
}

/** A network that was joined before. */
export interface RecentNetwork extends NetworkRef {
  readonly lastJoinedAt: number
  readonly bootstrap: readonly string[]
  /** As they were typed: words, or ids. */
  readonly tags: readonly string[]
  readonly relay: RelayMode
  /** The version that our entries state instead of the dialect's own. */
  readonly entryVersion: string | null
  /** Peers that the store knows of it. */
  readonly knownPeers: number
  /** The network of a demo: it can be looked at, not joined again. */
  readonly demo?: true
}

/**
 * How what is stored of a network ended: we left it; Peerscope was closed; one of the two, where an earlier version did not say
 * which; Peerscope ended without a goodbye, for example because it was killed; or the network ended by itself.
 */
export type HistoryEnd =
  | { readonly how: 'left' | 'closed' | 'left or closed' | 'killed' }
  | { readonly how: 'failed'; readonly reason: string }

/** A network that was joined before, with how that ended; null where nothing tells, and while it is joined. */
export interface ListedNetwork extends RecentNetwork {
  readonly end: HistoryEnd | null
  /** Whether we had lost the network when it ended. */
  readonly endedLost: boolean
}

/** A kind of network, as this installation can join it. */
export interface KindInfo {
  readonly kind: NetworkKind
  readonly abilities: Abilities
  /** Why no network of this kind can be joined here, in one line; null where one can. */
  readonly unavailable: string | null
  /** The version that our entries state where nothing else is set. */
  readonly entryVersion: string
}

/** Calls that join and leave. */
export const networkContract = {
  /** Starts joining and resolves once online or failed with a typed error. */
  join: oc
    .input(
      z.object({
        network: text.min(1),
        kind: networkKind,
        bootstrap: texts.default([]),
        tags: texts.default([]),
        listen: texts.optional(),
        /** For networks with relay URLs: `off`, `default` or the URL of a relay. */
        relay: text.default('off'),
        /** What our entries state as their version, instead of what the dialect says. */
        entryVersion: text.max(32).nullable().default(null),
        /** Identity for this run only; without it the stored identity is used. */
        secret: text.optional(),
        config: config.optional(),
      }),
    )
    .output(output<NetworkStatus>()),
  /** Graceful departure. Fine when nothing is joined. */
  leave: oc.output(output<NetworkStatus>()),
  /** Networks that were joined, and the last demos; joined last first. */
  recent: oc.output(output<readonly ListedNetwork[]>()),
  /** Takes a network, and what is stored of it, off the list. */
  forget: oc.input(z.object({ network: text.min(1), kind: networkKind })).output(output<void>()),
  /** Starts a local swarm, which plays a story, and joins it. */
  demo: oc
    .input(z.object({ nodes: z.number().int().min(2).max(100).default(DEMO_PEERS) }))
    .output(output<NetworkStatus>()),
  /** Plays the demo's story from a chapter on, counted from 1; or tells whether a window is seen: the story waits while none is. */
  story: oc
    .input(
      z.union([
        z.object({ chapter: z.number().int().min(1).max(DEMO_CHAPTERS) }),
        z.object({ seen: z.boolean(), window: text.min(1).max(MAX_WINDOW_ID) }),
      ]),
    )
    .output(output<void>()),
}
