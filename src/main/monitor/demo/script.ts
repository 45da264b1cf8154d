/** What happens in the demo, and when: data that `runner.ts` plays. */
import type { DemoBeat } from '../../../shared/demo-story.ts'

/** Who plays: the runner chooses a peer for each name when it is used first, and keeps it for the chapter. */
export type Part = 'newcomer' | 'crashed' | 'leaver' | 'relay' | 'old'

/** Something that is done to the peers. */
export type Act =
  /** A peer joins, with tags of its own where they are given. */
  | { readonly do: 'join'; readonly as: Part; readonly tags?: readonly string[] }
  /** It ends without a goodbye. */
  | { readonly do: 'crash'; readonly who: Part }
  /** It says goodbye. */
  | { readonly do: 'leave'; readonly who: Part }
  /** It answers so many milliseconds late; 0 for at once. */
  | { readonly do: 'slow'; readonly who: Part; readonly byMs: number }
  /** One half stops talking to the other half, and to us. */
  | { readonly do: 'split' }
  | { readonly do: 'heal' }

/** What happens at one moment of a chapter. */
export interface Scene {
  /** Milliseconds since the chapter began. */
  readonly atMs: number
  readonly acts: readonly Act[]
  /** What is told then. */
  readonly beat: DemoBeat
  /** Who is named there, the main one first. */
  readonly names: readonly Part[]
}

/** Scenes in their order. */
export interface Chapter {
  /** When the next one begins, milliseconds. */
  readonly lengthMs: number
  readonly scenes: readonly Scene[]
}

/** Peers that join while the first chapter runs. */
export const LATE_JOINERS = 2

/** The chapters of `DEMO_CHAPTERS`. */
export const SCRIPT: readonly Chapter[] = [
  {
    lengthMs: 16_000,
    scenes: [
      { atMs: 0, acts: [], beat: 'calm', names: [] },
      { atMs: 6000, acts: [{ do: 'join', as: 'newcomer' }], beat: 'joined', names: ['newcomer'] },
      { atMs: 11_000, acts: [{ do: 'join', as: 'newcomer' }], beat: 'joined', names: ['newcomer'] },
    ],
  },
  {
    lengthMs: 46_000,
    scenes: [
      { atMs: 0, acts: [{ do: 'crash', who: 'crashed' }], beat: 'crashed', names: ['crashed'] },
      { atMs: 8000, acts: [{ do: 'leave', who: 'leaver' }], beat: 'goodbye', names: ['leaver', 'crashed'] },
      { atMs: 40_000, acts: [], beat: 'silent', names: ['crashed', 'leaver'] },
    ],
  },
  {
    lengthMs: 26_000,
    scenes: [
      { atMs: 0, acts: [{ do: 'slow', who: 'relay', byMs: 150 }], beat: 'slow', names: ['relay'] },
      { atMs: 6000, acts: [{ do: 'slow', who: 'relay', byMs: 400 }], beat: 'slow', names: ['relay'] },
      { atMs: 12_000, acts: [{ do: 'slow', who: 'relay', byMs: 900 }], beat: 'slower', names: ['relay'] },
    ],
  },
  {
    lengthMs: 12_000,
    scenes: [
      {
        atMs: 0,
        acts: [{ do: 'join', as: 'old', tags: ['role:validator', 'client:1.3.9'] }],
        beat: 'old',
        names: ['old'],
      },
    ],
  },
  {
    lengthMs: 48_000,
    scenes: [
      { atMs: 0, acts: [{ do: 'split' }], beat: 'split', names: [] },
      { atMs: 18_000, acts: [], beat: 'parted', names: [] },
      { atMs: 24_000, acts: [{ do: 'heal' }], beat: 'healed', names: [] },
      { atMs: 40_000, acts: [], beat: 'whole', names: [] },
    ],
  },
]
