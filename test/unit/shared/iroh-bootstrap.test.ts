import { toString } from 'uint8arrays'
import { describe, expect, it } from 'vitest'
import { InvalidArgument } from '../../../src/shared/errors.ts'
import { peerIdOf, publicKeyOf } from '../../../src/shared/ids.ts'
import { isIrohTicket, normalRelayUrl, parseIrohTarget } from '../../../src/shared/iroh-bootstrap.ts'

const peerId = peerIdOf(new Uint8Array(32).fill(0xa7))
const hex = toString(publicKeyOf(peerId), 'hex')

describe('a peer to start from', () => {
  it('is an id with an address, in IPv4 and IPv6', () => {
    expect(parseIrohTarget(`${hex}@192.0.2.7:4433`)).toEqual({
      peerId,
      addresses: ['/ip4/192.0.2.7/udp/4433/quic-v1'],
      given: true,
    })
    expect(parseIrohTarget(`${hex}@[2001:DB8::7]:1`).addresses).toEqual(['/ip6/2001:db8::7/udp/1/quic-v1'])
  })

  it('is an id with a relay, in its normal form', () => {
    const address = '/iroh-relay/https%3A%2F%2Frelay.example%2F'
    for (const url of ['https://relay.example/', 'https://relay.example', 'HTTPS://Relay.Example:443'])
      expect(parseIrohTarget(`${hex}@${url}`).addresses).toEqual([address])
  })

  it('is an id alone, in both forms, or one with several places', () => {
    expect(parseIrohTarget(` ${hex.toUpperCase()} `)).toEqual({ peerId, addresses: [], given: true })
    for (const id of [hex, peerId]) {
      const target = `${hex}@192.0.2.7:4433`
      expect(parseIrohTarget(`/ip4/192.0.2.7/udp/4433/quic-v1/p2p/${id}`)).toEqual(parseIrohTarget(target))
      expect(parseIrohTarget(`/iroh-relay/https%3A%2F%2Frelay.example%2F/p2p/${id}`).addresses).toEqual([
        '/iroh-relay/https%3A%2F%2Frelay.example%2F',
      ])
    }
    expect(parseIrohTarget(peerId)).toEqual({ peerId, addresses: [], given: true })
    expect(parseIrohTarget(`${hex}@127.0.0.1:5, http://127.0.0.1:3340/`).addresses).toEqual([
      '/ip4/127.0.0.1/udp/5/quic-v1',
      '/iroh-relay/http%3A%2F%2F127.0.0.1%3A3340%2F',
    ])
  })

  it('is refused with the right form in the words where it is wrong', () => {
    const wrong = [
      '',
      'hello',
      hex.slice(1),
      `${hex}@`,
      `${hex}@127.0.0.1`,
      `${hex}@127.0.0.1:0`,
      `${hex}@127.0.0.1:65536`,
      `${hex}@0.0.0.0:1`,
      `${hex}@[::]:1`,
      `${hex}@224.0.0.1:1`,
      `${hex}@240.0.0.1:1`,
      `${hex}@::1:1`,
      `${hex}@example.org:4433`,
      `${hex}@ftp://relay.example/`,
      `${hex}@https://user@relay.example/`,
      `${hex}@https://relay.example/?q`,
      `/ip4/127.0.0.1/tcp/1/p2p/${peerId}`,
      `${hex}@${Array.from({ length: 17 }, (_, index) => `127.0.0.1:${index + 1}`).join(',')}`,
      `${hex}@${'x'.repeat(2000)}`,
    ]
    for (const text of wrong) expect(() => parseIrohTarget(text)).toThrow(InvalidArgument)
    expect(() => parseIrohTarget('hello')).toThrow('64 hex digits')
    expect(() => parseIrohTarget('x'.repeat(5000))).toThrow(/^.{0,300}$/)
  })

  it('may be a ticket of iroh, which is told by its beginning', () => {
    expect(isIrohTicket(`endpoint${'a'.repeat(60)}`)).toBe(true)
    for (const text of [hex, 'endpoint', `nodeabcd${'a'.repeat(60)}`, `endpoint${'1'.repeat(60)}`])
      expect(isIrohTicket(text)).toBe(false)
  })
})

describe('the URL of a relay', () => {
  it('has one form', () => {
    expect(normalRelayUrl('http://127.0.0.1:80')).toBe('http://127.0.0.1/')
    expect(normalRelayUrl('http://[::1]:3340')).toBe('http://[::1]:3340/')
    expect(normalRelayUrl('https://a.example./relay')).toBe('https://a.example./relay')
    for (const text of ['', 'relay.example', 'https://', 'https://a b/', 'https://a:70000', 'https://a#b', 'file:///a'])
      expect(normalRelayUrl(text)).toBeNull()
  })
})
