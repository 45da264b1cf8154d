import { describe, expect, it } from 'vitest'
import { ListenFailed, Timeout } from '../../../../src/shared/errors.ts'
import { dialError, listenError, streamError } from '../../../../src/main/network/libp2p/errors.ts'

describe('what libp2p says when it cannot listen', () => {
  const wrapped = (line: string): Error =>
    new Error(`Some configured addresses failed to be listened on\n\n  ${line}\n      at Server.setup (node:net:1:1)\n`)

  it.each([
    ['/ip4/127.0.0.1/tcp/4001: Error: listen EADDRINUSE', 'on /ip4/127.0.0.1/tcp/4001: the port is taken'],
    ['/ip6/2001:db8::1/tcp/4001: Error: listen EADDRNOTAVAIL', 'on /ip6/2001:db8::1/tcp/4001: the address is not'],
    ['/ip4/127.0.0.1/tcp/80: Error: listen EACCES', 'take one above 1023'],
  ])('%s is told in words, in one line and without a stack', (line, words) => {
    const error = listenError(wrapped(line))
    expect(error).toBeInstanceOf(ListenFailed)
    expect(error.message).toContain(words)
    expect(error.message).not.toMatch(/\n|node:net/)
    expect(error.cause).toBeInstanceOf(Error)
  })

  it('is passed on where it is not known, and may be anything', () => {
    expect(listenError(new Error('something new\nand more')).message).toBe('cannot listen: Error: something new')
    expect(listenError('text').message).toBe('cannot listen: text')
  })
})

describe('errors of libp2p', () => {
  it('that are ours already stay as they are', () => {
    const ours = new Timeout('too long')
    const { signal } = new AbortController()
    expect(dialError('x', ours, signal)).toBe(ours)
    expect(streamError('x', ours)).toBe(ours)
    expect(streamError('x', new Error('y'), AbortSignal.abort(ours))).toBe(ours)
  })

  it('are found inside of others, however deep, without end where they contain themselves', () => {
    const { signal } = new AbortController()
    const deep = new AggregateError([new Error('all failed', { cause: new Error('connect ECONNREFUSED') })])
    expect(dialError('x', deep, signal).message).toContain('refused')
    const circle = new Error('round')
    circle.cause = circle
    expect(dialError('x', circle, signal).message).toContain('round')
  })

  it('of a message over the limit are LimitExceeded', () => {
    for (const name of ['InvalidDataLengthError', 'InvalidDataLengthLengthError', 'InvalidMessageLengthError'])
      expect(streamError('x', Object.assign(new Error('long'), { name })).code).toBe('LimitExceeded')
  })
})
