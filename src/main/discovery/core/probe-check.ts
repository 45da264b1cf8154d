/** What must hold of probes between two steps (rule RT2): each other peer of the catalog is waited for, or asked just now. */
import { dialInterval } from '../liveness/prober.ts'
import type { Env } from './env.ts'
import type { PeerRecord } from './peers.ts'

/** Longest time until the next probe of a peer, in intervals. */
const LATEST = 1.5

/**
 * What is wrong with them.
 * @param probing whether a probe of this record runs
 */
export function checkProbes({ peers, config, clock, timers }: Env, probing: (record: PeerRecord) => boolean): string[] {
  const wrong: string[] = []
  for (const record of peers.values()) {
    const { peerId, entry, probeAt, connection } = record
    if (entry === null || entry.self) continue
    // The catalog may have been larger when it was planned.
    const interval = connection === null ? dialInterval(config, config.maxPeers) : config.rttProbeInterval
    const latest = clock.monotonic() + LATEST * interval
    if (probeAt === null) wrong.push(`${peerId} is never probed`)
    else if (!(probeAt <= latest)) wrong.push(`${peerId} is probed too late`)
    else if (!peers.probesDue.has(record) && !probing(record)) wrong.push(`the probe of ${peerId} waits for nothing`)
  }
  if (peers.probesDue.size > 0 && !timers.isSet('probes')) wrong.push("the timer 'probes' is not set")
  return wrong
}
