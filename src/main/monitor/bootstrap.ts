/** What the Bootstrap view shows: what is tried, how peers were learned, and how others reach us. */
import type { Attempt, BootstrapStatus } from '../../shared/bootstrap.ts'
import { NO_BOOTSTRAP } from '../../shared/bootstrap.ts'
import type { ReachabilityStatus } from '../../shared/reachability.ts'
import { REACHABILITY_OFF } from '../../shared/reachability.ts'
import type { Session } from './session.ts'

/** Rule BS4. `session` is null while no network is joined. */
export function bootstrapStatus(session: Session | null, now: number): BootstrapStatus {
  const reachability = session?.node?.reachability() ?? REACHABILITY_OFF
  const facts = session?.node?.discovery.bootstrap() ?? NO_BOOTSTRAP
  const attempts = [...facts.attempts, ...relayAttempts(reachability)]
  return {
    ...facts,
    attempts: attempts.toSorted((a, b) => b.at - a.at),
    joined: session !== null,
    given: session?.given ?? [],
    reachability,
    at: now,
  }
}

/** Places at relays are asked for by the network's own parts: here they stand beside the dials. */
function relayAttempts({ relay }: ReachabilityStatus): readonly Attempt[] {
  const of = { path: 'relay', slot: null, tookMs: null, tries: 1 } as const
  const using = relay.using.map(({ peerId, address, since }): Attempt => ({
    ...of,
    peerId,
    address,
    state: 'connected',
    reason: null,
    at: since,
    connection: 'outbound',
  }))
  const { lost } = relay
  if (lost === null) return using
  return [
    ...using,
    { ...of, peerId: lost.peerId, address: '', state: 'failed', reason: lost.reason, at: lost.at, connection: null },
  ]
}
