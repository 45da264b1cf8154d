import { hash } from 'node:crypto'
import { Cancelled, InvalidSecretKey } from '../../src/shared/errors.ts'
import type { SignatureClaim, Signatures } from '../../src/main/discovery/ports.ts'

/** One claim is looked at by every node of a simulation; it never changes. */
const verdicts = new WeakMap<SignatureClaim, boolean>()

/**
 * A stand-in for Ed25519 where cryptography is not what is simulated: a key's signature of a message is a hash of both, and
 * whoever was not given the secret cannot be caught, for nobody in a simulation forges. What tests forge, they forge by
 * bytes that are no such hash.
 */
export function simSignatures(): Signatures {
  const verify = (claim: SignatureClaim): boolean => {
    const known = verdicts.get(claim)
    if (known !== undefined) return known
    const { publicKey, message, signature } = claim
    const good = publicKey.length === 32 ? signatureOf(publicKey, message) : new Uint8Array(0)
    const verdict =
      good.length === 64 && signature.length === good.length && good.every((byte, index) => byte === signature[index])
    verdicts.set(claim, verdict)
    return verdict
  }
  return {
    publicKey: (secret) => publicKeyOf(secret),
    sign: (secret, message) => signatureOf(publicKeyOf(secret), message),
    verify,
    expectMany: () => undefined,
    verifyAll: (claims, signal) =>
      signal.aborted ? Promise.reject(new Cancelled('cancelled')) : Promise.resolve(claims.map(verify)),
  }
}

function publicKeyOf(secret: Uint8Array): Uint8Array {
  if (secret.length !== 32) throw new InvalidSecretKey('a secret key has 32 bytes')
  return Uint8Array.from(hash('sha256', Uint8Array.of(1, ...secret), 'buffer'))
}

function signatureOf(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(64)
  bytes.set(publicKey)
  bytes.set(message, 32)
  return Uint8Array.from(hash('sha512', bytes, 'buffer'))
}
