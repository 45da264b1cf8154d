/** Rule TP1: the messages of a request for neighbors. */
import { MalformedMessage } from '../../../../shared/errors.ts'
import type { PeerId } from '../../../../shared/ids.ts'
import { KEY_BYTES, peerIdOf, publicKeyOf } from '../../../../shared/ids.ts'
import { ownBuffer } from '../../base/bytes.ts'
import type { NeighborsCodec } from '../../dialect.ts'
import { decodeMessage } from './wire/decode.ts'
import { NeighborsAnswer, NeighborsRequest } from './wire/generated/discovery.js'

export const neighborsCodec: NeighborsCodec = {
  encodeRequest: () => NeighborsRequest.encode({}),
  checkRequest: (message) => void decodeMessage(NeighborsRequest, message),
  encodeAnswer: ({ neighbors, connected }) =>
    NeighborsAnswer.encode({ neighbors: neighbors.map(keyOf), connected: connected.map(keyOf) }),
  decodeAnswer: (message) => {
    const { neighbors, connected } = decodeMessage(NeighborsAnswer, message)
    return { neighbors: idsOf(neighbors), connected: idsOf(connected) }
  },
}

function keyOf(peerId: PeerId): Uint8Array<ArrayBuffer> {
  return ownBuffer(publicKeyOf(peerId))
}

function idsOf(keys: readonly Uint8Array[]): readonly PeerId[] {
  if (!keys.every((key) => key.length === KEY_BYTES))
    throw new MalformedMessage('an answer names something that is no peer')
  return [...new Set(keys.map(peerIdOf))]
}
