/** Rule DH1: the slots of a network in the DHT. Whoever knows the network can read and write them. */
import type { NetworkId } from '../../../shared/ids.ts'
import { derive, idBytes } from '../../../shared/ids.ts'
import type { NetworkKind } from '../../../shared/network-kind.ts'

/** Slots of a chain. */
export const SLOTS = 16

/** One slot. Its secret signs what stands in it. */
export interface Slot {
  readonly index: number
  /** 32-byte Ed25519 secret. */
  readonly secret: Uint8Array
  readonly publicKey: Uint8Array
}

/** The id of slot 0. Networks of the two kinds with the same id have chains of their own. */
export function chainRoot(networkId: NetworkId, kind: NetworkKind): Uint8Array {
  return kind === 'mosaik' ? idBytes(networkId) : derive(idBytes(networkId), 'peerscope/libp2p')
}

/** The slots from their root on. `publicKeyOf` gives the public key of an Ed25519 secret. */
export function slotChain(root: Uint8Array, publicKeyOf: (secret: Uint8Array) => Uint8Array): readonly Slot[] {
  const slots: Slot[] = []
  let secret = root
  for (let index = 0; index < SLOTS; index += 1) {
    slots.push({ index, secret, publicKey: publicKeyOf(secret) })
    secret = derive(secret, secret)
  }
  return slots
}
