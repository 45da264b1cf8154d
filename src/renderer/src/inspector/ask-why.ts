/** Asks why a peer is, or was, as it is. */
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerWhy } from '../../../shared/why.ts'
import type { Client } from '../stores/client.ts'
import { describeFailure } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'

/** What was answered. */
export interface Answer {
  readonly why: PeerWhy | null
  readonly failure: Failure | null
}

/** Whether a departure of the peer is recorded at a moment: a link may name any. Rejects as the engine does. */
async function isRecorded(client: Client, peerId: PeerId, at: number, signal: AbortSignal): Promise<boolean> {
  const { events } = await client.events.page({ peerId, kinds: ['PeerDeparted'], from: at, to: at + 1 }, { signal })
  // One of another time counts for this moment: it was told by a clock that was ahead, and put back to it.
  return events.some((logged) => logged.at === at || logged.at > at + 1)
}

/** What is known of a departure: whether it is recorded, and why the peer was gone then. */
export interface DepartureAnswer extends Answer {
  /** Null where that could not be asked. */
  readonly recorded: boolean | null
}

/** A departure. `told`: whether why is told of it; else only whether it is recorded is asked. */
interface AskedOf {
  readonly peerId: PeerId
  readonly at: number
  readonly told: boolean
}

/** Why a peer left at a moment, where it did. */
export async function askedDeparture(
  client: Client,
  { peerId, at, told }: AskedOf,
  signal: AbortSignal,
): Promise<DepartureAnswer> {
  try {
    if (!(await isRecorded(client, peerId, at, signal))) return { recorded: false, why: null, failure: null }
  } catch (thrown) {
    return { recorded: null, why: null, failure: describeFailure(thrown) }
  }
  if (!told) return { recorded: true, why: null, failure: null }
  return { recorded: true, ...(await asked(client, peerId, at, signal)) }
}

/** About now, a missing answer is no failure: the peer may not be known any longer. */
export async function asked(client: Client, peerId: PeerId, at: number | null, signal: AbortSignal): Promise<Answer> {
  try {
    return { why: await client.why.peer({ peerId, ...(at === null ? {} : { at }) }, { signal }), failure: null }
  } catch (thrown) {
    return { why: null, failure: at === null ? null : describeFailure(thrown) }
  }
}
