/** What the threads and processes of the benchmark tell each other. */
import type { Holds } from './meter.ts'

/** What an engine tells its page to do. */
export type ToPage =
  | {
      readonly kind: 'call'
      readonly id: number
      readonly path: readonly string[]
      readonly input: unknown
      readonly forMs: number | undefined
    }
  | { readonly kind: 'taken' }

/** What a page answers: the result of a call, or how long its trivial calls took since it was asked last, milliseconds. */
export type FromPage =
  | { readonly kind: 'done'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string }
  | { readonly kind: 'taken'; readonly took: readonly number[] }

/** What an engine is started with. */
export interface EngineTask {
  /** `history` works on a large store, `purge` joins a network whose peers all go silent at once. */
  readonly kind: 'history' | 'purge'
  readonly dataDir: string
  /** The second node, with a catalog of its own. */
  readonly bootstrap: string
  readonly peers: number
  /** How long peers stay that are not heard of, milliseconds. */
  readonly purgeAfter: number
  /** Until then all peers of the network went silent, milliseconds since the epoch. */
  readonly silentAt: number
  /** Only works whose name holds one of these; all where there is none. */
  readonly only: readonly string[]
  /** Whether it is to tell what held the loop. */
  readonly why: boolean
}

/** How one work went. */
export interface Work extends Holds {
  readonly name: string
  readonly tookMs: number
  /** How long a trivial call of a page took, milliseconds: half of them, and all but one in a hundred. */
  readonly ipcP50Ms: number
  readonly ipcP99Ms: number
  /** How long an update of the menus and a move of the window waited and took, the longest; null where none was tried. */
  readonly windowMs: number | null
}
