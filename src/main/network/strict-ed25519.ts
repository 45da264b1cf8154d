import type { SignatureClaim } from '../discovery/ports.ts'

/** The field's prime, 2^255 − 19, little-endian. */
const P = littleEndian((1n << 255n) - 19n)
/** The order of the base point, little-endian. */
const L = littleEndian((1n << 252n) + 27742317777372353535851937790883648493n)

/**
 * The y coordinates of the eight points of small order (RFC 8032 curve, cofactor 8): 0, 1, −1 and the two of order 8.
 * The sign bit is left out, so that each covers both x.
 */
const SMALL_ORDER_Y: readonly Uint8Array[] = [
  0n,
  1n,
  (1n << 255n) - 20n,
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  55188659117513257062467267217118295137698188065244968500265048394206261417927n,
].map(littleEndian)

/**
 * Whether a claim is one that all sound verifiers agree about: lengths right, S below the group order, A and R canonical
 * and not of small order (Chalkias, Garillot and Nikolaenko, "Taming the many EdDSAs", 2020). Says nothing of the equation.
 */
export function isStrict({ publicKey, signature }: SignatureClaim): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  return isSoundPoint(publicKey) && isSoundPoint(signature.subarray(0, 32)) && isBelow(signature.subarray(32), L)
}

function isSoundPoint(encoded: Uint8Array): boolean {
  // Not `slice`: that of a Buffer is a view, and the caller's bytes would lose their sign bit.
  const y = Uint8Array.from(encoded)
  y[31] = (y[31] ?? 0) & 0x7f
  return isBelow(y, P) && !SMALL_ORDER_Y.some((small) => small.every((byte, index) => byte === y[index]))
}

function isBelow(value: Uint8Array, bound: Uint8Array): boolean {
  for (let index = 31; index >= 0; index -= 1) {
    const difference = (value[index] ?? 0) - (bound[index] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

function littleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn))
}
