/** What runs in the process of the demo swarm. */
import { errorShape, InvalidArgument } from '../../shared/errors.ts'
import { DEMO_CONFIG } from './demo.ts'
import type { Logger } from './open-node.ts'
import { startSwarm } from './swarm.ts'
import type { SwarmMessage } from './swarm-protocol.ts'

/** Joins, leaves and new tags a minute. */
const CHURN_PER_MINUTE = 12
/** How long the peers may take to say goodbye, milliseconds. Less than the host waits before it kills this process. */
export const END_MS = 1600

/** The way to the host. */
export interface ParentLink {
  /** Resolves when the message is on its way. */
  send(message: SwarmMessage): Promise<void>
  /** Calls the listener when the host wants the end, or is gone; at once if that was before. */
  onEnd(listener: () => void): void
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
  try {
    if (!/^[1-9]\d{0,2}$/.test(nodes)) throw new InvalidArgument(`invalid number of peers: '${nodes}'`)
    const swarm = await startSwarm({
      network,
      nodes: Number(nodes),
      churnPerMinute: CHURN_PER_MINUTE,
      bootstrap: [],
      config: DEMO_CONFIG,
      logger,
      signal: stop.signal,
    })
    await link.send({ kind: 'up', addresses: [...swarm.addresses()] })
    await asked
    await swarm.stop()
    return 0
  } catch (error) {
    if (stop.signal.aborted) return 0
    await link.send({ kind: 'failed', reason: errorShape(error).message })
    return 1
  } finally {
    clearTimeout(deadline)
  }
}
