import { describe, expect, it } from 'vitest'
import { InvalidArgument, Unavailable } from '../../../../src/shared/errors.ts'
import { DialPolicy } from '../../../../src/main/network/dial-policy.ts'
import { AddressBook } from '../../../../src/main/network/iroh/address-book.ts'
import { closeCodeOf, dialError, listenError, wordsOf } from '../../../../src/main/network/iroh/errors.ts'
import { irohProblem, loadIroh } from '../../../../src/main/network/iroh/load.ts'
import type { MeetingListener } from '../../../../src/main/network/iroh/meetings.ts'
import { Meetings } from '../../../../src/main/network/iroh/meetings.ts'
import {
  addressText,
  bindings,
  parseDirect,
  parseIrohListen,
  placesOf,
} from '../../../../src/main/network/iroh/places.ts'
import { textOfIrohAddress } from '../../../../src/shared/iroh-address.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { wires } from '../../../support/wires.ts'

const policy = new DialPolicy({
  parse: parseDirect,
  listen: ['/ip4/0.0.0.0/udp/0/quic-v1'],
  interfaces: () => [{ cidr: '192.168.1.5/24', internal: false }],
  resolve: () => Promise.resolve(['192.168.1.9']),
  isConnected: () => false,
})
const relay = (url: string): string => textOfIrohAddress({ kind: 'relay', url })
const OURS = 'https://relay.example/'

describe('where a peer is dialed', () => {
  it('[MO33] by the first of its relays that is one of ours, and by no other', async () => {
    const of = async (relays: readonly string[], ...urls: readonly string[]): Promise<string | null> =>
      (await placesOf({ addresses: urls.map(relay), given: true }, policy, new Set(relays))).relay
    expect(await of([OURS], 'https://other.example/', OURS)).toBe(OURS)
    expect(await of([OURS], 'https://other.example/')).toBeNull()
    expect(await of([], OURS)).toBeNull()
  })

  it('[MO34] at direct addresses that the dial policy allows, as iroh writes them', async () => {
    const addresses = [
      '/ip4/192.168.1.7/udp/1/quic-v1',
      '/ip4/10.0.0.1/udp/1/quic-v1',
      '/ip4/127.0.0.1/udp/1/quic-v1',
      '/ip6/2a00:1450::1/udp/2/quic-v1',
      '/dns4/name.example/udp/1/quic-v1',
      '/ip4/93.184.216.7/tcp/1',
      '/ip4/93.184.216.7/udp/0/quic-v1',
    ]
    expect(await placesOf({ addresses }, policy, new Set())).toEqual({
      direct: ['192.168.1.7:1', '[2a00:1450::1]:2'],
      relay: null,
    })
  })

  it('is written as entries have it', () => {
    expect(addressText('192.0.2.1:5')).toBe('/ip4/192.0.2.1/udp/5/quic-v1')
    expect(addressText('[2001:db8::1]:6')).toBe('/ip6/2001:db8::1/udp/6/quic-v1')
    expect(addressText(OURS)).toBe(relay(OURS))
    for (const text of ['', 'here', '192.0.2.1', '[::1%eth0]:1']) expect(addressText(text)).toBeNull()
  })
})

describe('[MO34] connections for announcements', () => {
  it('with one peer are four at most, and the newest is the one to send on', async () => {
    const meetings = new Meetings()
    const told: string[] = []
    const listener: MeetingListener = {
      opened: (_wire, first) => void (first && told.push('connected')),
      closed: (_wire, last) => void (last && told.push('gone')),
    }
    meetings.subscribe(listener)
    const all = Array.from({ length: 5 }, () => wires()[0])
    for (const wire of all) meetings.add(wire)
    expect(all.map(({ isOpen }) => isOpen)).toEqual([false, true, true, true, true])
    expect(meetings.of(idOf('far'))).toBe(all[4])
    all[4]?.over()
    expect(meetings.of(idOf('far'))).toBe(all[3])
    for (const wire of all) wire.over()
    await Promise.all(all.map(({ closed }) => closed))
    await Promise.resolve()
    expect([told, meetings.peers()]).toEqual([['connected', 'gone'], []])
  })
})

