/** What runs in the process of the demo swarm. */
import { STORY_PEERS } from '../../shared/demo-story.ts'
import { errorShape, InvalidArgument } from '../../shared/errors.ts'
import { systemClock } from '../network/clock.ts'
import { DEMO_CONFIG } from './demo.ts'

import { StoryRunner } from './demo/runner.ts'
import { LATE_JOINERS, SCRIPT } from './demo/script.ts'
import { DemoWorld } from './demo/world.ts'
import type { Logger } from './open-node.ts'
import type { SwarmMessage } from './swarm-protocol.ts'
import { swarmOrderSchema } from './swarm-protocol.ts'

/** How long the peers may take to say goodbye, milliseconds. Less than the host waits before it kills this process. */
export const END_MS = 1600
/** Of who the peers are and who plays which part: the story is the same each time. */
const SEED = 7
/** Nobody sees what the peers measure among each other, and it would be most of what they cost. */
const PEER_CONFIG = { ...DEMO_CONFIG, rttProbeInterval: 3_600_000, rttDialInterval: 3_600_000 }

/** The way to the host. */
export interface ParentLink {
  /** Resolves when the message is on its way. */
  send(message: SwarmMessage): Promise<void>
  /** Calls the listener when the host wants the end, or is gone; at once if that was before. */
  onEnd(listener: () => void): void
  /** Calls the listener with all else that the host sends. */
  onOrder(listener: (order: unknown) => void): void
}

/**
 * Runs the swarm until the host wants the end.
 * @param args network and number of peers
 * @param kill ends this process at once; called when the swarm does not end in time
 * @returns the exit code; never throws
 */
export async function runDemoSwarm(
  [network = '', nodes = '']: readonly string[],
  link: ParentLink,
  logger: Logger,
  kill: () => void,
): Promise<number> {
  const stop = new AbortController()
  let deadline: NodeJS.Timeout | undefined
  const asked = new Promise<void>((resolve) => {
    link.onEnd(() => {
      deadline ??= setTimeout(kill, END_MS)
      stop.abort()
      resolve()
    })
  })
  let world: DemoWorld | null = null
  try {
    if (!/^[1-9]\d{0,2}$/.test(nodes)) throw new InvalidArgument(`invalid number of peers: '${nodes}'`)
    const size = Number(nodes)
    const told = size >= STORY_PEERS
    world = new DemoWorld({ network, config: PEER_CONFIG, seed: SEED, clock: systemClock, logger, signal: stop.signal })
    await world.start(told ? size - LATE_JOINERS : size, size)
    const runner = told ? storyOf(world, link, logger) : null
    await link.send({ kind: 'up', addresses: [...world.addresses()] })
    if (runner === null) world.churn(true)
    else {
      // Until the host is connected and somebody looks.
      runner.hold('not connected')
      runner.play(1)
    }
    await asked
    await runner?.stop()
    await world.stop()
    return 0
  } catch (error) {
    await world?.stop().catch(() => undefined)
    if (stop.signal.aborted) return 0
    await link.send({ kind: 'failed', reason: errorShape(error).message })
    return 1
  } finally {
    clearTimeout(deadline)
  }
}

function storyOf(world: DemoWorld, link: ParentLink, logger: Logger): StoryRunner {
  const runner = new StoryRunner({
    script: SCRIPT,
    world,
    clock: systemClock,
    seed: SEED,
    tell: ({ peers, ...story }) => void link.send({ kind: 'story', ...story, peers: [...peers] }),
    ask: ({ id, sights }) => void link.send({ kind: 'ask', id, sights: [...sights] }),
    failed: (error) => logger.debug({ err: error }, 'a scene of the demo failed'),
  })
  link.onOrder((message) => {
    const { data: order } = swarmOrderSchema.safeParse(message)
    if (order?.kind === 'play') runner.play(order.chapter)
    if (order?.kind === 'hold') runner.hold(order.why)
    if (order?.kind === 'seen') runner.seen(order.id)
  })
  return runner
}
