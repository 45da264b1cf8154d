/** Output is written whole, or it is known that it was not. */
import type { write } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import type { Sink, WriteFailure } from '../../../src/main/cli/standard-stream.ts'
import { descriptorSink, StandardStream } from '../../../src/main/cli/standard-stream.ts'

type Done = (error: NodeJS.ErrnoException | null) => void

const broken = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code })

function rig(isTerminal = false) {
  const writes: { readonly text: string; readonly done: Done }[] = []
  const failures: WriteFailure[] = []
  let breaks: (error: NodeJS.ErrnoException) => void = () => undefined
  const sink: Sink = {
    write: (bytes, done) => void writes.push({ text: bytes.toString(), done }),
    onError: (listener) => {
      breaks = listener
    },
  }
  const stream = new StandardStream(sink, isTerminal, (failure) => void failures.push(failure))
  return { writes, failures, stream, breaks: (code: string) => breaks(broken(code)) }
}

describe('a standard stream', () => {
  it('writes one after the other, and is flushed when the last is through', async () => {
    const { writes, stream } = rig()
    for (const text of ['a', 'b', 'c']) stream.write(text)
    let flushed = false
    const flush = stream.flushed().then(() => (flushed = true))
    expect(writes.map(({ text }) => text)).toEqual(['a'])
    writes[0]?.done(null)
    expect(writes.map(({ text }) => text)).toEqual(['a', 'bc'])
    await Promise.resolve()
    expect([flushed, stream.waiting]).toEqual([false, 2])
    writes[1]?.done(null)
    await flush
    expect([stream.waiting, stream.failure]).toEqual([0, null])
  })

  it('lets those wait who write faster than is read', async () => {
    const { writes, stream } = rig()
    stream.write('x'.repeat(2 * 1024 * 1024))
    let drained = false
    const drain = stream.drained().then(() => (drained = true))
    await Promise.resolve()
    expect(drained).toBe(false)
    writes[0]?.done(null)
    await drain
    stream.write('little')
    await stream.drained()
  })

  it.each([
    ['EPIPE', false, 'closed'],
    ['ERR_STREAM_DESTROYED', false, 'closed'],
    ['ENOSPC', false, 'failed'],
    ['EIO', false, 'failed'],
    ['EIO', true, 'hangup'],
  ])('tells %s (a terminal: %s) as %s, once, and takes nothing more', async (code, isTerminal, kind) => {
    const { writes, failures, stream, breaks } = rig(isTerminal)
    stream.write('a')
    stream.write('b')
    const flushed = stream.flushed()
    writes[0]?.done(broken(code))
    breaks(code)
    await flushed
    await stream.drained()
    stream.write('c')
    expect([writes.length, stream.waiting]).toEqual([1, 0])
    expect(failures).toEqual([expect.objectContaining({ kind })])
  })
})

describe('a file', () => {
  /** Takes so many bytes at each call, or fails. */
  function fileOf(...steps: (number | string)[]) {
    const taken: string[] = []
    const write_ = ((
      _fd: number,
      bytes: Buffer,
      at: number,
      length: number,
      _position: null,
      done: (...args: unknown[]) => void,
    ) => {
      const step = steps.shift() ?? length
      if (typeof step === 'string') return done(broken(step), 0)
      taken.push(bytes.subarray(at, at + step).toString())
      return done(null, step)
    }) as unknown as typeof write
    return { taken, sink: descriptorSink(1, write_) }
  }

  it('gets the rest of a write that was cut short', () => {
    const { taken, sink } = fileOf(2, 1)
    const done = vi.fn<Done>()
    sink.write(Buffer.from('abcdef'), done)
    expect(taken).toEqual(['ab', 'c', 'def'])
    expect(done).toHaveBeenCalledExactlyOnceWith(null)
  })

  it('that fills up half-way is no success', () => {
    const { sink } = fileOf(2, 'ENOSPC')
    const done = vi.fn<Done>()
    sink.write(Buffer.from('abcdef'), done)
    expect(done).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'ENOSPC' }))
  })

  it('that takes nothing at the moment is tried again', () => {
    vi.useFakeTimers()
    try {
      const { taken, sink } = fileOf('EAGAIN', 'EINTR')
      const done = vi.fn<Done>()
      sink.write(Buffer.from('abc'), done)
      expect(done).not.toHaveBeenCalled()
      vi.runAllTimers()
      expect(taken).toEqual(['abc'])
      expect(done).toHaveBeenCalledExactlyOnceWith(null)
    } finally {
      vi.useRealTimers()
    }
  })
})
