import { describe, expect, it } from 'vitest'
import { RIGS } from './rigs.ts'
import { steps } from './steps.ts'

describe.each(RIGS)('randomness on %s', (_name, makeRig) => {
  const { rig } = steps(makeRig)

  it('gives as many bytes as were asked for, in memory of their own', async () => {
    const { random } = await rig().node()
    for (const length of [0, 1, 32, 1000]) {
      const bytes = random.bytes(length)
      expect(bytes).toHaveLength(length)
      expect(Buffer.isBuffer(bytes)).toBe(false)
    }
    const one = random.bytes(32)
    const kept = Uint8Array.from(one)
    random.bytes(32).fill(0)
    expect(one).toEqual(kept)
  })

  it('uses the whole range', async () => {
    const { random } = await rig().node()
    const tenths = new Set(Array.from({ length: 1000 }, () => Math.floor(random.number() * 10)))
    expect(tenths).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    expect(new Set(random.bytes(10_000)).size).toBe(256)
  })

  it('is of its own for each node', async () => {
    const [one, two] = [await rig().node(), await rig().node()]
    expect(one.random.bytes(32)).not.toEqual(two.random.bytes(32))
  })
})
