import { expect, test } from 'vitest'
import { parseFilter } from '../../../src/shared/filter.ts'
import { PEER_FIELDS } from '../../../src/shared/filter-peers.ts'
import { peerIdOf, uniqueIdFrom } from '../../../src/shared/ids.ts'
import {
  endpointIdOf,
  peerIdForms,
  peerIdFromAnyForm,
  peerIdText,
  shortId,
  withPeerIds,
} from '../../../src/shared/peer-form.ts'
import { peerIdAt, peerRow } from '../../support/renderer/fake-network.ts'

// The public key of RFC 8032's first test vector.
const HEX = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
const PEER = peerIdOf(Uint8Array.from(HEX.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)))

test('a peer id is shown as the people of its network know it', () => {
  expect(endpointIdOf(PEER)).toBe(HEX)
  expect(peerIdText('mosaik', PEER)).toBe(HEX)
  expect(peerIdText('peerscope', PEER)).toBe(PEER)
  expect(shortId('mosaik', PEER)).toBe('d75a980182…')
  expect(shortId('peerscope', PEER)).toBe(`${PEER.slice(0, 6)}…${PEER.slice(-6)}`)
})

test('both forms name the same peer, with blanks around them and in any case', () => {
  for (const text of [HEX, ` ${HEX.toUpperCase()}\n`, PEER, `  ${PEER}`]) expect(peerIdFromAnyForm(text)).toBe(PEER)
})

test.each(['', 'fox', HEX.slice(1), `${HEX}0`, `${HEX.slice(1)}g`, PEER.slice(1), `${PEER}x`, '12D3Koo'])(
  '%s names no peer',
  (text) => {
    expect(peerIdFromAnyForm(text)).toBeNull()
  },
)

test('ids within a sentence get the form of the network', () => {
  const other = peerIdAt(3)
  const sentence = `could not reach /ip4/10.0.0.7/udp/1/quic-v1/p2p/${PEER}: ${other}, refused; 12D3Koo… stays, so does x${PEER}`
  expect(withPeerIds('peerscope', sentence)).toBe(sentence)
  expect(withPeerIds('mosaik', sentence)).toBe(
    `could not reach /ip4/10.0.0.7/udp/1/quic-v1/p2p/${HEX}: ${endpointIdOf(other)}, refused; 12D3Koo… stays, so does x${PEER}`,
  )
})

test('a filter finds a peer by each form of its id', () => {
  const row = peerRow(5)
  for (const form of peerIdForms(row.peerId)) {
    for (const text of [`id:${form}`, form, `id:"${form.slice(0, 9)}*"`]) {
      expect(parseFilter(text, PEER_FIELDS)(row, 0), text).toBe(true)
      expect(parseFilter(text, PEER_FIELDS)(peerRow(6), 0), text).toBe(false)
    }
  }
})

test('a filter asks for functions', () => {
  const id = uniqueIdFrom('transcode')
  const row = peerRow(1, { functions: [id] })
  expect(parseFilter(`function:${id.slice(0, 8)}*`, PEER_FIELDS)(row, 0)).toBe(true)
  expect(parseFilter('function:x*', PEER_FIELDS)(row, 0)).toBe(false)
})
