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

/** Something that the host must see, as in `sights.ts`. */
export type ScriptSight =
  | { readonly what: 'here' | 'left' | 'silent'; readonly who: Part }
  | { readonly what: 'slow'; readonly who: Part; readonly overMs: number }
  | { readonly what: 'middle'; readonly underMs: number }
  | { readonly what: 'apart' | 'split' | 'healed' }
  /** With all who are there. */
  | { readonly what: 'whole' }

/** What a scene waits for. Where it is not seen in time the rest of the chapter is left out. */
export interface When {
  readonly sees: readonly ScriptSight[]
  readonly withinMs: number
}

/** What happens at one moment of a chapter. */
export interface Scene {
  /** Milliseconds since the scene before: for so long that one's sentence stands at least. */
  readonly afterMs: number
  /** What has to be seen before. */
  readonly when?: When
  readonly acts?: readonly Act[]
  /** Its acts undo what was done: they are done also where the chapter ends early. */
  readonly always?: true
  /** What is told then, and who is named, the main one first. */
  readonly tells?: { readonly beat: DemoBeat; readonly names: readonly Part[] }
}

/** Scenes in their order. */
export interface Chapter {
  /** For how long the last scene stands before the next chapter, milliseconds. */
  readonly restMs: number
  readonly scenes: readonly Scene[]
}

/** Peers that join while the first chapter runs. */
export const LATE_JOINERS = 2

/** How long a peer, or word of it, may take to come to us, milliseconds. */
const COMES_MS = 25_000

/** A peer joins, and is named once it is known. */
const JOINED: readonly Scene[] = [
  { afterMs: 3000, acts: [{ do: 'join', as: 'newcomer' }] },
  {
    afterMs: 0,
    when: { sees: [{ what: 'here', who: 'newcomer' }], withinMs: COMES_MS },
    tells: { beat: 'joined', names: ['newcomer'] },
  },
]

/** The chapters, in order. */
export const SCRIPT: readonly Chapter[] = [
  { restMs: 5500, scenes: [{ afterMs: 0, tells: { beat: 'calm', names: [] } }, ...JOINED, ...JOINED] },
  {
    restMs: 5500,
    scenes: [
      {
        afterMs: 0,
        when: { sees: [{ what: 'here', who: 'crashed' }], withinMs: COMES_MS },
        acts: [{ do: 'crash', who: 'crashed' }],
        tells: { beat: 'crashed', names: ['crashed'] },
      },
      {
        afterMs: 5500,
        when: { sees: [{ what: 'here', who: 'leaver' }], withinMs: COMES_MS },
        acts: [{ do: 'leave', who: 'leaver' }],
      },
      {
        afterMs: 0,
        when: {
          sees: [
            { what: 'left', who: 'leaver' },
            { what: 'here', who: 'crashed' },
          ],
          withinMs: COMES_MS,
        },
        tells: { beat: 'goodbye', names: ['leaver', 'crashed'] },
      },
      {
        afterMs: 8000,
        when: { sees: [{ what: 'silent', who: 'crashed' }], withinMs: 60_000 },
        tells: { beat: 'silent', names: ['crashed', 'leaver'] },
      },
    ],
  },
  {
    restMs: 0,
    scenes: [
      {
        afterMs: 0,
        when: { sees: [{ what: 'here', who: 'relay' }], withinMs: COMES_MS },
        // So slow that the first time it is measured after that tells.
        acts: [{ do: 'slow', who: 'relay', byMs: 1100 }],
      },
      {
        afterMs: 0,
        when: { sees: [{ what: 'slow', who: 'relay', overMs: 200 }], withinMs: 35_000 },
        acts: [{ do: 'slow', who: 'relay', byMs: 1800 }],
        tells: { beat: 'slow', names: ['relay'] },
      },
      {
        afterMs: 5500,
        when: {
          sees: [
            { what: 'slow', who: 'relay', overMs: 1300 },
            { what: 'middle', underMs: 350 },
          ],
          withinMs: COMES_MS,
        },
        tells: { beat: 'slower', names: ['relay'] },
      },
      // What comes next is not about it, and it is the same where this chapter was skipped.
      { afterMs: 5500, acts: [{ do: 'slow', who: 'relay', byMs: 0 }], always: true },
    ],
  },
  {
    // It is all that this chapter tells: so long that who reads it finds the old version where the button leads.
    restMs: 9000,
    scenes: [
      { afterMs: 0, acts: [{ do: 'join', as: 'old', tags: ['role:validator', 'client:1.3.9'] }] },
      {
        afterMs: 0,
        when: { sees: [{ what: 'here', who: 'old' }], withinMs: COMES_MS },
        tells: { beat: 'old', names: ['old'] },
      },
    ],
  },
  {
    restMs: 5500,
    scenes: [
      {
        // Who does not know the links yet sees no split.
        afterMs: 0,
        when: { sees: [{ what: 'whole' }], withinMs: 60_000 },
        acts: [{ do: 'split' }],
        tells: { beat: 'split', names: [] },
      },
      {
        // The other half must not count as silent before it heals.
        afterMs: 5000,
        when: { sees: [{ what: 'apart' }], withinMs: 7000 },
        tells: { beat: 'parted', names: [] },
      },
      {
        // So long that who reads of the islands finds them where the button leads. By then it was told, and can be looked up later.
        afterMs: 15_000,
        when: { sees: [{ what: 'split' }], withinMs: 2000 },
        acts: [{ do: 'heal' }],
        always: true,
        tells: { beat: 'healed', names: [] },
      },
      {
        afterMs: 5000,
        when: { sees: [{ what: 'healed' }], withinMs: 60_000 },
        tells: { beat: 'whole', names: [] },
      },
    ],
  },
]
