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

/** About now, a missing answer is no failure: the peer may not be known any longer. */
export async function asked(client: Client, peerId: PeerId, at: number | null, signal: AbortSignal): Promise<Answer> {
  try {
    return { why: await client.why.peer({ peerId, ...(at === null ? {} : { at }) }, { signal }), failure: null }
  } catch (thrown) {
    return { why: null, failure: at === null ? null : describeFailure(thrown) }
  }
}
