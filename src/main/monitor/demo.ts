/** The local demo swarm: real peers in a process of their own, so that they do not slow the window down. */
import { DEMO_SILENT_MS } from '../../shared/demo-story.ts'
import type { NetworkStatus } from '../../shared/contract.ts'
import type { DemoStory, StoryHold, StoryWish } from '../../shared/demo-story.ts'
import { Cancelled, DemoFailed, Unavailable } from '../../shared/errors.ts'
import type { Onlooker } from './demo/sights.ts'
import { isSeen } from './demo/sights.ts'
import type { StartSwarmProcess, SwarmMessage, SwarmProcess } from './swarm-protocol.ts'
import { swarmMessageSchema } from './swarm-protocol.ts'

/** Intervals that make a demo lively, for us who look at it. */
export const DEMO_CONFIG = {
  announceInterval: 12_000,
  purgeAfter: DEMO_SILENT_MS,
  rttProbeInterval: 5000,
  rttDialInterval: 5000,
} as const

/** How long the swarm may take to start, milliseconds. */
const START_MS = 60_000
/**
 * How long it may take to end gracefully before it is killed, and then to be gone, milliseconds. Together less than the
 * desktop's engine may take to end (`desktop/engine.ts`).
 */
export const GRACE_MS = 1800
export const GONE_MS = 500
/** Windows whose word is kept; the one that spoke longest ago goes first. */
export const MAX_WINDOWS = 50

/** What the host shows. */
export interface Looked extends Pick<Onlooker, 'row' | 'rows'> {
  readonly status: Pick<NetworkStatus, 'state'>
  readonly subscribers: number
}

/** What is known of the islands of the shown network. */
export interface KnownIslands {
  islands(): { readonly count: number; readonly sizes: readonly number[] } | null
  /** How many were told of last; null before that. */
  readonly islandsTold: number | null
  /** Whether there were fewer then because others were taken for gone. */
  readonly islandsGone: boolean
}

/** A running demo swarm. */
export interface Demo {
  readonly network: string
  readonly addresses: readonly string[]
  /** Resolves when the swarm has ended: with the reason, or with null after `stop`. */
  readonly lost: Promise<DemoFailed | null>
  /** Where its story is; null before it begins, and where there is none. */
  story(): DemoStory | null
  /** Plays its story from a chapter on, or tells whether a window is seen. Fine where there is none. */
  wish(wish: StoryWish): void
  /**
   * The story goes on while we are connected with its peers and somebody sees a window, and says of the peers what we see of
   * them; else it waits. What the network goes on with by itself it follows also while nobody sees a window.
   * @param islands what is known of the islands; null before anything is
   */
  look(view: Looked, islands: KnownIslands | null): void
  /** Ends the swarm, by force where it does not end by itself. Takes at most `GRACE_MS + GONE_MS`. Idempotent. */
  stop(): Promise<void>
}

/**
 * Starts the swarm and resolves with its addresses. Rejects once its process has ended, or 2 s after it should have.
 * @param start null where the host has no swarm
 * @throws Unavailable, DemoFailed, Cancelled
 */
