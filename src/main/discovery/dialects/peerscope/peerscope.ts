/** The dialect of Peerscope's own networks: protobuf, and syncs that reconcile. */
import type { Dialect } from '../../dialect.ts'
import { checkTag, entryCodec } from './entry-codec.ts'
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

export const peerscope: Dialect = {
  ...entryCodec,
  abilities: {
    reconciles: true,
    neighbors: true,
    tagNames: true,
    functions: false,
    claimsDhtSlots: true,
    lan: true,
    relayUrls: false,
  },
  limits: {
    gossipMessageBytes: GOSSIP_MESSAGE_BYTES,
    ping: PING_LIMITS,
    sync: SYNC_LIMITS,
    neighbors: NEIGHBORS_LIMITS,
  },
  protocolVersion: PROTOCOL_VERSION,
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
  askSync: (view) => new SyncAsker(view),
  answerSync: (view) => new SyncAnswerer(view),
  neighbors: neighborsCodec,
}