describe('[MO35] the address book', () => {
  it('puts the word of the catalog first, and rumors last, which push out nothing', () => {
    const book = new AddressBook()
    const peer = idOf('peer')
    const at = (port: number): string => `/ip4/192.0.2.1/udp/${port}/quic-v1`
    book.learn(peer, [at(1)])
    book.learn(
      peer,
      Array.from({ length: 64 }, (_, index) => at(1000 + index)),
      'rumored',
    )
    book.use(() => [at(2)])
    const { addresses } = book.target(peer)
    expect(addresses.slice(0, 3)).toEqual([at(2), at(1), at(1000)])
    expect(addresses).toHaveLength(10)
    expect(book.target(idOf('nobody')).addresses).toEqual([at(2)])
  })
})

describe('listening', () => {
  it('on this machine alone is so by both families, and elsewhere as it is said', () => {
    expect(bindings(['/ip4/127.0.0.1/udp/5/quic-v1'])).toEqual(['127.0.0.1:5', '[::1]:0'])
    expect(bindings(['/ip6/::1/udp/5'])).toEqual(['[::1]:5', '127.0.0.1:0'])
    expect(bindings(['/ip4/0.0.0.0/udp/0/quic-v1'])).toEqual(['0.0.0.0:0'])
    expect(bindings([])).toEqual([])
    for (const text of ['', '/ip4/127.0.0.1/tcp/1', '/dns4/localhost/udp/1/quic-v1', '/ip4/224.0.0.1/udp/1/quic-v1'])
      expect(() => parseIrohListen(text)).toThrow(InvalidArgument)
  })
})

describe('what iroh says', () => {
  const thrown = new Error(
    'ConnectError::Connecting (/root/x/endpoint.rs:1060:20)\nCaused by:\n    timed out\n\nStack backtrace:\n   0: main',
  )

  it('is told without its places in source and its calls', () => {
    expect(wordsOf(thrown)).toBe('ConnectError::Connecting Caused by: timed out')
    expect(
      closeCodeOf(new Error('ConnectionLost(ApplicationClosed(ApplicationClose { error_code: 400, reason: b"x" }))')),
    ).toBe(400)
    expect(closeCodeOf(thrown)).toBeNull()
  })

  it.each([
    [thrown, 'no answer in time'],
    [new Error('error 48: invalid peer certificate: UnknownIssuer'), 'another peer answered there'],
    [new Error("error 120: peer doesn't support any known protocol"), 'does not speak this protocol'],
    [new Error('Connecting to ourself is not supported'), 'our own address'],
    [new Error(''), 'unknown reason'],
  ])('of a dial: %s', (error, words) => {
    expect(dialError('there', error, new AbortController().signal).message).toContain(words)
  })

  it.each([
    ['Failed to bind sockets Address already in use (os error 98)', 'the port is taken'],
    ['Cannot assign requested address (os error 99)', 'not of this machine'],
    ['Permission denied (os error 13)', 'not for us'],
  ])('of listening: %s', (message, words) => {
    expect(listenError(['/ip4/127.0.0.1/udp/1/quic-v1'], new Error(message)).message).toContain(words)
  })
})

it('a platform without iroh is told what it cannot join, in one line', () => {
  const load = (): unknown => {
    throw new Error('Cannot find native binding')
  }
  expect(() => loadIroh(load)).toThrow(Unavailable)
  expect(() => loadIroh(load)).toThrow(/^[^\n]*mosaik networks cannot be joined here[^\n]*npm install[^\n]*$/)
  const found = (names: RegExp) => (name: string) => {
    if (!names.test(name)) throw new Error('not found')
    return name
  }
  expect(irohProblem(found(/./))).toBeNull()
  expect(irohProblem(found(/\/iroh-/))).toContain('mosaik networks cannot be joined here')
  expect(irohProblem(found(/index\.js$/))).toContain('mosaik networks cannot be joined here')
})
