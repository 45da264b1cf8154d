import { expect, test } from 'vitest'
import { formsOf, isCustom, relaysIn, relayUrlOf, wordsOfIds } from '../../../src/shared/forms.ts'
import { uniqueIdFrom } from '../../../src/shared/ids.ts'
import { endpointIdOf } from '../../../src/shared/peer-form.ts'
import { peerIdAt } from '../../support/renderer/fake-network.ts'

const PEER = peerIdAt(1)
const HEX = endpointIdOf(PEER)
const RELAY = '/iroh-relay/https%3A%2F%2Frelay.example%2F'

test('a Peerscope network shows what the engine tells as it is', () => {
  const { id, address, target, said } = formsOf('peerscope')
  expect([id(PEER), address('/ip4/1.2.3.4/tcp/1'), target('/ip4/1.2.3.4/tcp/1', PEER)]).toEqual([
    PEER,
    '/ip4/1.2.3.4/tcp/1',
    `/ip4/1.2.3.4/tcp/1/p2p/${PEER}`,
  ])
  expect(said(`/ip4/1.2.3.4/udp/1/quic-v1/p2p/${PEER}`)).toBe(`/ip4/1.2.3.4/udp/1/quic-v1/p2p/${PEER}`)
})

test('a mosaik network shows endpoint ids, and addresses as they are typed', () => {
  const { id, short, address, target } = formsOf('mosaik')
  expect([id(PEER), short(PEER)]).toEqual([HEX, `${HEX.slice(0, 10)}…`])
  expect(address('/ip6/2001:db8::7/udp/4433/quic-v1')).toBe('[2001:db8::7]:4433')
  expect(target('/ip4/1.2.3.4/udp/4433/quic-v1', PEER)).toBe(`${HEX}@1.2.3.4:4433`)
  expect([address(RELAY), target(RELAY, PEER)]).toEqual([
    'relay https://relay.example/',
    `${HEX}@https://relay.example/`,
  ])
})

test('addresses and ids within a sentence are written the same way', () => {
  const { said } = formsOf('mosaik')
  expect(said(`dialing /ip4/1.2.3.4/udp/4433/quic-v1/p2p/${PEER}, then ${RELAY}/p2p/${PEER}: no`)).toBe(
    `dialing ${HEX}@1.2.3.4:4433, then ${HEX}@https://relay.example/: no`,
  )
  expect(said(`${RELAY} and /ip4/1.2.3.4/udp/1/quic-v1; ${PEER} refused`)).toBe(
    `relay https://relay.example/ and 1.2.3.4:1; ${HEX} refused`,
  )
})

test('relays and unknown kinds of addresses are told apart', () => {
  expect([relayUrlOf(RELAY), relayUrlOf('/ip4/1.2.3.4/udp/1/quic-v1')]).toEqual(['https://relay.example/', null])
  const ours = [`${HEX}@1.2.3.4:1,https://a.example/`, `${RELAY}/p2p/${PEER}`, `${HEX}@https://a.example/`]
  expect(relaysIn(ours)).toEqual(['https://a.example/', 'https://relay.example/'])
  expect([isCustom('/iroh-custom/7/00ff'), isCustom(RELAY)]).toEqual([true, false])
})

test('ids within a text stand by their names, or shortened', () => {
  const [known, unknown] = [uniqueIdFrom('validator'), uniqueIdFrom('archive')]
  const text = wordsOfIds(`tags: +${known} −${unknown}`, new Map([[known, 'validator']]))
  expect(text).toBe(`tags: +validator −${unknown.slice(0, 6)}…${unknown.slice(-4)}`)
})
