/** Everything that decodes bytes of other peers. */
import { idBytes, peerIdOf, publicKeyOf } from '../../src/shared/ids.ts'
import { peerscope } from '../../src/main/discovery/dialects/peerscope/peerscope.ts'
import { parseDeparture, signDeparture } from '../../src/main/discovery/dialects/peerscope/departure.ts'
import { decodeEntry, encodeEntry } from '../../src/main/discovery/dialects/peerscope/entry-codec.ts'
import { parseSignedEntry } from '../../src/main/discovery/entry.ts'
import { ENTRY_LIMITS } from '../../src/main/discovery/limits.ts'
import { ownBuffer } from '../../src/main/discovery/base/bytes.ts'
import { decodeMessage } from '../../src/main/discovery/dialects/peerscope/wire/decode.ts'
import type { MessageType } from '../../src/main/discovery/dialects/peerscope/wire/decode.ts'
import {
  GossipMessage,
  NeighborsAnswer,
  NeighborsRequest,
  PingAnswer,
  PingRequest,
} from '../../src/main/discovery/dialects/peerscope/wire/generated/discovery.js'
import { SyncAnswer, SyncRequest } from '../../src/main/discovery/dialects/peerscope/wire/generated/sync.js'
import { uniqueIdFrom } from '../../src/shared/ids.ts'
import { idOf, NETWORK, secretOf, signatures, signedOf } from '../support/discovery/entries.ts'
import type { Target } from './fuzz.ts'
import { decoder } from './fuzz.ts'
import { bytesLike } from './inputs.ts'

const small = signedOf('small')
const rich = signedOf('rich', {
  addresses: ['/dns4/peer.example/tcp/443', '/ip4/10.0.0.7/tcp/4001', '/ip6/2001:db8::1/tcp/4001'],
  tags: ['region:eu', 'role:relay'],
  streams: [uniqueIdFrom('a stream')],
  groups: [uniqueIdFrom('a group')],
  tickets: [{ class: uniqueIdFrom('jwt'), data: Uint8Array.of(1, 2, 3) }],
})
const wire = [small, rich].map(({ bytes, signature }) => ({ entry: ownBuffer(bytes), signature: ownBuffer(signature) }))
const goodbye = signDeparture(
  { peerId: idOf('rich'), networkId: NETWORK, lastVersion: { startedAt: 1000, updatedAt: 1000 }, timestamp: 2000 },
  secretOf('rich'),
  signatures,
)
const keys = ['small', 'rich', 'other'].map((name) => ownBuffer(publicKeyOf(idOf(name))))
const [key = ownBuffer(new Uint8Array(32))] = keys
const item = { publicKey: key, startedAt: 1000, updatedAt: 1000 }
const digest = { prefix: 'a1', count: 33, fingerprint: ownBuffer(new Uint8Array(16).fill(7)) }

/** Valid messages of the sync protocol. */
export const SYNC_REQUESTS = [
  SyncRequest.encode({ compare: { root: { ...digest, prefix: '' }, orAll: true } }),
  SyncRequest.encode({ onward: { publicKey: key } }),
  SyncRequest.encode({ expand: { prefixes: ['', '0', 'a1'] } }),
  SyncRequest.encode({ want: { publicKeys: keys } }),
  SyncRequest.encode({ offer: { items: [item] } }),
  SyncRequest.encode({
    page: { entries: wire.map(({ entry }) => entry), signatures: wire.map((one) => one.signature) },
  }),
]
export const SYNC_ANSWERS = [
  SyncAnswer.encode({ ranges: { digests: [], items: [] } }),
  SyncAnswer.encode({
    ranges: { digests: [{ ...digest, prefix: '0' }, digest], items: [{ prefix: '', items: [item] }] },
  }),
  SyncAnswer.encode({
    page: { entries: wire.map(({ entry }) => entry), signatures: wire.map((one) => one.signature), left: 9 },
  }),
  SyncAnswer.encode({ want: { publicKeys: keys } }),
]

/** A message type, decoded and encoded again. */
function message<T>(
  name: string,
  type: MessageType<T> & { encode(value: T): Uint8Array },
  samples: Uint8Array[],
): Target {
  return decoder({
    name,
    inputs: bytesLike(samples),
    decode: (bytes) => decodeMessage(type, bytes),
    encode: (value) => type.encode(value),
  })
}

export const DECODERS: readonly Target[] = [
  message(
    'gossip message',
    GossipMessage,
    [...wire.map((entry) => ({ entry, repeat: 0 })), { departure: goodbye, repeat: 3 }].map((one) =>
      GossipMessage.encode(one),
    ),
  ),
  message('ping', PingRequest, [PingRequest.encode({})]),
  message(
    'ping answer',
    PingAnswer,
    wire.map((entry) => PingAnswer.encode({ entry })),
  ),
  message('neighbors', NeighborsRequest, [NeighborsRequest.encode({})]),
  message('neighbors answer', NeighborsAnswer, [NeighborsAnswer.encode({ neighbors: keys, connected: keys })]),
  message('sync request', SyncRequest, SYNC_REQUESTS),
  message('sync answer', SyncAnswer, SYNC_ANSWERS),
  decoder({
    name: 'entry',
    inputs: bytesLike([small.bytes, rich.bytes]),
    decode: (bytes) => {
      const entry = decodeEntry(bytes)
      if (entry.addresses.length > ENTRY_LIMITS.addresses || entry.tags.length > ENTRY_LIMITS.tags)
        throw new Error('an entry over its limits was taken')
      return entry
    },
    encode: encodeEntry,
  }),
  decoder({
    name: 'signed entry',
    inputs: bytesLike([small.bytes, rich.bytes]),
    decode: (bytes) => {
      const unverified = parseSignedEntry(peerscope, bytes, rich.signature)
      const changed = !signatures.verify(unverified.claim())
      if (!changed && Buffer.compare(bytes, rich.bytes) !== 0) throw new Error('a changed entry was believed')
    },
  }),
  decoder({
    name: 'departure',
    inputs: bytesLike([goodbye.departure]),
    decode: (bytes) => parseDeparture(bytes, goodbye.signature).departure,
    encode: (departure) => signDeparture(departure, secretOf('rich'), signatures).departure,
  }),
  decoder({
    name: 'peer id of a key',
    inputs: bytesLike([...keys, idBytes(NETWORK)]),
    decode: peerIdOf,
    encode: publicKeyOf,
  }),
]
