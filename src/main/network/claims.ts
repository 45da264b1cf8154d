/** How claims of signatures go to another thread: as one piece of memory, which is handed over and not copied. */
import type { SignatureClaim } from '../discovery/ports.ts'

const KEY_BYTES = 32
const SIGNATURE_BYTES = 64
/** The length of the message, and what stands before it. */
const HEAD_BYTES = 4 + KEY_BYTES + SIGNATURE_BYTES

/** Claims whose key and signature have their lengths, others cannot be packed. */
export function packClaims(claims: readonly SignatureClaim[]): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(claims.reduce((sum, { message }) => sum + HEAD_BYTES + message.length, 0))
  const view = new DataView(packed.buffer)
  let at = 0
  for (const { publicKey, signature, message } of claims) {
    view.setUint32(at, message.length)
    packed.set(publicKey, at + 4)
    packed.set(signature, at + 4 + KEY_BYTES)
    packed.set(message, at + HEAD_BYTES)
    at += HEAD_BYTES + message.length
  }
  return packed
}

/** Views of what was packed, in its order. */
export function* packedClaims(packed: Uint8Array): Generator<SignatureClaim> {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  for (let at = 0; at < packed.length;) {
    const end = at + HEAD_BYTES + view.getUint32(at)
    yield {
      publicKey: packed.subarray(at + 4, at + 4 + KEY_BYTES),
      signature: packed.subarray(at + 4 + KEY_BYTES, at + HEAD_BYTES),
      message: packed.subarray(at + HEAD_BYTES, end),
    }
    at = end
  }
}

/** Whether it can be packed; what cannot is no signature. */
export function hasLengths({ publicKey, signature }: SignatureClaim): boolean {
  return publicKey.length === KEY_BYTES && signature.length === SIGNATURE_BYTES
}
