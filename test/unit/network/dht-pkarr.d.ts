/** The packet functions of pkarr; its types do not cover its files. */
declare module 'pkarr/lib/signed_packet.js' {
  import type { Packet } from 'dns-packet'

  interface KeyPair {
    readonly publicKey: Uint8Array
    readonly secretKey: Uint8Array
  }
  interface Bep44Args {
    readonly k: Uint8Array
    readonly seq: number
    readonly v: Uint8Array
    readonly sig: Uint8Array
  }
  export default class SignedPacket {
    static fromPacket(keypair: KeyPair, packet: Packet, options?: { readonly timestamp?: number }): SignedPacket
    static fromBep44Args(args: Bep44Args): SignedPacket
    bep44Args(): Bep44Args
    timestamp(): number
    size(): number
    resourceRecords(name: string): { readonly name: string; readonly ttl: number; readonly data: Uint8Array[] }[]
  }
}
declare module 'pkarr/lib/tools.js' {
  export function generateKeyPair(seed: Uint8Array): { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array }
}
