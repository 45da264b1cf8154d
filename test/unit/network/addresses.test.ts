import { describe, expect, it } from 'vitest'
import { Cancelled, DialFailed, InvalidArgument, NotDialed, StreamFailed } from '../../../src/shared/errors.ts'
import { sortAddresses } from '../../../src/main/network/addresses.ts'
import { dialError, streamError } from '../../../src/main/network/libp2p/errors.ts'
import { parseListenAddress, parseTarget } from '../../../src/main/network/libp2p/targets.ts'
import { idOf } from '../../support/discovery/entries.ts'

describe('addresses', () => {
  it('are sorted by where they can be reached from, public ones first', () => {
    const relayed = `/ip4/93.184.216.7/tcp/1/p2p/${idOf('relay')}/p2p-circuit`
    const mixed = ['/ip4/127.0.0.1/tcp/1', relayed, '/ip4/10.0.0.1/tcp/1', '/dns4/a.org/tcp/1', '/ip4/127.0.0.1/tcp/1']
    expect(sortAddresses(mixed)).toEqual(['/dns4/a.org/tcp/1', '/ip4/10.0.0.1/tcp/1', relayed, '/ip4/127.0.0.1/tcp/1'])
  })

  it('typed in are taken with or without an id', () => {
    expect(parseTarget(' /ip4/192.0.2.7/tcp/4001 ')).toEqual({
      addresses: ['/ip4/192.0.2.7/tcp/4001'],
      given: true,
    })
    expect(parseTarget(`/dns4/example.org/tcp/4001/p2p/${idOf('ann')}`)).toEqual({
      peerId: idOf('ann'),
      addresses: ['/dns4/example.org/tcp/4001'],
      given: true,
    })
    expect(parseListenAddress('/ip4/0.0.0.0/tcp/0')).toBe('/ip4/0.0.0.0/tcp/0')
  })

  it.each([
    ['192.0.2.7:4001', '/ip4/192.0.2.7/tcp/4001'],
    ['[2a00:1450::1]:4001', '/ip6/2a00:1450::1/tcp/4001'],
    ['example.org:4001', '/dns4/example.org/tcp/4001'],
    [idOf('ann'), 'is a peer id'],
    [`/p2p/${idOf('ann')}`, 'names a peer but no address'],
    ['/ip4/999.0.0.1/tcp/1', 'write it as'],
    ['', 'write it as'],
    ['/', 'write it as'],
    ['x'.repeat(600), 'too long'],
  ])('%j is refused and the right form shown', (text, words) => {
    expect(() => parseTarget(text)).toThrow(InvalidArgument)
    expect(() => parseTarget(text)).toThrow(words)
  })

  it.each([
    ['/ip4/0.0.0.0/tcp/80', 'only for listening'],
    ['/ip6/::/tcp/80', 'only for listening'],
    ['/ip6/::ffff:0.0.0.0/tcp/80', 'only for listening'],
    ['/ip4/224.0.0.1/tcp/80', 'multicast'],
    ['/ip6/ff02::1/tcp/80', 'multicast'],
    ['/ip4/255.255.255.255/tcp/80', 'broadcast'],
    ['/ip4/240.1.2.3/tcp/80', 'reserved'],
    ['/ip4/0.1.2.3/tcp/80', 'reserved'],
    ['/ip4/1.2.3.4/tcp/0', 'port 0'],
    ['/ip4/1.2.3.4/udp/4001', 'dials TCP'],
    ['/unix/%2Frun%2Fdocker.sock', 'dials TCP'],
  ])('%s is refused, for nothing can be dialed there', (text, words) => {
    expect(() => parseTarget(text)).toThrow(InvalidArgument)
    expect(() => parseTarget(text)).toThrow(words)
    expect(() => parseTarget(`${text}/p2p/${idOf('ann')}`)).toThrow(InvalidArgument)
  })

  it('to listen on must be TCP', () => {
    expect(() => parseListenAddress('/ip4/224.0.0.1/tcp/4001')).toThrow('multicast')
    expect(() => parseListenAddress('/ip4/0.0.0.0/udp/4001')).toThrow('give a TCP address')
  })
})

describe('errors of libp2p', () => {
  const signal = new AbortController().signal
  const RESTS = new NotDialed('/dns4/closed.example/tcp/1', 'rests')
  it.each([
    [new AggregateError([new Error('connect ECONNREFUSED 127.0.0.1:1')]), 'refused'],
    [new Error('connect EHOSTUNREACH'), 'no route'],
    [new AggregateError([new Error('connect ENETUNREACH ::1'), new Error('timed out')]), 'no answer in time'],
    [new Error('getaddrinfo ENOTFOUND x'), 'host name'],
    [Object.assign(new Error('The operation was aborted'), { name: 'TimeoutError' }), 'no answer in time'],
    [new Error('connect ETIMEDOUT 192.0.2.7:1'), 'no answer in time'],
    [new Error('connect ENETDOWN 192.0.2.7:1'), 'no route'],
    [new Error('connect EPERM 192.0.2.7:1'), 'firewall'],
    // Some addresses rest, others were dialed.
    [new AggregateError([RESTS, new Error('timed out')], 'All multiaddr dials failed'), 'no answer in time'],
  ])('%s is told in words', (thrown, words) => {
    const error = dialError('/ip4/192.0.2.7/tcp/1', thrown, signal)
    expect(error).toBeInstanceOf(DialFailed)
    expect(error.message).toContain(words)
  })

  it('tell apart that nobody was dialed, since all rest', () => {
    const all = new AggregateError([RESTS, RESTS], 'All multiaddr dials failed')
    for (const thrown of [RESTS, all])
      expect(dialError('/dns4/closed.example/tcp/1', thrown, signal)).toMatchObject({
        code: 'NotDialed',
        why: 'rests',
        message: RESTS.message,
      })
  })

  it('are Cancelled where we called it off, and typed whatever was thrown', () => {
    expect(dialError('x', new Error('y'), AbortSignal.abort())).toBeInstanceOf(Cancelled)
    expect(streamError('x', new Event('close'))).toBeInstanceOf(StreamFailed)
    expect(streamError('x', 'text')).toBeInstanceOf(StreamFailed)
    expect(streamError('x', new Error('y'), AbortSignal.abort(new Cancelled('z')))).toMatchObject({ message: 'z' })
  })
})
