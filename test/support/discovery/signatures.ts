import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { SignatureClaim, Signatures } from '../../../src/main/discovery/ports.ts'

const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** Ed25519 for unit tests, with a count of what was verified. */
export class TestSignatures implements Signatures {
  verified = 0
  /** How often many were expected. */
  expected = 0
  readonly #keys = new Map<string, { secret: KeyObject; publicKey: Uint8Array }>()

  publicKey(secret: Uint8Array): Uint8Array {
    return this.#key(secret).publicKey
  }

  sign(secret: Uint8Array, message: Uint8Array): Uint8Array {
    return new Uint8Array(sign(null, message, this.#key(secret).secret))
  }

  verify(claim: SignatureClaim): boolean {
    this.verified++
    try {
      const key = createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, claim.publicKey]), format: 'der', type: 'spki' })
      return verify(null, claim.message, key, claim.signature)
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

  #key(secret: Uint8Array): { secret: KeyObject; publicKey: Uint8Array } {
    const id = Buffer.from(secret).toString('hex')
    const known = this.#keys.get(id)
    if (known !== undefined) return known
    const key = createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, secret]), format: 'der', type: 'pkcs8' })
    const publicKey = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32))
    const made = { secret: key, publicKey }
    this.#keys.set(id, made)
    return made
  }
}
