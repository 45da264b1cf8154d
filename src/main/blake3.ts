/**
 * BLAKE3 for messages: each copy of a gossip message and each entry of a sync is hashed. WebAssembly takes a sixth of the time that
 * JavaScript does, and a tenth before V8 has compiled that.
 */
import { blake3 as plain } from '@noble/hashes/blake3.js'
// Not when it is needed: a bundle leaves out the other hashes of the package, 200 KB, only of what is imported at the top.
import { createBLAKE3 } from 'hash-wasm'

/** Hashes the parts as one. */
export type Hash = (...parts: readonly Uint8Array[]) => Uint8Array

export const plainBlake3: Hash = (...parts) => {
  const hash = plain.create()
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** In WebAssembly, which is compiled in another thread. Rejects where it may not run. */
export async function loadBlake3(): Promise<Hash> {
  const hasher = await createBLAKE3()
  return (...parts) => {
    hasher.init()
    for (const part of parts) hasher.update(part)
    return hasher.digest('binary')
  }
}

/** From so many on it is loaded: that takes a few milliseconds of a core, just when a node that starts needs it. */
const MANY = 64

/** JavaScript first, and WebAssembly once there is much to hash. Where that cannot be loaded JavaScript goes on. */
export function lateBlake3(load: () => Promise<Hash> = loadBlake3): Hash {
  let current = plainBlake3
  let hashed = 0
  return (...parts) => {
    hashed += 1
    if (hashed === MANY) {
      load().then(
        (fast) => {
          current = fast
          return undefined
        },
        () => undefined,
      )
    }
    return current(...parts)
  }
}

/** The 32 bytes of BLAKE3 over the parts, one after the other. */
export const blake3 = lateBlake3()
