/** Rule AN5: the goodbye of a peer. */
import { BadSignature, MalformedMessage } from '../../../../shared/errors.ts'
import { idBytes, KEY_BYTES, networkIdOf, peerIdOf, publicKeyOf } from '../../../../shared/ids.ts'
import type { Departure, Heard } from '../../announce/heard.ts'
import { ownBuffer } from '../../base/bytes.ts'
import { SIGNATURE_BYTES } from '../../entry/entry.ts'
import type { Signatures } from '../../ports.ts'
import { signedMessage } from './signed-message.ts'
import { decodeMessage } from './wire/decode.ts'
import { Departure as WireDeparture } from './wire/generated/discovery.js'

/** The goodbye of the peer whose secret it is: the bytes and the signature over them. */
export function signDeparture(
  departure: Departure,
  secret: Uint8Array,
  signatures: Pick<Signatures, 'sign'>,
): { departure: Uint8Array<ArrayBuffer>; signature: Uint8Array<ArrayBuffer> } {
  const bytes = WireDeparture.encode({
    networkId: ownBuffer(idBytes(departure.networkId)),
    publicKey: ownBuffer(publicKeyOf(departure.peerId)),
    ...departure.lastVersion,
    timestamp: departure.timestamp,
  })
  const signature = signatures.sign(secret, signedMessage('peerscope/departure/1', bytes))
  return { departure: ownBuffer(bytes), signature: ownBuffer(signature) }
}

/** @throws MalformedMessage, BadSignature when the signature has not the length of one */
export function parseDeparture(bytes: Uint8Array, signature: Uint8Array): Extract<Heard, { kind: 'departure' }> {
  if (signature.length !== SIGNATURE_BYTES) throw new BadSignature('a departure is not signed')
  const { publicKey, networkId, startedAt, updatedAt, timestamp } = decodeMessage(WireDeparture, bytes)
  if (publicKey.length !== KEY_BYTES || networkId.length !== KEY_BYTES) {
    throw new MalformedMessage('a departure names no peer or no network')
  }
  const times = [startedAt, updatedAt, timestamp]
  if (!times.every((time) => Number.isSafeInteger(time) && time >= 0))
    throw new MalformedMessage('a departure has no times')
  return {
    kind: 'departure',
    departure: {
      peerId: peerIdOf(publicKey),
      networkId: networkIdOf(networkId),
      lastVersion: { startedAt, updatedAt },
      timestamp,
    },
    claim: { publicKey, message: signedMessage('peerscope/departure/1', bytes), signature },
  }
}
