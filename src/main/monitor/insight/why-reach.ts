/** Since when events are needed for an answer: what lies before is not missed. Times are milliseconds since the epoch. Pure. */
import type { NetworkMatter, PeerMatter } from '../../../shared/why.ts'
import type { NetworkFacts } from './network-facts.ts'
import { NEAR_MS } from './network-facts.ts'
import { ALONE_BACK_MS, DESERTED_BACK_MS } from './why-network.ts'
import type { PeerFacts } from './why-parts.ts'

/** Infinity where none are needed. */
export function peerReach(matter: PeerMatter, { gone, began, purgeAfterMs }: PeerFacts): number {
  switch (matter) {
    case 'ourselves':
    case 'fine':
      return Infinity
    case 'left':
    case 'removed':
    case 'displaced':
      // It says so itself; only when it was may be missing.
      return gone === null ? -Infinity : Infinity
    case 'silent':
    case 'not known':
      return gone === null ? -Infinity : Math.max(began, gone.at - 2 * purgeAfterMs)
    case 'slow':
    case 'not answering':
    case 'apart':
    case 'never reached':
    case 'lonely':
      return began
  }
}

/** As of a peer. */
export function networkReach(matter: NetworkMatter, { since, began }: NetworkFacts): number {
  switch (matter) {
    case 'fine':
    case 'not joined':
    case 'own clock':
    case 'clock was wrong':
    case 'refused':
      return Infinity
    case 'alone':
      return Math.max(began, since - ALONE_BACK_MS)
    case 'deserted':
      return Math.max(began, since - DESERTED_BACK_MS)
    case 'had lost':
      // It may be one of the run before.
      return began > since ? since - NEAR_MS : Math.max(began, since - NEAR_MS)
    case 'failed':
    case 'lost':
    case 'split':
    case 'parted':
    case 'went together':
      return Math.max(began, since - NEAR_MS)
  }
}
