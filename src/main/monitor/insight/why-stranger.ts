/** A peer that is in no list, though entries of it came: all of them were refused. */
import { UnknownPeer } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { blankRow } from '../journal/row-fields.ts'
import type { LogSource } from './logged.ts'

/** A row with nothing but the name, for `why` of a `stranger`. @throws UnknownPeer with these words where no entry of it was refused */
export function strangerRow({ store, networkKey }: LogSource, peerId: PeerId, unknown: string): PeerRow {
  const [refused] = store.eventsPage({ networkKey, peerId, kinds: ['EntryRejected'], limit: 1 }).events
  if (refused === undefined) throw new UnknownPeer(unknown)
  const { at, lastAt = at } = refused
  return { ...blankRow(peerId), state: 'stored', firstSeen: at, lastSeen: lastAt }
}
