/** A fixed number of inputs for everything that decodes what others send; `npm run fuzz` runs a million. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidArgument } from '../../src/shared/errors.ts'
import { decoder } from '../fuzz/fuzz.ts'
import { TARGETS } from '../fuzz/targets.ts'

const SEED = 20_261
const INPUTS = 1000

describe('[BD1] hostile input', () => {
  it.each(TARGETS)('is taken or refused with a typed error: $name', async ({ run, cost }) => {
    const count = Math.ceil(INPUTS / cost)
    const tally = await run(count, SEED)
    expect([...tally.values()].reduce((sum, times) => sum + times, 0)).toBe(count)
    // Inputs that are all taken or all refused would not test much.
    expect(tally.get('accepted') ?? 0).toBeGreaterThan(0)
  })
})

describe('a fuzz target', () => {
  const inputs = fc.nat(1000)
  const failing = (decode: (input: number) => unknown) => decoder({ name: 'a', inputs, decode }).run(500, SEED)

  it('fails where a decoder throws anything else', async () => {
    await expect(
      failing((input) => {
        if (input > 600) throw new TypeError('not ours')
      }),
    ).rejects.toMatchObject({ cause: { message: 'not ours' } })
  })

  it('fails where a value is another after a round', async () => {
    const target = decoder({ name: 'a', inputs, decode: (input) => input & ~1, encode: (value: number) => value + 2 })
    await expect(target.run(500, SEED)).rejects.toMatchObject({
      cause: { message: 'decoded again it is something else' },
    })
  })

  it('counts what was taken and what was refused', async () => {
    const tally = await failing((input) => {
      if (input % 2 === 1) throw new InvalidArgument('odd')
    })
    expect([...tally.keys()].sort()).toEqual(['InvalidArgument', 'accepted'])
  })
})
