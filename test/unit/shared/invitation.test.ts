import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PeerscopeError } from '../../../src/shared/errors.ts'
import {
  formatInvitation,
  isInvitationLink,
  MAX_INVITATION,
  MAX_INVITED_ADDRESSES,
  parseInvitation,
} from '../../../src/shared/invitation.ts'
import { networkNameFrom } from '../../../src/shared/network-name.ts'
import { hidesSomething } from '../../../src/shared/visible-text.ts'

const PEER = '12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp'
const ADDRESS = `/ip4/192.0.2.7/tcp/4001/p2p/${PEER}`

describe('an invitation link', () => {
  it.each<[string, string, readonly string[]]>([
    ['peerscope://join?network=mynet', 'mynet', []],
    [`peerscope://join?network=mynet&bootstrap=${ADDRESS}`, 'mynet', [ADDRESS]],
    [`peerscope://join/?network=mynet&bootstrap=${encodeURIComponent(ADDRESS)}`, 'mynet', [ADDRESS]],
    [`PEERSCOPE://JOIN?bootstrap=${ADDRESS}&network=mynet`, 'mynet', [ADDRESS]],
    [`  peerscope://join?network=mynet&&bootstrap=${ADDRESS}&bootstrap=${ADDRESS}\n`, 'mynet', [ADDRESS]],
    ['peerscope://join?network=my+net%20work', 'my net work', []],
    ['peerscope://join?network=%20my%C2%A0%20net%20', 'my net', []],
    ['peerscope://join?network=cafe%CC%81', 'café', []],
    ['peerscope://join?network=c%2B%2B', 'c++', []],
    ['peerscope://join?network=a%26b%3Dc%23d', 'a&b=c#d', []],
    ['peerscope://join?network=gr%C3%BCn-%E7%BD%91', 'grün-网', []],
    [`peerscope://join?network=${'ab'.repeat(32)}`, 'ab'.repeat(32), []],
    ['peerscope://join?network=a&bootstrap=/dns4/example.org/tcp/1', 'a', ['/dns4/example.org/tcp/1']],
    ['peerscope://join?network=a&bootstrap=/ip6/::1/tcp/1', 'a', ['/ip6/::1/tcp/1']],
  ])('%s is read', (link, network, bootstrap) => {
    expect(parseInvitation(link)).toEqual({ network, bootstrap })
  })

  it.each<[string, string]>([
    ['', 'InvalidArgument'],
    ['mynet', 'InvalidArgument'],
    ['https://join?network=a', 'InvalidArgument'],
    ['peerscope:join?network=a', 'InvalidArgument'],
    ['peerscope://leave?network=a', 'InvalidArgument'],
    ['peerscope://join.example?network=a', 'InvalidArgument'],
    ['peerscope://user@join?network=a', 'InvalidArgument'],
    ['peerscope://join/x?network=a', 'InvalidArgument'],
    ['peerscope://join', 'InvalidArgument'],
    ['peerscope://join?', 'InvalidArgument'],
    ['peerscope://join?network=', 'InvalidArgument'],
    ['peerscope://join?network', 'InvalidArgument'],
    ['peerscope://join?network=%20', 'InvalidArgument'],
    ['peerscope://join?network=a&network=b', 'InvalidArgument'],
    ['peerscope://join?network=a#fragment', 'InvalidArgument'],
    ['peerscope://join?network=%', 'InvalidArgument'],
    ['peerscope://join?network=%ff', 'InvalidArgument'],
    ['peerscope://join?network=a%00b', 'InvalidArgument'],
    ['peerscope://join?network=a%0Ab', 'InvalidArgument'],
    ['peerscope://join?network=a%E2%80%AEb', 'InvalidArgument'],
    ['peerscope://join?network=a%E2%80%8Bb', 'InvalidArgument'],
    ['peerscope://join?network=a&bootstrap=', 'InvalidArgument'],
    ['peerscope://join?network=a&bootstrap=192.0.2.7:4001', 'InvalidArgument'],
    ['peerscope://join?network=a&bootstrap=http://evil.example/', 'InvalidArgument'],
    ['peerscope://join?network=a&bootstrap=/unix/etc', 'InvalidArgument'],
    ['peerscope://join?network=a&bootstrap=/ip4/1.2.3.4/tcp/1%20x', 'InvalidArgument'],
    [`peerscope://join?network=${'a'.repeat(257)}`, 'LimitExceeded'],
    [`peerscope://join?network=a&bootstrap=/dns4/${'a'.repeat(600)}`, 'LimitExceeded'],
    [`peerscope://join?network=${'a'.repeat(MAX_INVITATION)}`, 'LimitExceeded'],
    [
      `peerscope://join?network=a${Array.from({ length: 17 }, (_, n) => `&bootstrap=/ip4/1.2.3.4/tcp/${n}`).join('')}`,
      'LimitExceeded',
    ],
  ])('%s is refused with %s', (link, code) => {
    expect(() => parseInvitation(link)).toThrow(expect.objectContaining({ code }))
  })

  it('with more than it needs is read, and what is ignored is named, without anything that hides or turns text', () => {
    const read = (rest: string) => parseInvitation(`peerscope://join?utm_source=mail&network=a&${rest}`)
    expect(read('secret=b&v=2&v=3&flag')).toEqual({
      network: 'a',
      bootstrap: [],
      ignored: ['utm_source', 'secret', 'v', 'flag'],
    })
    expect(read('__proto__=b&constructor=c').ignored).toEqual(['utm_source', '__proto__', 'constructor'])
    expect(read('x=%ff&%ff=1&a%E2%80%AEb=1').ignored).toEqual(['utm_source', 'x', '%ff', 'a<U+202E>b'])
    const many = read(Array.from({ length: 100 }, (_, n) => `${'p'.repeat(60)}${n}=1`).join('&'))
    expect(many.ignored?.every((name) => name.length <= 40)).toBe(true)
    expect(read(Array.from({ length: 100 }, (_, n) => `p${n}=1`).join('&')).ignored).toHaveLength(8)
    for (const wrong of ['network=b', 'bootstrap=nowhere', 'Network=b&network=c'])
      expect(() => read(wrong)).toThrow(PeerscopeError)
  })

  it('is written so that it can be read by people', () => {
    expect(formatInvitation({ network: 'my net', bootstrap: [ADDRESS] })).toBe(
      `peerscope://join?network=my%20net&bootstrap=${ADDRESS}`,
    )
  })

  it.each([
    [{ network: '', bootstrap: [] }, 'InvalidArgument'],
    [{ network: 'a\u202eb', bootstrap: [] }, 'InvalidArgument'],
    [{ network: 'a', bootstrap: ['nowhere'] }, 'InvalidArgument'],
    [{ network: 'a', bootstrap: Array.from({ length: 17 }, (_, n) => `/ip4/1.2.3.4/tcp/${n}`) }, 'LimitExceeded'],
    [{ network: '网'.repeat(256), bootstrap: manyLong() }, 'LimitExceeded'],
  ])('is not made of %j', (invitation, code) => {
    expect(() => formatInvitation(invitation)).toThrow(expect.objectContaining({ code }))
  })

  it('is read back as it was written', () => {
    const address = fc
      .tuple(fc.ipV4(), fc.integer({ min: 1, max: 65_535 }))
      .map(([host, port]) => `/ip4/${host}/tcp/${port}`)
    const network = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .map(networkNameFrom)
      .filter((text) => text !== '' && !hidesSomething(text) && text.length <= 256)
    fc.assert(
      fc.property(network, fc.uniqueArray(address, { maxLength: MAX_INVITED_ADDRESSES }), (name, bootstrap) => {
        expect(parseInvitation(formatInvitation({ network: name, bootstrap }))).toEqual({ network: name, bootstrap })
      }),
    )
  })

  it('is an invitation or a typed error, whatever the text is', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }).map((rest) => `peerscope://join?${rest}`),
      fc.webQueryParameters().map((rest) => `peerscope://join?network=${rest}`),
    )
    fc.assert(
      fc.property(text, (link) => {
        expect(outcomeOf(link)).not.toBe('a defect')
      }),
    )
  })
})

describe('what is meant as a link', () => {
  it.each([
    ['peerscope://join?network=a', true],
    ['PeerScope:whatever', true],
    ['peerscope', false],
    ['/home/ann/peerscope:x', false],
    ['https://example.org/peerscope://', false],
  ])('%s: %s', (text, meant) => expect(isInvitationLink(text)).toBe(meant))
})

function manyLong(): string[] {
  return Array.from({ length: 16 }, (_, n) => `/dns4/${'a'.repeat(480)}/tcp/${n + 1}`)
}

function outcomeOf(link: string): 'read' | 'refused' | 'a defect' {
  try {
    const { network, bootstrap } = parseInvitation(link)
    const shown = !/[\p{Cc}\u202a-\u202e]/u.test(network)
    return shown && isInvitationLink(formatInvitation({ network, bootstrap })) ? 'read' : 'a defect'
  } catch (error) {
    return error instanceof PeerscopeError ? 'refused' : 'a defect'
  }
}
