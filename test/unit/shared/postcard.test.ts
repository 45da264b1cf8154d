import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LimitExceeded, MalformedMessage } from '../../../src/shared/errors.ts'
import { PostcardReader, PostcardWriter } from '../../../src/shared/postcard.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const reader = (text: string): PostcardReader => new PostcardReader(Uint8Array.from(Buffer.from(text, 'hex')))

describe('[MO2] postcard', () => {
  it('refuses a number that is longer than it needs to be where it is told to', () => {
    const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))
    const strict = (text: string) => new PostcardReader(bytes(text), { shortest: true })
    expect([strict('00').u64(), strict('7f').u16(), strict('8001').count(128, 'things')]).toEqual([0n, 127, 128])
    for (const read of [
      () => strict('8000').u16(),
      () => strict('ff8000').u64(),
      () => strict('8100').count(9, 'things'),
    ])
      expect(read).toThrow(MalformedMessage)
  })

  // From postcard's specification of its wire format.
  it.each([
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [16_383, 'ff7f'],
    [16_384, '808001'],
    [65_535, 'ffff03'],
  ])('writes %d as the varint %s', (value, bytes) => {
    expect(hex(new PostcardWriter().u16(value).finish())).toBe(bytes)
    expect(hex(new PostcardWriter().count(value).finish())).toBe(bytes)
    expect(reader(bytes).u16()).toBe(value)
    expect(reader(bytes).count(65_535, 'things')).toBe(value)
  })

  it.each([
    [0n, '00'],
    [-1n, '01'],
    [1n, '02'],
    [63n, '7e'],
    [-64n, '7f'],
    [64n, '8001'],
    [-(2n ** 63n), 'ffffffffffffffffff01'],
  ])('writes the signed %d as %s', (value, bytes) => {
    expect(hex(new PostcardWriter().i64(value).finish())).toBe(bytes)
    expect(reader(bytes).i64()).toBe(value)
  })

  it('reads what it wrote', () => {
    const values = fc.record({
      u8: fc.nat(255),
      u16: fc.nat(65_535),
      u32: fc.nat(2 ** 32 - 1),
      u64: fc.bigInt(0n, 2n ** 64n - 1n),
      i64: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
      text: fc.string({ unit: 'grapheme', maxLength: 300 }),
      bytes: fc.uint8Array({ maxLength: 300 }),
      list: fc.array(fc.boolean(), { maxLength: 200 }),
      option: fc.option(fc.nat(65_535)),
    })
    fc.assert(
      fc.property(values, (value) => {
        const bytes = new PostcardWriter()
          .u8(value.u8)
          .u16(value.u16)
          .u32(value.u32)
          .u64(value.u64)
          .i64(value.i64)
          .text(value.text)
          .bytes(value.bytes)
          .list(value.list, (writer, item) => writer.bool(item))
          .option(value.option, (writer, item) => writer.u16(item))
          .variant(3)
          .fixed(value.bytes)
          .finish()
        const from = new PostcardReader(bytes)
        expect({
          u8: from.u8(),
          u16: from.u16(),
          u32: from.u32(),
          u64: from.u64(),
          i64: from.i64(),
          text: from.text(4000, 'bytes'),
          bytes: from.bytes(300, 'bytes'),
          list: from.list(200, 'items', (item) => item.bool()),
          option: from.option((item) => item.u16()),
        }).toEqual(value)
        expect(from.variant(4, 'variant')).toBe(3)
        expect(from.fixed(value.bytes.length)).toEqual(value.bytes)
        expect(from.remaining).toBe(0)
        expect(from.offset).toBe(bytes.length)
        from.end()
      }),
      { seed: 20 },
    )
  })

  it.each([
    ['a number of more than 16 bits', (from: PostcardReader) => from.u16(), 'ffff07'],
    ['a number of 16 bits that does not end', (from: PostcardReader) => from.u16(), 'ffffff00'],
    ['a number of more than 32 bits', (from: PostcardReader) => from.u32(), 'ffffffff1f'],
    ['a number of more than 64 bits', (from: PostcardReader) => from.u64(), 'ffffffffffffffffff03'],
    ['a number of 64 bits that does not end', (from: PostcardReader) => from.u64(), 'ffffffffffffffffffff00'],
    ['a number cut short', (from: PostcardReader) => from.u64(), '80'],
    ['a yes or no of 2', (from: PostcardReader) => from.bool(), '02'],
    ['an option of 2', (from: PostcardReader) => from.option((item) => item.u8()), '0200'],
    ['bytes cut short', (from: PostcardReader) => from.bytes(9, 'bytes'), '03aabb'],
    ['a fixed array cut short', (from: PostcardReader) => from.fixed(4), 'aabbcc'],
    ['a text that is not UTF-8', (from: PostcardReader) => from.text(9, 'bytes'), '02c328'],
    ['a variant that there is not', (from: PostcardReader) => from.variant(2, 'kind'), '02'],
    ['a list cut short', (from: PostcardReader) => from.list(9, 'items', (item) => item.u8()), '0301'],
    ['leftover bytes', (from: PostcardReader) => from.end(), '00'],
  ])('refuses %s', (_what, read, bytes) => {
    expect(() => read(reader(bytes))).toThrow(MalformedMessage)
  })

  it('refuses a count over its limit before it reads what is counted', () => {
    expect(() => reader('04').list(3, 'items', (item) => item.u8())).toThrow(LimitExceeded)
    expect(() => reader('ffffffffffffffffff01').bytes(4096, 'bytes')).toThrow(LimitExceeded)
  })

  it('takes a number that is longer than it needs to be, as postcard does', () => {
    expect(reader('8000').u16()).toBe(0)
    expect(reader('818000').count(1, 'things')).toBe(1)
  })

  it('refuses to write what has no place', () => {
    expect(() => new PostcardWriter().u16(65_536)).toThrow(RangeError)
    expect(() => new PostcardWriter().u8(-1)).toThrow(RangeError)
    expect(() => new PostcardWriter().count(1.5)).toThrow(RangeError)
    expect(() => new PostcardWriter().u64(2n ** 64n)).toThrow(RangeError)
    expect(() => new PostcardWriter().i64(2n ** 63n)).toThrow(RangeError)
  })
})
