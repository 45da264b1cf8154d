/** Rule AN5: the goodbye of a peer. */
import { BadSignature, MalformedMessage } from '../../../shared/errors.ts'
import type { NetworkId, PeerId } from '../../../shared/ids.ts'
import { idBytes, KEY_BYTES, networkIdOf, peerIdOf, publicKeyOf } from '../../../shared/ids.ts'
import type { Version } from '../../../shared/peer.ts'
import { SIGNATURE_BYTES, signedMessage } from '../entry/entry.ts'
import type { Signatures } from '../ports.ts'
import { ownBuffer } from '../base/bytes.ts'
import { decodeMessage } from '../wire/decode.ts'
import { Departure } from '../wire/generated/discovery.js'

/** A decoded goodbye. Its signature was not yet looked at. */
export interface ParsedDeparture {
  readonly peerId: PeerId
  readonly networkId: NetworkId
  readonly lastVersion: Version
  /** Milliseconds since the epoch. */
  readonly timestamp: number
}

/** The goodbye of the peer whose secret it is: the bytes and the signature over them. */
export function signDeparture(
  departure: ParsedDeparture,
  secret: Uint8Array,
  signatures: Pick<Signatures, 'sign'>,
): { departure: Uint8Array<ArrayBuffer>; signature: Uint8Array<ArrayBuffer> } {
  const bytes = Departure.encode({
    networkId: ownBuffer(idBytes(departure.networkId)),
    publicKey: ownBuffer(publicKeyOf(departure.peerId)),
    ...departure.lastVersion,
    timestamp: departure.timestamp,
  })
  const signature = signatures.sign(secret, signedMessage('peerscope/departure/1', bytes))
  return { departure: ownBuffer(bytes), signature: ownBuffer(signature) }
}

/** @throws MalformedMessage, BadSignature when the signature has not the length of one */
export function parseDeparture(bytes: Uint8Array, signature: Uint8Array): ParsedDeparture {
  if (signature.length !== SIGNATURE_BYTES) throw new BadSignature('a departure is not signed')
  const wire = decodeMessage(Departure, bytes)
  if (wire.publicKey.length !== KEY_BYTES || wire.networkId.length !== KEY_BYTES) {
    throw new MalformedMessage('a departure names no peer or no network')
  }
  const times = [wire.startedAt, wire.updatedAt, wire.timestamp]
  if (!times.every((time) => Number.isSafeInteger(time) && time >= 0))
    throw new MalformedMessage('a departure has no times')
  return {
    peerId: peerIdOf(wire.publicKey),
    networkId: networkIdOf(wire.networkId),
    lastVersion: { startedAt: wire.startedAt, updatedAt: wire.updatedAt },
    timestamp: wire.timestamp,
  }
}

/** Whether the peer that says goodbye signed these bytes. */
export function isSignedDeparture(
  bytes: Uint8Array,
  signature: Uint8Array,
  peerId: PeerId,
  signatures: Pick<Signatures, 'verify'>,
): boolean {
  return signatures.verify({
    publicKey: publicKeyOf(peerId),
    message: signedMessage('peerscope/departure/1', bytes),
    signature,
  })
}
