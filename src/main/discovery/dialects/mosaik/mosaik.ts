/** The dialect of mosaik networks: postcard, entries whose layout goes by mosaik's version, syncs of whole catalogs. */
import { InvalidArgument, LimitExceeded } from '../../../../shared/errors.ts'
import type { NetworkId, PeerId } from '../../../../shared/ids.ts'
import { uniqueIdFrom } from '../../../../shared/ids.ts'
import { ABILITIES } from '../../../../shared/network-kind.ts'
import { chainRoot } from '../../dht/chain.ts'
import type { Dialect, ProtocolIds } from '../../dialect.ts'
import type { SyncView } from '../../sync/parts.ts'
import { decodeGossip, encodeAnnouncement, encodeDeparture } from './announcement.ts'
import { mosaikEntries } from './entry.ts'
import { decodeHolder } from './holder.ts'
import type { Layout } from './layout.ts'
import { layoutOf, ownLayoutOf } from './layout.ts'
import {
  MOSAIK_ANNOUNCED_BYTES,
  MOSAIK_GOSSIP_BYTES,
  MOSAIK_NEIGHBORS_LIMITS,
  MOSAIK_PING_LIMITS,
  MOSAIK_SYNC_LIMITS,
} from './limits.ts'
import { checkPing, decodePong, encodePing, encodePong } from './ping.ts'
import { MosaikSyncAnswerer, MosaikSyncAsker } from './sync.ts'

/** Rule MO1: the version of mosaik that our own entries state where nothing else is set. */
export const MOSAIK_VERSION = '0.4.2'

/** Longest word that is made a tag of, characters. */
const WORD_CHARS = 1024

/**
 * The dialect, for a node whose entries state this version of mosaik: the nodes of a network read only entries of their own line.
 * @throws InvalidArgument for a version that is neither 0.3.x nor 0.4.x
 */
export function mosaikDialect({ protocolVersion }: { readonly protocolVersion: string }): Dialect {
  const layout = ownLayoutOf(protocolVersion)
  return {
    ...mosaikEntries,
    abilities: ABILITIES.mosaik,
    limits: {
      gossipMessageBytes: MOSAIK_GOSSIP_BYTES,
      announcedEntryBytes: MOSAIK_ANNOUNCED_BYTES,
      ping: MOSAIK_PING_LIMITS,
      sync: MOSAIK_SYNC_LIMITS,
      neighbors: MOSAIK_NEIGHBORS_LIMITS,
    },
    connectsEach: true,
    announcesFresh: false,
    pace: null,
    protocolVersion,
    lineOf,
    stating: (version) => mosaikDialect({ protocolVersion: version }),
    protocolIds,
    tagOf,
    encodeAnnouncement,
    encodeDeparture,
    decodeGossip,
    encodePing,
    checkPing,
    encodePong,
    decodePong,
    askSync: (view, peerId) => new MosaikSyncAsker(view, layoutReadBy(view, peerId, layout)),
    answerSync: (view, peerId) => new MosaikSyncAnswerer(view, layoutReadBy(view, peerId, layout)),
    neighbors: null,
    dht: { root: (networkId) => chainRoot(networkId, 'mosaik'), decodeRecord: decodeHolder, encodeRecord: null },
  }
}

/** Rule MO12: the layout of entries that a peer reads is that of its own; of a peer that is not known, it is likely ours. */
function layoutReadBy(view: SyncView, peerId: PeerId | undefined, own: Layout): Layout {
  const signed = peerId === undefined ? null : view.entry(peerId)
  return signed === null ? own : layoutOf(signed.entry.protocolVersion)
}

/** The dialect for a node that states the newest version that is known. */
export const mosaik: Dialect = mosaikDialect({ protocolVersion: MOSAIK_VERSION })

/** Rule MO1: the names are the same in each network; which one a peer is in stands in its entry and is the gossip topic. */
function protocolIds(networkId: NetworkId): ProtocolIds {
  return {
    sync: '/mosaik/discovery/sync/1.0',
    ping: '/mosaik/discovery/ping/1.0',
    neighbors: null,
    topic: networkId,
  }
}

/** Rule EN8: nodes of one line read each other. */
function lineOf(protocolVersion: string): string | null {
  try {
    return layoutOf(protocolVersion).functions ? '0.4' : '0.3'
  } catch {
    return null
  }
}

/** Rule MO3: a tag is the id of its word. */
function tagOf(word: string): string {
  if (word === '') throw new InvalidArgument('a tag is empty')
  if (word.length > WORD_CHARS) throw new LimitExceeded('characters a tag', WORD_CHARS, word.length)
  return uniqueIdFrom(word)
}
