import { describe, expect, it } from 'vitest'
import { LimitExceeded } from '../../../../src/shared/errors.ts'
import { CutShort, FrameReader, PIECE_BYTES, writeFrame } from '../../../../src/main/network/iroh/bytes.ts'

/** Gives these pieces one after the other, then the end. */
function source(...pieces: readonly (readonly number[])[]): {
  read(limit: number): Promise<readonly number[]>
  readonly asked: number[]
} {
  const left = pieces.map((piece) => [...piece])
  const asked: number[] = []
  return {
    asked,
    read: (limit) => {
      asked.push(limit)
      const [first] = left
      if (first === undefined) return Promise.resolve([])
      const taken = first.splice(0, limit)
      if (first.length === 0) left.shift()
      return Promise.resolve(taken)
    },
  }
}

describe('frames', () => {
  it('come whole and in order, however they are cut into pieces', async () => {
    const bytes = [0, 0, 0, 2, 7, 8, 0, 0, 0, 0, 0, 0, 0, 1, 9]
    for (let size = 1; size <= bytes.length; size += 1) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.slice(at * size, (at + 1) * size),
      )
      const reader = new FrameReader(source(...pieces), 10)
      expect([await reader.next(), await reader.next(), await reader.next(), await reader.next()]).toEqual([
        Uint8Array.of(7, 8),
        new Uint8Array(0),
        Uint8Array.of(9),
        null,
      ])
      expect(reader.isWithin).toBe(false)
    }
  })

  it('that end within themselves are told from an end between them', async () => {
    for (const bytes of [[0], [0, 0, 0], [0, 0, 0, 2], [0, 0, 0, 2, 1]]) {
      const reader = new FrameReader(source(bytes), 10)
      await expect(reader.next()).rejects.toBeInstanceOf(CutShort)
      expect(reader.isWithin).toBe(true)
    }
  })

  it('[MO32] over the limit are refused by their length, before they are read', async () => {
    const { asked, read } = source([0, 0, 0, 11], ...Array.from({ length: 3 }, () => [1, 2, 3, 4, 5]))
    await expect(new FrameReader({ read }, 10).next()).rejects.toBeInstanceOf(LimitExceeded)
    expect(asked).toHaveLength(1)
    const largest = source([0, 0, 0, 10], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(await new FrameReader(largest, 10).next()).toHaveLength(10)
    // Four gigabytes that are only promised take no memory.
    await expect(new FrameReader(source([255, 255, 255, 255]), 2 ** 32).next()).rejects.toBeInstanceOf(CutShort)
  })

  it('are written in pieces that do not hold up the event loop, and read back', async () => {
    const message = Uint8Array.from({ length: 3 * PIECE_BYTES + 5 }, (_, index) => index & 0xff)
    for (const length of [0, 1, PIECE_BYTES - 4, PIECE_BYTES - 3, message.length]) {
      const written: number[][] = []
      const sink = { writeAll: (bytes: number[]) => Promise.resolve(void written.push(bytes)) }
      await writeFrame(sink, message.subarray(0, length))
      expect(Math.max(...written.map((piece) => piece.length))).toBeLessThanOrEqual(PIECE_BYTES)
      expect(await new FrameReader(source(...written), length).next()).toEqual(message.slice(0, length))
    }
  })
})
