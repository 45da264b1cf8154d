import { describe, expect, it } from 'vitest'
import { concat, fromString } from 'uint8arrays'
import { LengthWatch, NegotiationWatch, watchIncoming } from '../../../../src/main/network/libp2p/watch.ts'
import { lengthOf } from '../../../../src/main/network/libp2p/streams.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const named = (name: string): Uint8Array => concat([bytes(name.length + 1), fromString(`${name}\n`)])
const endless = new Uint8Array(1000).fill(0x80)

/** Gives the bytes in pieces of so many. */
const inPieces = (watch: { take(chunk: Uint8Array): boolean }, all: Uint8Array, size: number): boolean => {
  for (let from = 0; from < all.length; from += size) if (!watch.take(all.subarray(from, from + size))) return false
  return true
}

describe('a watch on messages', () => {
  const good = concat([
    bytes(3, 255, 255, 255),
    bytes(0),
    concat([bytes(0x80, 0x02), new Uint8Array(256).fill(255)]),
    bytes(0x81, 0x80, 0x80, 0x00, 0xff),
  ])

  it.each([1, 2, 3, 7, 1000])('[BD1] takes any messages, whatever is in them, in pieces of %i', (size) => {
    expect(inPieces(new LengthWatch(), good, size)).toBe(true)
  })

  it.each([1, 3, 1000])('[BD1] takes no length that goes on, first or later, in pieces of %i', (size) => {
    expect(inPieces(new LengthWatch(), endless, size)).toBe(false)
    expect(inPieces(new LengthWatch(), concat([good, endless]), size)).toBe(false)
    expect(inPieces(new LengthWatch(), endless.subarray(0, 7), size)).toBe(true)
    expect(inPieces(new LengthWatch(), endless.subarray(0, 8), size)).toBe(false)
  })
})

describe('a watch on a negotiation', () => {
  const header = named('/multistream/1.0.0')

  it.each([1, 5, 1000])('[BD1] takes it, and then whatever comes, in pieces of %i', (size) => {
    const watch = new NegotiationWatch('/noise')
    expect(inPieces(watch, concat([header, named('/tls/1.0.0'), named('/noise'), endless]), size)).toBe(true)
    expect(watch.over).toBe(true)
  })

  it('[BD1] takes no length that goes on, no name within another, and none that is too long in coming', () => {
    expect(inPieces(new NegotiationWatch('/noise'), endless, 10)).toBe(false)
    const hidden = concat([header, named('x\u0007/noise'), endless])
    expect(inPieces(new NegotiationWatch('/noise'), hidden, 10)).toBe(false)
    const chatter = concat(Array.from({ length: 200 }, () => named('ls')))
    expect(inPieces(new NegotiationWatch('/noise'), chatter, 10)).toBe(false)
  })
})

describe('what is watched', () => {
  const target = () => {
    const passed: Uint8Array[] = []
    const aborted: Error[] = []
    const target = {
      readBuffer: new Uint8Array(0),
      onData: (data: Uint8Array) => void passed.push(data),
      abort: (error: Error) => void aborted.push(error),
    }
    return { target, passed, aborted }
  }

  it('[BD1] is passed on, and ended by what cannot be, of which nothing is read', () => {
    const { target: incoming, passed, aborted } = target()
    let refused = 0
    watchIncoming(incoming, new LengthWatch(), () => (refused += 1))
    incoming.onData(bytes(1, 7))
    incoming.onData(endless)
    expect(passed).toEqual([bytes(1, 7)])
    expect(aborted).toMatchObject([{ code: 'LimitExceeded' }])
    expect(refused).toBe(1)
  })

  it('[BD1] counts what has come before', () => {
    const { target: incoming, aborted } = target()
    incoming.readBuffer = endless
    watchIncoming(incoming, new LengthWatch(), () => undefined)
    expect(aborted).toHaveLength(1)
  })
})

describe('the length of a message', () => {
  it('[BD1] is read from up to four bytes; more end the stream', () => {
    expect(lengthOf(bytes(5))).toBe(5)
    expect(lengthOf(bytes(0x80, 0x80, 0x40))).toBe(1024 * 1024)
    expect(() => lengthOf(bytes(0x80, 0x80))).toThrow(RangeError)
    expect(() => lengthOf(bytes(0x80, 0x80, 0x80, 0x80, 0x01))).toThrow(/bytes a length/)
  })
})

describe('[AD5] a stream that carries a relayed connection', () => {
  const negotiated = [...lengthed('/multistream/1.0.0\n'), ...lengthed('/libp2p/circuit/relay/0.2.0/stop\n')]
  const agreed = lengthed('status')
  const carried = Uint8Array.from({ length: 64 }, () => 0xff)

  it('is not looked into once that is agreed on, in the same chunk or a later one', () => {
    for (const chunks of [[[...negotiated, ...agreed, ...carried]], [negotiated, agreed, [...carried]]]) {
      const watch = new LengthWatch(() => true)
      for (const chunk of chunks) expect(watch.take(Uint8Array.from(chunk))).toBe(true)
      expect(watch.over).toBe(true)
    }
  })

  it('is looked at until then, and for ever where it is for something else', () => {
    expect(new LengthWatch(() => true).take(Uint8Array.from([...negotiated, ...carried]))).toBe(false)
    expect(new LengthWatch(() => false).take(Uint8Array.from([...negotiated, ...agreed, ...carried]))).toBe(false)
    expect(new LengthWatch().take(Uint8Array.from([...negotiated, ...agreed, ...carried]))).toBe(false)
  })
})

function lengthed(text: string): number[] {
  const bytes = [...new TextEncoder().encode(text)]
  return [bytes.length, ...bytes]
}
