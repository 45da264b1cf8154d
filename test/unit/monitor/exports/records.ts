import { STEADY } from '../../../../src/shared/clock-stretches.ts'
import type { PeerRecord } from '../../../../src/main/monitor/exports/records.ts'
import type { StoredPeer } from '../../../../src/main/store/types.ts'
import { NO_NAMES } from '../../../../src/shared/names.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import { stateWord } from '../../../../src/shared/state-words.ts'
import { signedOf } from '../../../support/discovery/entries.ts'

/** A named test peer as exports see it. */
export function peerRecord(name: string, changes: Partial<StoredPeer> = {}): PeerRecord {
  const { entry, bytes, signature } = signedOf(name)
  const { peerId, version, addresses, tags, streams, functions, groups, protocolVersion } = entry
  const stored: StoredPeer = {
    peerId,
    state: 'online',
    departureReason: null,
    protocolVersion,
    version,
    addresses,
    tags,
    streams,
    functions,
    groups,
    ticketCount: 0,
    source: 'gossip',
    firstSeen: 1000,
    lastSeen: 4000,
    rtt: { srtt: 12.5, rttvar: 1, last: 12, at: 4000 },
    signed: { entry: bytes, signature },
    ...changes,
  }
  const { signed, departureReason: _reason, ...rest } = stored
  const row = { ...rest, self: false, signed: signed !== null, neighbor: false, connected: false }
  const words = { word: stateWord(row), nickname: nickname(peerId), names: NO_NAMES }
  return { row, ...words, endpointId: null, stored, proof: stored.signed }
}

/** What a store tells that has no settings, and whose clock was never set. */
export const PLAIN = { getSetting: () => undefined, clockOf: () => STEADY, lastSeqAt: () => 0 }
