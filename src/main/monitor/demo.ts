/** The local demo swarm: real peers in a process of their own, so that they do not slow the window down. */
import { DEMO_SILENT_MS } from '../../shared/demo-story.ts'
import type { DemoStory } from '../../shared/demo-story.ts'
import { Cancelled, DemoFailed, Unavailable } from '../../shared/errors.ts'
import type { StartSwarmProcess, SwarmProcess } from './swarm-protocol.ts'
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

/** A running demo swarm. */
export interface Demo {
  readonly network: string
  readonly addresses: readonly string[]
  /** Resolves when the swarm has ended: with the reason, or with null after `stop`. */
  readonly lost: Promise<DemoFailed | null>
  /** Where its story is; null before it begins, and where there is none. */
  story(): DemoStory | null
  /** Plays its story from a chapter on, counted from 1. Fine where there is none. */
  play(chapter: number): void
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
    if (message?.kind === 'story') story = { beat: message.beat, peers: message.peers }
  })
  try {
    const up = await addresses.promise.finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    })
    isUp = true
    const lost = ended.then((reason) => (stopping === null ? new DemoFailed(`the demo swarm ended (${reason})`) : null))
    const play = (chapter: number): void => swarm.order({ kind: 'play', chapter })
    return { network, addresses: up, lost, story: () => story, play, stop }
  } catch (error) {
    await stop()
    throw error
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
