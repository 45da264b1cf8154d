/** What gossip messages say, whatever they look like on the wire. */
import type { PeerscopeError } from '../../../shared/errors.ts'
import type { NetworkId, PeerId } from '../../../shared/ids.ts'
import type { Version } from '../../../shared/peer.ts'
import type { UnverifiedEntry } from '../entry/entry.ts'
import type { SignatureClaim } from '../ports.ts'

/** A goodbye. */
export interface Departure {
  readonly peerId: PeerId
  readonly networkId: NetworkId
  readonly lastVersion: Version
  /** Milliseconds since the epoch. */
  readonly timestamp: number
}

/** A message that was decoded and is within all limits. No signature was looked at. */
export type Heard =
  | { readonly kind: 'entry'; readonly entry: UnverifiedEntry }
  /** `claim`: what must hold for the goodbye to be the peer's own. */
  | { readonly kind: 'departure'; readonly departure: Departure; readonly claim: SignatureClaim }
  /** An entry that others keep and we do not, for this reason. It says nothing against who passed it on. */
  | { readonly kind: 'foreign'; readonly error: PeerscopeError }
