import { expect, test } from 'vitest'
import { parseAddresses, tagsError } from '../../../../src/renderer/src/controls/join-form.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

test('addresses are taken one a line, without blanks and doubles', () => {
  const id = peerIdAt(1)
  const text = ` /ip4/127.0.0.1/tcp/4001/p2p/${id}\n\n/dns4/example.org/tcp/4001\n/dns4/example.org/tcp/4001\n/ip6/::1/tcp/0\n/dnsaddr/boot.example.org`
  expect(parseAddresses(text)).toEqual({
    ok: true,
    addresses: [
      `/ip4/127.0.0.1/tcp/4001/p2p/${id}`,
      '/dns4/example.org/tcp/4001',
      '/ip6/::1/tcp/0',
      '/dnsaddr/boot.example.org',
    ],
  })
  expect(parseAddresses('')).toEqual({ ok: true, addresses: [] })
})

test.each([
  ['example.org:4001', /Line 1: .*not a multiaddr/],
  ['/ip4/127.0.0.1/tcp/1\n/ip4/1.2.3/tcp/1', /Line 2: “1\.2\.3”/],
  ['/ip4/256.0.0.1/tcp/1', /Line 1: “256\.0\.0\.1”/],
  ['/ip4/1.2.3.4/tcp/99999', /port/],
  ['/ip4/1.2.3.4/tcp', /port/],
  ['/ip4/1.2.3.4', /not a multiaddr/],
  ['/ip4/1.2.3.4/tcp/1/p2p/12D3', /peer id/],
])('%s is refused at the field', (text, error) => {
  const list = parseAddresses(text)
  expect(list.ok ? '' : list.error).toMatch(error)
})

test('tags are limited in number and bytes', () => {
  expect(tagsError(['a', 'ü'.repeat(32)])).toBeNull()
  expect(tagsError(['ü'.repeat(33)])).toMatch(/64 bytes/)
  expect(tagsError(Array.from({ length: 65 }, String))).toMatch(/64 tags/)
})
