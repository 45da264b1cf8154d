/** The story that the demo tells: its chapters, and what happens in each. Plain data, fit for IPC. */
import type { PeerId } from './ids.ts'

/** After which silence the demo counts a peer as gone, milliseconds: soon enough to be seen happening. */
export const DEMO_SILENT_MS = 36_000
/** Peers of the demo. So few that one slow peer shows in the 95th percentile, and enough for two islands. */
export const DEMO_PEERS = 16
/** From this smoothed round-trip time on the evidence of the story lists a peer as slow, milliseconds. */
export const DEMO_SLOW_MS = 100
/** From so many peers on there is a story; fewer just come and go. */
export const STORY_PEERS = 8

/** How many chapters it has. */
export const DEMO_CHAPTERS = 5
/** What the network shows, in order, and may not show in time. */
export const DEMO_SHOWN = [
  'joined',
  'crashed',
  'goodbye',
  'silent',
  'slow',
  'slower',
  'old',
  'split',
  'parted',
  'healed',
  'whole',
] as const
/** One of those. */
export type DemoShown = (typeof DEMO_SHOWN)[number]
/**
 * What happens, in order. `end` stands for the time after the story, `begins` for that before the first word of a chapter, and
 * `unseen` for what the network did not show in time.
 */
export const DEMO_BEATS = ['begins', 'calm', ...DEMO_SHOWN, 'unseen', 'end'] as const
/** Something that happened. */
export type DemoBeat = (typeof DEMO_BEATS)[number]
/** Why the story waits. */
export const STORY_HOLDS = ['nobody looks', 'not connected'] as const
/** One of those. */
export type StoryHold = (typeof STORY_HOLDS)[number]
/** Peers that one of them names at most. */
export const MAX_NAMED_PEERS = 4

/** Where the story is. */
export interface DemoStory {
  /** Counted from 1. */
  readonly chapter: number
  readonly beat: DemoBeat
  /** Who it is about, the main one first. */
  readonly peers: readonly PeerId[]
  /** What the network did not show in time, where the beat is `unseen`; else null. */
  readonly missing: DemoShown | null
  /** When it was told, milliseconds since the epoch, where nobody looked then; else null. */
  readonly missedAt: number | null
}

/** What a window wants of the story: a chapter, counted from 1, or to tell whether it is seen. `window` is the window's own id. */
export type StoryWish = { readonly chapter: number } | { readonly seen: boolean; readonly window: string }

/** Longest id of a window, in characters. */
export const MAX_WINDOW_ID = 40
