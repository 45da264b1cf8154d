/** The local demo swarm: real peers in a process of their own, so that they do not slow the window down. */
import { Cancelled, DemoFailed, Unavailable } from '../../shared/errors.ts'
import type { StartSwarmProcess, SwarmProcess } from './swarm-protocol.ts'
import { swarmMessageSchema } from './swarm-protocol.ts'

/** Intervals that make a demo lively. */
export const DEMO_CONFIG = {
  announceInterval: 5000,
  purgeAfter: 20_000,
  rttProbeInterval: 5000,
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
  /** Ends the swarm, by force where it does not end by itself. Takes at most `GRACE_MS + GONE_MS`. Idempotent. */
  stop(): Promise<void>
}

/**
 * Starts the swarm and resolves with its addresses.
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
  const stop = (): Promise<void> => (stopping ??= endSwarm(swarm))
  let failure: string | null = null
  const ended = swarm.ended.then((reason) => failure ?? reason)
  const addresses = new Promise<readonly string[]>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new DemoFailed(`the demo swarm did not start within ${START_MS / 1000} s`)),
      START_MS,
    )
    signal.addEventListener('abort', () => reject(new Cancelled('the demo was cancelled')), { once: true })
    const fail = (reason: string): void => {
      clearTimeout(timer)
      reject(new DemoFailed(`the demo swarm ended before it was up: ${reason}`))
    }
    void ended.then(fail)
    swarm.onMessage((raw) => {
      const { data: message } = swarmMessageSchema.safeParse(raw)
      if (message?.kind === 'failed') failure = message.reason
      if (message?.kind !== 'up') return
      clearTimeout(timer)
      resolve(message.addresses)
    })
  })
  try {
    const up = await addresses
    const lost = ended.then((reason) => (stopping === null ? new DemoFailed(`the demo swarm ended (${reason})`) : null))
    return { network, addresses: up, lost, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Asks, then kills; resolves in any case. */
async function endSwarm(swarm: SwarmProcess): Promise<void> {
  swarm.end()
  if (await endsWithin(swarm, GRACE_MS)) return
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
