/** The dialect of Peerscope's own networks: protobuf, and syncs that reconcile. */
import { ABILITIES } from '../../../../shared/network-kind.ts'
import { InvalidArgument } from '../../../../shared/errors.ts'
import { chainRoot } from '../../dht/chain.ts'
import { decodeRecord, encodeRecord } from '../../dht/record.ts'
import type { Dialect } from '../../dialect.ts'
import { ENTRY_LIMITS } from '../../limits.ts'
import { checkTag, entryCodec, isSemver } from './entry-codec.ts'
import { decodeGossip, encodeAnnouncement, encodeDeparture } from './gossip.ts'
import { neighborsCodec } from './neighbors.ts'
import { checkPing, decodePong, encodePing, encodePong } from './ping.ts'
import {
  GOSSIP_MESSAGE_BYTES,
  NEIGHBORS_LIMITS,
  PING_LIMITS,
  PROTOCOL_VERSION,
  protocolIds,
  SYNC_LIMITS,
} from './protocols.ts'
import { SyncAnswerer } from './sync/answerer.ts'
import { SyncAsker } from './sync/asker.ts'

const dialect: Omit<Dialect, 'protocolVersion' | 'stating'> = {
  ...entryCodec,
  abilities: ABILITIES.peerscope,
  connectsEach: false,
  announcesFresh: true,
  pace: { perSecond: 20, readBy: readsInterval },
  limits: {
    gossipMessageBytes: GOSSIP_MESSAGE_BYTES,
    announcedEntryBytes: ENTRY_LIMITS.entryBytes,
    ping: PING_LIMITS,
    sync: SYNC_LIMITS,
    neighbors: NEIGHBORS_LIMITS,
  },
  // Fields that a later version adds are skipped by earlier ones.
  lineOf: (protocolVersion) => (isSemver(protocolVersion) ? 'peerscope' : null),
  protocolIds,
  tagOf: (word) => {
    checkTag(word)
    return word
  },
  encodeAnnouncement,
  encodeDeparture,
  decodeGossip,
  encodePing,
  checkPing,
  encodePong,
  decodePong,
  askSync: (view, _, isFirst) => new SyncAsker(view, isFirst),
  answerSync: (view) => new SyncAnswerer(view),
  neighbors: neighborsCodec,
  dht: { root: (networkId) => chainRoot(networkId, 'peerscope'), decodeRecord, encodeRecord },
}

export const peerscope: Dialect = stating(PROTOCOL_VERSION)

/** Rule AN14: from version 1.1 on. */
function readsInterval(protocolVersion: string): boolean {
  const [major = 0, minor = 0] = isSemver(protocolVersion) ? protocolVersion.split('.').map(Number) : []
  return major > 1 || (major === 1 && minor >= 1)
}

function stating(protocolVersion: string): Dialect {
  if (!isSemver(protocolVersion)) throw new InvalidArgument(`'${protocolVersion}' is not a semantic version`)
  return { ...dialect, protocolVersion, stating }
}
