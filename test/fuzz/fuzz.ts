/** Runs one target on many inputs from one seed. */
import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { PeerscopeError } from '../../src/shared/errors.ts'

/** A decoder, or an exchange that reads what others send. */
export interface Target {
  readonly name: string
  /** Relative cost of one input: the slower, the fewer are run. */
  readonly cost: number
  /** Runs `count` inputs; fails at the first that breaks a promise, with the smallest input that does. */
  readonly run: (count: number, seed: number) => Promise<Tally>
}

/** How inputs ended: `accepted`, or the code of the typed error. */
export type Tally = ReadonlyMap<string, number>

/**
 * A target from what decodes one input: it may only return or throw one of our errors. What it returns is decoded again
 * after `encode`, and must be the same then.
 */
export function decoder<Input, Value>(options: {
  readonly name: string
  readonly inputs: fc.Arbitrary<Input>
  readonly decode: (input: Input) => Value
  readonly encode?: (value: Value) => Input
}): Target {
  return target(options.name, 1, options.inputs, (input) => {
    const before = structuredClone(input)
    const value = options.decode(input)
    if (!isDeepStrictEqual(before, input)) throw new Error('the decoder changed its input')
    // Protobuf texts that are not UTF-8 come with halves of characters, which cannot be written again.
    if (options.encode === undefined || /\\ud[89a-f]/.test(JSON.stringify(value))) return Promise.resolve()
    const again = options.decode(options.encode(value))
    if (!isDeepStrictEqual(again, value)) throw new Error('decoded again it is something else')
    return Promise.resolve()
  })
}

/** A target from what handles one input. */
export function target<Input>(
  name: string,
  cost: number,
  inputs: fc.Arbitrary<Input>,
  handle: (input: Input) => Promise<unknown>,
): Target {
  return {
    name,
    cost,
    run: async (count, seed) => {
      const tally = new Map<string, number>()
      const note = (outcome: string): void => void tally.set(outcome, (tally.get(outcome) ?? 0) + 1)
      const property = fc.asyncProperty(inputs, async (input) => {
        try {
          await handle(input)
          note('accepted')
        } catch (error) {
          if (!(error instanceof PeerscopeError)) throw error
          note(error.code)
        }
      })
      await fc.assert(property, { numRuns: count, seed })
      return tally
    },
  }
}
