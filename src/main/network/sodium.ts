/**
 * libsodium's Ed25519 is 2.5 times as fast as OpenSSL's, which besides wants an object made of each key. It is loaded where there is much
 * to verify: with a catalog or after a while, not with the first peer.
 */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** What is used of the native part of sodium-native, whose version is pinned for it. Each argument is a buffer, with where in it the bytes begin and how many they are. */
export interface SodiumAddon {
  crypto_sign_verify_detached(...parts: [...signature: Part, ...message: Part, ...publicKey: Part]): boolean
}

type Part = [buffer: ArrayBufferLike, from: number, length: number]

/** @returns whether the signature holds; throws for a signature or key of another length */
export type Verify = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean

/** A verifier that is loaded when it is needed. */
export interface LateVerifier {
  /** Null until it is loaded, and where this machine has no build of it. */
  readonly verify: Verify | null
  /** Fine where it cannot be loaded. */
  load(): void
}

/** An empty message that the secret of 32 zeros signed. */
const SAMPLE = {
  publicKey: '3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29',
  signature:
    '8f895b3cafe2c9506039d0e2a66382568004674fe8d237785092e40d6aaf483e4fc60168705f31f101596138ce21aa357c0d32a064f423dc3ee4aa3abf53f803',
}

/** libsodium's; one for each thread. */
export const libsodium: LateVerifier = new (class implements LateVerifier {
  verify: Verify | null = null
  #loaded = false

  load(): void {
    if (this.#loaded) return
    this.#loaded = true
    try {
      this.verify = verifierOf(addon())
    } catch {
      // There is none for this platform: OpenSSL goes on.
    }
  }
})()

/**
 * Only the native part: to load the rest of the package, which looks for it in many places, takes ten times as long, and where there is no
 * build for this machine it goes on to look in each folder above, up to the root, where anybody may have put something.
 */
function addon(): SodiumAddon {
  const require = createRequire(import.meta.url)
  const folder = join(dirname(require.resolve('sodium-native')), 'prebuilds', `${process.platform}-${process.arch}`)
  return require(join(folder, 'sodium-native.node')) as SodiumAddon
}

/** @returns null for an addon that does not verify, as another version of it may: this is not the part of the package that is documented */
export function verifierOf(addon: SodiumAddon): Verify | null {
  const verify: Verify = (signature, message, publicKey) => {
    if (signature.length !== 64 || publicKey.length !== 32) throw new RangeError('not the length of a signature or key')
    return addon.crypto_sign_verify_detached(
      signature.buffer,
      signature.byteOffset,
      signature.byteLength,
      message.buffer,
      message.byteOffset,
      message.byteLength,
      publicKey.buffer,
      publicKey.byteOffset,
      publicKey.byteLength,
    )
  }
  return holds(verify, null) && !holds(verify, 0) ? verify : null
}

/** Whether it takes the sample, or one with another byte in its place. */
function holds(verify: Verify, changed: number | null): boolean {
  const signature = Uint8Array.from(Buffer.from(SAMPLE.signature, 'hex'))
  if (changed !== null) signature[changed] = (signature[changed] ?? 0) ^ 1
  return verify(signature, new Uint8Array(0), Buffer.from(SAMPLE.publicKey, 'hex'))
}
