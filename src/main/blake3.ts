/**
 * BLAKE3 for messages: each copy of a gossip message and each entry of a sync is hashed. WebAssembly takes a sixth of the time that
 * JavaScript does, and a tenth before V8 has compiled that.
 */
import { blake3 as plain } from '@noble/hashes/blake3.js'
import { createBLAKE3 } from 'hash-wasm'

/** Hashes the parts as one. */
export type Hash = (...parts: readonly Uint8Array[]) => Uint8Array

export const plainBlake3: Hash = (...parts) => {
  const hash = plain.create()
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Compiles it, in another thread. Rejects where WebAssembly may not run. */
export async function loadBlake3(): Promise<Hash> {
  const hasher = await createBLAKE3()
  return (...parts) => {
    hasher.init()
    for (const part of parts) hasher.update(part)
    return hasher.digest('binary')
  }
}

/** So many are worth its loading: a few milliseconds of a core, just when a node that starts needs both. */
const MANY = 64

let current = plainBlake3
let hashed = 0

/** The 32 bytes of BLAKE3 over the parts, one after the other. What is fast is loaded where much is hashed. */
export function blake3(...parts: readonly Uint8Array[]): Uint8Array {
  hashed += 1
  if (hashed === MANY) {
    loadBlake3().then(
      (fast) => {
        current = fast
        return undefined
      },
      // Without WebAssembly JavaScript goes on.
      () => undefined,
    )
  }
  return current(...parts)
}