export async function startDemo(
  start: StartSwarmProcess | null,
  network: string,
  nodes: number,
  signal: AbortSignal,
): Promise<Demo> {
  if (start === null) throw new Unavailable('this build has no demo swarm')
  if (signal.aborted) throw new Cancelled('the demo was cancelled')
  const swarm = start([network, String(nodes)])
  const waiting = new Waiting(swarm)
  let stopping: Promise<void> | null = null
  let isUp = false
  // Peers that are not up have nobody to say goodbye to.
  const stop = (): Promise<void> => (stopping ??= endSwarm(swarm, isUp))
  let failure: string | null = null
  let story: DemoStory | null = null
  const ended = swarm.ended.then((reason) => failure ?? reason)
  const addresses = Promise.withResolvers<readonly string[]>()
  const onAbort = (): void => addresses.reject(new Cancelled('the demo was cancelled'))
  signal.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(
    () => addresses.reject(new DemoFailed(`the demo swarm did not start within ${START_MS / 1000} s`)),
    START_MS,
  )
  void ended.then((reason) => addresses.reject(new DemoFailed(`the demo swarm ended before it was up: ${reason}`)))
  swarm.onMessage((raw) => {
    const { data: message } = swarmMessageSchema.safeParse(raw)
    if (message?.kind === 'failed') failure = message.reason
    if (message?.kind === 'up') addresses.resolve(message.addresses)
    if (message?.kind === 'story') {
      const { kind: _, ...told } = message
      story = told
    }
    if (message?.kind === 'ask') waiting.ask(message)
  })
  try {
    const up = await addresses.promise.finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    })
    isUp = true
    const lost = ended.then((reason) => (stopping === null ? new DemoFailed(`the demo swarm ended (${reason})`) : null))
    const wish = (wanted: StoryWish): void => {
      if ('seen' in wanted) waiting.hear(wanted.window, wanted.seen)
      else swarm.order({ kind: 'play', chapter: wanted.chapter })
    }
    const look: Demo['look'] = (view, islands) => waiting.look(view, islands)
    return { network, addresses: up, lost, story: () => story, wish, look, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What is to be seen before the story goes on. */
type Question = Extract<SwarmMessage, { kind: 'ask' }>

/** Whether the story waits. It does at first. */
class Waiting {
  readonly #swarm: SwarmProcess
  #connected = false
  /** Whether there are windows. */
  #shown = false
  /** Whether each window is seen, by its id, as far as they told. */
  readonly #seen = new Map<string, boolean>()
  /** What was ordered last; it waits at first. */
  #told: StoryHold | null = 'not connected'
  #question: Question | null = null

  constructor(swarm: SwarmProcess) {
    this.#swarm = swarm
  }

  /** A window tells whether it is seen. */
  hear(window: string, seen: boolean): void {
    this.#seen.delete(window)
    this.#seen.set(window, seen)
    const [oldest] = this.#seen.keys()
    if (this.#seen.size > MAX_WINDOWS && oldest !== undefined) this.#seen.delete(oldest)
    this.#order()
  }

  /** In place of what it asked before. */
  ask(question: Question): void {
    this.#question = question
  }

  look(view: Looked, islands: KnownIslands | null): void {
    this.#connected = view.status.state === 'online'
    this.#shown = view.subscribers > 0
    // A closed window does not take its word back.
    if (!this.#shown) this.#seen.clear()
    this.#order()
    if (!this.#connected || this.#question === null) return
    const known = islands?.islands() ?? null
    const by: Onlooker = {
      row: (peerId) => view.row(peerId),
      rows: () => view.rows(),
      islands: {
        now: known?.count ?? null,
        told: islands?.islandsTold ?? null,
        gone: islands?.islandsGone ?? false,
        largest: known?.sizes[0] ?? 0,
      },
    }
    const { id, sights } = this.#question
    if (!sights.every((sight) => isSeen(sight, by))) return
    this.#question = null
    this.#swarm.order({ kind: 'seen', id })
  }

  #order(): void {
    // What tells nothing, like a program that subscribes, counts as seen.
    const seen = this.#seen.size === 0 || [...this.#seen.values()].includes(true)
    const why = !this.#connected ? 'not connected' : this.#shown && seen ? null : 'nobody looks'
    if (why === this.#told) return
    this.#told = why
    this.#swarm.order({ kind: 'hold', why })
  }
}

/** Asks where that makes sense, then kills; resolves in any case. */
async function endSwarm(swarm: SwarmProcess, graceful: boolean): Promise<void> {
  if (graceful) {
    swarm.end()
    if (await endsWithin(swarm, GRACE_MS)) return
  }
  swarm.kill()
  await endsWithin(swarm, GONE_MS)
}

async function endsWithin(swarm: SwarmProcess, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  const ended = swarm.ended.then(() => true)
  return await Promise.race([ended, late]).finally(() => clearTimeout(timer))
}
