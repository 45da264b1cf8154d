/** What the dialect of mosaik networks decodes, and both sides of its syncs. */
import * as fc from 'fast-check'
import { PeerscopeError } from '../../src/shared/errors.ts'
import { publicKeyOf } from '../../src/shared/ids.ts'
import { decodeEntry, encodeEntry } from '../../src/main/discovery/dialects/mosaik/entry.ts'
import { mosaik } from '../../src/main/discovery/dialects/mosaik/mosaik.ts'
import { joinSigned } from '../../src/main/discovery/dialects/mosaik/signed-entry.ts'
import { compareIrohAddresses, irohAddressOf, showAddress, textOfIrohAddress } from '../../src/shared/iroh-address.ts'
import type { PeerEntry } from '../../src/shared/peer.ts'
import { idOf, NETWORK, secretOf, signatures } from '../support/discovery/entries.ts'
import { catalogMessage, mosaikSignedOf, play, someIds } from '../support/discovery/mosaik.ts'
import { PlainCatalog } from '../unit/discovery/sync-pair.ts'
import type { Target } from './fuzz.ts'
import { decoder, target } from './fuzz.ts'
import { bytesLike, textLike } from './inputs.ts'

const ADDRESSES = [
  '/iroh-relay/https%3A%2F%2Frelay.example.%2F',
  '/ip4/10.0.0.7/udp/4433/quic-v1',
  '/ip6/2001:db8::1/udp/4433/quic-v1',
  '/iroh-custom/7/0102',
].sort()
const ids = someIds(2) as PeerEntry['streams']
const full = { addresses: ADDRESSES, tags: ids, streams: ids, groups: ids }
const entries = [
  mosaikSignedOf('small'),
  mosaikSignedOf('rich', {
    ...full,
    functions: ids,
    tickets: ids.map((of) => ({ class: of, data: Uint8Array.of(1, 2) })),
  }),
  mosaikSignedOf('old', { ...full, protocolVersion: '0.3.19' }),
]
const departure = {
  peerId: idOf('rich'),
  networkId: NETWORK,
  lastVersion: { startedAt: 1000, updatedAt: 1000 },
  timestamp: 2000,
}
const contents = [
  ...entries.map((signed) => mosaik.encodeAnnouncement(signed, 0)),
  mosaik.encodeDeparture(departure, secretOf('rich'), signatures),
]
const catalogs = [
  catalogMessage([]),
  catalogMessage(entries.slice(0, 2)),
  catalogMessage(entries.slice(2)),
  catalogMessage(['ann', 'bob', 'cat'].map((name) => mosaikSignedOf(name))),
]

/** One side of a sync against a peer that says anything; it believes nobody. */
async function sync(side: 'askSync' | 'answerSync', messages: readonly Uint8Array[]): Promise<void> {
  const catalog = new PlainCatalog()
  catalog.put(mosaikSignedOf('me'))
  const { outcome, sent } = play(mosaik[side](catalog), messages, (news) => {
    for (const one of news) catalog.put(one)
    return news.length
  })
  if (sent.length > 1) throw new Error('more than one message was sent')
  for (const { entry, bytes, signature } of catalog.entries.values()) {
    const claim = { publicKey: publicKeyOf(entry.peerId), message: mosaik.entryMessage(bytes), signature }
    if (!signatures.verify(claim)) throw new Error('an entry with a bad signature was taken')
  }
  if (outcome instanceof PeerscopeError) throw outcome
  await Promise.resolve()
}

const said = fc.oneof(
  { weight: 4, arbitrary: fc.array(bytesLike(catalogs), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(...catalogs).map((catalog) => [catalog]) },
)

export const MOSAIK_TARGETS: readonly Target[] = [
  decoder({
    name: 'entry of mosaik',
    inputs: bytesLike(entries.map(({ bytes }) => bytes)),
    decode: (bytes) => {
      const entry = decodeEntry(bytes)
      // What is signed is what we would write: no other bytes mean the same.
      if (Buffer.compare(encodeEntry(entry), bytes) !== 0) throw new Error('an entry has two encodings')
      return entry
    },
    encode: encodeEntry,
  }),
  decoder({
    name: 'answer to a ping of mosaik',
    inputs: bytesLike(entries.map(joinSigned)),
    decode: (bytes) => mosaik.decodePong(bytes).entry,
  }),
  decoder({
    name: 'gossip content of mosaik',
    inputs: bytesLike(contents),
    decode: (bytes) => {
      const heard = mosaik.decodeGossip(bytes, NETWORK)
      if (heard.kind === 'departure' && signatures.verify(heard.claim))
        if (JSON.stringify(heard.departure) !== JSON.stringify(departure))
          throw new Error('a changed goodbye was believed')
      return heard.kind
    },
  }),
  target('asking for a sync of mosaik', 5, said, (messages) => sync('askSync', messages)),
  target('answering a sync of mosaik', 5, said, (messages) => sync('answerSync', messages)),
  decoder({
    name: 'address of an iroh network',
    inputs: textLike(ADDRESSES, [
      '/iroh-relay/',
      '/ip4/',
      '/udp/',
      '/quic-v1',
      'https%3A%2F%2F',
      '%2F',
      '::',
      '10.0.0.1',
    ]),
    decode: (text) => {
      const address = irohAddressOf(text)
      showAddress(text)
      if (address === null) return null
      if (textOfIrohAddress(address) !== text || compareIrohAddresses(address, address) !== 0)
        throw new Error('an address has two texts')
      return text
    },
  }),
]
