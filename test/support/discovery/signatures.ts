import { createRequire } from 'node:module'
import type { SignatureClaim, Signatures } from '../../../src/main/discovery/ports.ts'

/** What is used of sodium-native, which has no types. It throws for what has another length. */
interface Sodium {
  crypto_sign_seed_keypair(publicKey: Uint8Array, pair: Uint8Array, seed: Uint8Array): void
  crypto_sign_detached(signature: Uint8Array, message: Uint8Array, pair: Uint8Array): void
  crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean
}

/** OpenSSL takes thirty times as long to make a key, and tests name thousands of peers. */
const sodium = createRequire(import.meta.url)('sodium-native') as Sodium

/** Ed25519 for unit tests, with a count of what was verified. */
export class TestSignatures implements Signatures {
  verified = 0
  /** How often many were expected. */
  expected = 0
  readonly #keys = new Map<string, { readonly pair: Uint8Array; readonly publicKey: Uint8Array }>()

  publicKey(secret: Uint8Array): Uint8Array {
    return this.#key(secret).publicKey
  }

  sign(secret: Uint8Array, message: Uint8Array): Uint8Array {
    const signature = new Uint8Array(64)
    sodium.crypto_sign_detached(signature, message, this.#key(secret).pair)
    return signature
  }

  verify({ publicKey, message, signature }: SignatureClaim): boolean {
    this.verified++
    try {
      return sodium.crypto_sign_verify_detached(signature, message, publicKey)
    } catch {
      return false
    }
  }

  expectMany(): void {
    this.expected++
  }

  verifyAll(claims: readonly SignatureClaim[]): Promise<readonly boolean[]> {
    return Promise.resolve(claims.map((claim) => this.verify(claim)))
  }

  #key(secret: Uint8Array): { readonly pair: Uint8Array; readonly publicKey: Uint8Array } {
    const id = Buffer.from(secret).toString('hex')
    const known = this.#keys.get(id)
    if (known !== undefined) return known
    const made = { pair: new Uint8Array(64), publicKey: new Uint8Array(32) }
    sodium.crypto_sign_seed_keypair(made.publicKey, made.pair, secret)
    this.#keys.set(id, made)
    return made
  }
}
