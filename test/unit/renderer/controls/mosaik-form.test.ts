import { expect, test } from 'vitest'
import { parseAddresses } from '../../../../src/renderer/src/controls/join-form.ts'
import { typedMosaikAddress } from '../../../../src/renderer/src/controls/mosaik-form.ts'
import { endpointIdOf } from '../../../../src/shared/peer-form.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

const PEER = peerIdAt(1)
const HEX = endpointIdOf(PEER)

test('bootstrap addresses of a mosaik network are taken one a line', () => {
  const lines = [
    `${HEX}@1.2.3.4:4433`,
    `${HEX}@[2001:db8::7]:4433`,
    `${PEER}@1.2.3.5:1`,
    `${HEX}@https://relay.example.org/`,
    `${HEX}@1.2.3.6:4433, https://relay.example.org/`,
  ]
  expect(parseAddresses(` ${lines.join('\n\n')}\n${lines[0] ?? ''}`, 'mosaik')).toEqual({ ok: true, addresses: lines })
})

test('the form of entries is taken, and written as it is typed', () => {
  const kept = `/ip4/1.2.3.4/udp/4433/quic-v1/p2p/${PEER}`
  expect(parseAddresses(kept, 'mosaik')).toEqual({ ok: true, addresses: [`${HEX}@1.2.3.4:4433`] })
  expect(typedMosaikAddress(kept)).toBe(`${HEX}@1.2.3.4:4433`)
  expect(typedMosaikAddress(`/iroh-relay/https%3A%2F%2Fr.example%2F/p2p/${PEER}`)).toBe(`${HEX}@https://r.example/`)
  expect(typedMosaikAddress('endpointabc')).toBe('endpointabc')
})

test.each([
  ['example.org:4433', /Line 1: “example\.org:4433” is not a bootstrap address/],
  [HEX, /Line 1: an address is missing/],
  [`${HEX}@`, /Line 1: an address is missing/],
  [`${HEX.slice(1)}@1.2.3.4:4433`, /64 hex digits, this one has 63/],
  ['fox@1.2.3.4:4433', /“fox” is not an endpoint id/],
  [`${HEX}@1.2.3.4:4433\n${HEX}@1.2.3.4`, /Line 2: the UDP port is missing/],
  [`${HEX}@1.2.3.4:0`, /a port is a number from 1/],
  [`${HEX}@1.2.3.4:99999`, /a port is a number from 1/],
  [`${HEX}@1.2.3.400:4433`, /“1\.2\.3\.400” is not an IP address/],
  [`${HEX}@node.example.org:4433`, /“node\.example\.org” is a name/],
  [`${HEX}@2001:db8::7`, /stands in brackets/],
  [`${HEX}@https://relay example/`, /not the URL of a relay/],
  [`${HEX}@0.0.0.0:4433`, /Line 1: .*only for listening/],
  [`/ip4/1.2.3.4/tcp/4001/p2p/${PEER}`, /listen on UDP/],
  ['/ip4/1.2.3.4/udp/4433/quic-v1', /the endpoint id is missing/],
  [`/ip4/1.2.3.4/udp/4433/p2p/${PEER}`, /is not a bootstrap address/],
])('%s is refused, and the part that is wrong is named', (text, error) => {
  const list = parseAddresses(text, 'mosaik')
  expect(list.ok ? '' : list.error).toMatch(error)
})
