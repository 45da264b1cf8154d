import { toString } from 'uint8arrays'
import type { ExportChunk, NetworkRef } from '../../shared/contract.ts'
import type { StoredPeer, StoreReader } from '../store/types.ts'

/** Peers in one part of an export. */
const PEERS_A_CHUNK = 200

/** Version of the file's format; a change that old readers would stumble over makes it one more. */
const FORMAT = 1

/** The stored catalog as one JSON document, in parts whose texts make the file when joined. `now` is milliseconds. */
export function* exportJson(store: StoreReader, network: NetworkRef, now: number): Generator<ExportChunk> {
  const peers = store.peers(network.id).sort((a, b) => (a.peerId < b.peerId ? -1 : 1))
  const head = { format: 'peerscope-catalog', formatVersion: FORMAT, network, exportedAt: new Date(now).toISOString() }
  yield { done: 0, total: peers.length, text: `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "peers": [` }
  for (let from = 0; from < peers.length; from += PEERS_A_CHUNK) {
    const part = peers.slice(from, from + PEERS_A_CHUNK)
    const text = part
      .map((peer, index) => `${from + index === 0 ? '' : ','}\n    ${JSON.stringify(exported(peer))}`)
      .join('')
    yield { done: from + part.length, total: peers.length, text }
  }
  yield { done: peers.length, total: peers.length, text: '\n  ]\n}\n' }
}

function exported(peer: StoredPeer): object {
  const { signed, ...rest } = peer
  const hex = signed && { entry: toString(signed.entry, 'hex'), signature: toString(signed.signature, 'hex') }
  return { ...rest, signed: hex }
}
