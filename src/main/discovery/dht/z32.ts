const ALPHABET = 'ybndrfg8ejkmcpqxot1uwisza345h769'

/** z-base-32, the way in which pkarr writes public keys. 32 bytes give 52 characters. */
export function z32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += ALPHABET[(value >> bits) & 31]
    }
  }
  return bits === 0 ? text : text + ALPHABET[(value << (5 - bits)) & 31]
}
