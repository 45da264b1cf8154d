import { describe, expect, it } from 'vitest'
import { lateBlake3, loadBlake3, plainBlake3 } from '../../src/main/blake3.ts'
import type { Hash } from '../../src/main/blake3.ts'

const bytes = (length: number): Uint8Array => new Uint8Array(length).map((_, index) => index % 251)
const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex')

describe('BLAKE3', () => {
  it('is that of the published vectors', async () => {
    // https://github.com/BLAKE3-team/BLAKE3/blob/master/test_vectors/test_vectors.json, the first 32 bytes
    const vectors = [
      [0, 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262'],
      [1, '2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213'],
      [1024, '42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7'],
      [1025, 'd00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444'],
    ] as const
    for (const hash of [plainBlake3, await loadBlake3()])
      for (const [length, expected] of vectors) expect(hex(hash(bytes(length)))).toBe(expected)
  })

  it('is the same of parts as of the whole, and what was given out stays as it was', async () => {
    const fast = await loadBlake3()
    const kept: [Uint8Array, string][] = []
    for (const length of [0, 1, 31, 63, 64, 65, 127, 250, 1023, 2048, 5000]) {
      const whole = bytes(length)
      const expected = hex(plainBlake3(whole))
      for (const at of [0, 1, length >> 1, length])
        for (const hash of [plainBlake3, fast])
          kept.push([hash(whole.subarray(0, at), new Uint8Array(0), whole.subarray(at)), expected])
    }
    for (const [hash, expected] of kept) expect(hex(hash)).toBe(expected)
  })

  it('is that of WebAssembly once there is much to hash, and of JavaScript where that cannot be loaded', async () => {
    const loaded = Promise.resolve(() => bytes(1))
    const late = lateBlake3(() => loaded)
    const failed = Promise.reject<Hash>(new Error('no WebAssembly'))
    const never = lateBlake3(() => failed)
    const expected = hex(plainBlake3(bytes(300)))
    for (let count = 0; count < 63; count += 1)
      expect([late, never].map((hash) => hex(hash(bytes(300))))).toEqual([expected, expected])
    await loaded
    expect(hex(late(bytes(300)))).toBe(expected)
    never(bytes(300))
    await loaded
    await failed.catch(() => undefined)
    expect(late(bytes(300))).toEqual(bytes(1))
    expect(hex(never(bytes(300)))).toBe(expected)
  })
})
