/** The part of sodium-native 5 that is used; it has no types of its own. */
declare module 'sodium-native' {
  const sodium: {
    /** @throws Error for a signature or key of another length */
    crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean
  }
  export default sodium
}
