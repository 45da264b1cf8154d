/** What is thrown at decoders: noise, and valid inputs with a few things wrong. */
import * as fc from 'fast-check'

/** One thing done to an input. Positions and sizes are shares of its length. */
interface Edit {
  readonly kind: 'flip' | 'cut' | 'drop' | 'repeat' | 'insert' | 'overwrite'
  readonly at: number
  readonly share: number
  readonly bytes: Uint8Array
}

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('flip', 'cut', 'drop', 'repeat', 'insert', 'overwrite'),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  share: fc.double({ min: 0, max: 0.3, noNaN: true }),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 12 }),
    // What ends length fields: huge, negative and over-long varints.
    fc.constantFrom(
      Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f),
      Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01),
      Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00),
      Uint8Array.of(0),
    ),
  ),
})

function applied(input: Uint8Array, { kind, at, share, bytes }: Edit): Uint8Array {
  const from = Math.floor(at * input.length)
  const to = Math.min(input.length, from + 1 + Math.floor(share * input.length))
  const [head, middle, tail] = [input.subarray(0, from), input.subarray(from, to), input.subarray(to)]
  switch (kind) {
    case 'flip': {
      const flipped = Uint8Array.from(input)
      if (from < flipped.length) flipped[from] = (flipped[from] ?? 0) ^ (1 << ((bytes[0] ?? 0) % 8))
      return flipped
    }
    case 'cut':
      return Uint8Array.from(head)
    case 'drop':
      return joined(head, tail)
    case 'repeat':
      return joined(head, middle, middle, tail)
    case 'insert':
      return joined(head, bytes, middle, tail)
    case 'overwrite':
      return joined(head, bytes, input.subarray(Math.min(input.length, from + bytes.length)))
    default:
      return kind satisfies never
  }
}

/** The parts one after the other. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Valid inputs as they are or with up to four edits, and noise. */
export function bytesLike(samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const edited = fc
    .tuple(fc.constantFrom(...samples), fc.array(edit, { maxLength: 4 }))
    .map(([sample, edits]) => edits.reduce(applied, sample))
  return fc.oneof({ arbitrary: edited, weight: 7 }, { arbitrary: fc.uint8Array({ maxLength: 400 }), weight: 1 })
}

/** The same for texts. */
export function textLike(samples: readonly string[], words: readonly string[]): fc.Arbitrary<string> {
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()
  const edited = bytesLike(samples.map((sample) => encoder.encode(sample))).map((bytes) => decoder.decode(bytes))
  const composed = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 6 })), { maxLength: 12 })
  return fc.oneof(
    edited,
    composed.map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 80 }),
  )
}
