import { expect, test } from 'vitest'
import { base64Of, bytesOf } from '../../../../src/renderer/src/ui/base64.ts'

test('bytes of any length and value go to base64 and back', () => {
  for (const length of [0, 1, 2, 3, 8191, 8192, 8193, 100_000]) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 7) & 255)
    expect(base64Of(bytes)).toBe(Buffer.from(bytes).toString('base64'))
    expect(bytesOf(base64Of(bytes))).toEqual(bytes)
  }
})
