import { fromString } from 'uint8arrays'
import { blake3 } from '../../../blake3.ts'

/** Rule EN4: what is signed stands under a context of its own for each kind of message. */
export type SignatureContext = 'peerscope/entry/1' | 'peerscope/departure/1'

/** Rule EN4: the message that is signed, `BLAKE3(context ‖ 0 ‖ bytes)`. */
export function signedMessage(context: SignatureContext, bytes: Uint8Array): Uint8Array {
  return blake3(fromString(`${context}\0`, 'utf8'), bytes)
}
