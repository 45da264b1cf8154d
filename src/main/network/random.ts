import { randomBytes } from 'node:crypto'
import type { Random } from '../discovery/ports.ts'

/** The system's random source. Jitter needs no cryptography, keys do. */
export const systemRandom: Random = {
  number: () => Math.random(),
  bytes: (length) => new Uint8Array(randomBytes(length)),
}
