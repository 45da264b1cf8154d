/** What the processes of `bench -- versus` tell each other. */

/** Whose node it is. */
export type Side = 'peerscope' | 'mosaik'

/** What is done in the one network of a run, after it converged. */
export type Step = 'idle' | 'tag' | 'goodbye'

/** One run: of one side, in a process group and where possible a network namespace of its own. */
export type Task =
  | { readonly scenario: 'network'; readonly nodes: number; readonly steps: readonly Step[] }
  | { readonly scenario: 'join'; readonly entries: number }
  | { readonly scenario: 'start' }

/** The variable with the program that hosts our nodes. */
export const HOST_VARIABLE = 'PEERSCOPE_BENCH_HOST'

/** The variable with the file that its compiled code is kept in; that of the command line is beside it. */
export const COMPILED_VARIABLE = 'PEERSCOPE_BENCH_COMPILED'

/** What a run is started with. */
export interface Run {
  readonly side: Side
  readonly task: Task
  /** Whether loopback is the run's own, so that its bytes can be counted. */
  readonly isolated: boolean
}

/** What a run measured: the name, with its unit, and the value. */
export type Measured = Readonly<Record<string, number>>

/** What our host is asked. It answers as mosaik's does (test/interop/mosaik-node). */
export interface Ask {
  readonly id: number
  readonly cmd: string
  readonly node: string
  readonly bootstrap: readonly string[]
  readonly count: number
  readonly tag: string
}

/** Its answer. */
export interface Reply {
  readonly id: number
  readonly error: string | null
  /** Addresses of a node that was started. */
  readonly addresses: readonly string[]
  /** How long it took, milliseconds. */
  readonly tookMs: number
}
