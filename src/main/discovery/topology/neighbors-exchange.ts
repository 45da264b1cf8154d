/** Rule TP1: the two sides of a request for neighbors, as machines. */
import { MalformedMessage, StreamFailed } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { KEY_BYTES, peerIdOf, publicKeyOf } from '../../../shared/ids.ts'
import { ownBuffer } from '../base/bytes.ts'
import type { Exchange, ExchangeAction, ExchangeInput } from '../exchange/exchange.ts'
import { failing, unexpected } from '../exchange/exchange.ts'
import type { NeighborsAnswer } from '../handle.ts'
import { NEIGHBORS_MAX_IDS } from '../protocols.ts'
import { decodeMessage } from '../wire/decode.ts'
import { NeighborsAnswer as WireAnswer, NeighborsRequest } from '../wire/generated/discovery.js'

/** The asking side. */
export class NeighborsAsker implements Exchange<NeighborsAnswer> {
  step(input: ExchangeInput): ExchangeAction<NeighborsAnswer> {
    return failing(() => {
      if (input.kind === 'begin') return { kind: 'send', message: NeighborsRequest.encode({}) }
      if (input.kind === 'ended') throw new StreamFailed('the peer does not tell its neighbors')
      if (input.kind !== 'message') throw unexpected('a request for neighbors', input)
      const wire = decodeMessage(WireAnswer, input.bytes)
      return { kind: 'done', result: { neighbors: idsOf(wire.neighbors), connected: idsOf(wire.connected) } }
    })
  }
}

/** The answering side: at most 64 ids in all. The result is the size of the answer in bytes. */
export class NeighborsAnswerer implements Exchange<number> {
  readonly #answer: () => NeighborsAnswer

  /** @param answer who they are, asked for once a whole request is there */
  constructor(answer: () => NeighborsAnswer) {
    this.#answer = answer
  }

  step(input: ExchangeInput): ExchangeAction<number> {
    return failing(() => {
      if (input.kind === 'begin') return { kind: 'read' }
      if (input.kind === 'ended') throw new StreamFailed('the peer ended its request early')
      if (input.kind !== 'message') throw unexpected('the answer to a request for neighbors', input)
      decodeMessage(NeighborsRequest, input.bytes)
      const answer = this.#answer()
      const neighbors = answer.neighbors.slice(0, NEIGHBORS_MAX_IDS / 2)
      const connected = answer.connected.slice(0, NEIGHBORS_MAX_IDS - neighbors.length)
      const last = WireAnswer.encode({ neighbors: neighbors.map(keyOf), connected: connected.map(keyOf) })
      return { kind: 'done', result: last.length, last }
    })
  }
}

function keyOf(peerId: PeerId): Uint8Array<ArrayBuffer> {
  return ownBuffer(publicKeyOf(peerId))
}

function idsOf(keys: readonly Uint8Array[]): readonly PeerId[] {
  if (!keys.every((key) => key.length === KEY_BYTES))
    throw new MalformedMessage('an answer names something that is no peer')
  return [...new Set(keys.map(peerIdOf))]
}
