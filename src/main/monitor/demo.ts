/** The local demo swarm: `peerscope swarm` in a process of its own, so that its peers do not slow the window down. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { Cancelled, Internal, Unavailable } from '../../shared/errors.ts'

/** Intervals that make a demo lively. */
export const DEMO_CONFIG = {
  announceInterval: 5000,
  purgeAfter: 20_000,
  rttProbeInterval: 5000,
} as const

/** Joins, leaves and new tags a minute. */
const CHURN_PER_MINUTE = 12
/** How long the swarm may take to start, milliseconds. */
const START_MS = 60_000

/** A running demo swarm. */
export interface Demo {
  readonly network: string
  readonly addresses: readonly string[]
  /** Idempotent. */
  stop(): Promise<void>
}

/**
 * Starts the swarm and resolves with its addresses.
 * @param cliEntry the script of the command line
 * @throws Unavailable, Internal, Cancelled
 */
export async function startDemo(
  cliEntry: string | null,
  network: string,
  nodes: number,
  signal: AbortSignal,
): Promise<Demo> {
  if (cliEntry === null) throw new Unavailable('this build has no demo swarm')
  const flags = ['--announce-interval', '5s', '--purge-after', '20s', '--rtt-probe-interval', '5s']
  const child = spawn(
    process.execPath,
    [
      cliEntry,
      'swarm',
      '--network',
      network,
      '--nodes',
      String(nodes),
      '--churn',
      String(CHURN_PER_MINUTE),
      '--json',
      ...flags,
    ],
    // Electron's binary runs as plain Node with this variable; Node itself ignores it.
    { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } },
  )
  const closed = new Promise<void>((resolve) => {
    child.on('close', () => resolve())
    child.on('error', () => resolve())
  })
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await closed
  }
  const addresses = new Promise<readonly string[]>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Internal(`the demo swarm did not start within ${START_MS / 1000} s`)),
      START_MS,
    )
    signal.addEventListener('abort', () => reject(new Cancelled('the demo was cancelled')), { once: true })
    void closed.then(() => reject(new Internal('the demo swarm ended before it was up')))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message: { event?: string; addresses?: readonly string[] } = JSON.parse(line)
      if (message.event !== 'swarm') return
      clearTimeout(timer)
      resolve(message.addresses ?? [])
    })
  })
  try {
    return { network, addresses: await addresses, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
