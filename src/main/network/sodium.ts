/**
 * libsodium's Ed25519 is 2.5 times as fast as OpenSSL's, which besides wants an object made of each key. It takes 25 ms to load, so
 * it is loaded where many signatures have to be verified: with a catalog or after a while, not with the first peer.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * Whether there is a build for this machine. Where there is none its loader goes on to look in each folder above, up
 * to the root, where anybody may have put something.
 */
function hasBuild(): boolean {
  const folder = dirname(createRequire(import.meta.url).resolve('sodium-native'))
  return existsSync(join(folder, 'prebuilds', `${process.platform}-${process.arch}`, 'sodium-native.node'))
}

/** @returns whether the signature holds; throws for a signature or key of another length */
export type Verify = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean

/** A verifier that is loaded when it is needed. */
export interface LateVerifier {
  /** Null until it is loaded, and where this machine has no build of it. */
  readonly verify: Verify | null
  /** Fine where it cannot be loaded. */
  load(): Promise<void>
}

/** libsodium's; one for the process. */
export const libsodium: LateVerifier = new (class implements LateVerifier {
  verify: Verify | null = null
  #loading: Promise<void> | null = null

  load(): Promise<void> {
    this.#loading ??= this.#load()
    return this.#loading
  }

  async #load(): Promise<void> {
    try {
      if (!hasBuild()) return
      const { default: sodium } = await import('sodium-native')
      this.verify = (...claim) => sodium.crypto_sign_verify_detached(...claim)
    } catch {
      // There is none for this platform: OpenSSL goes on.
    }
  }
})()
