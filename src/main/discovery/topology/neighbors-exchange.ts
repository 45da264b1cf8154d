/** Rule TP1: the two sides of a request for neighbors, as machines. */
import { StreamFailed } from '../../../shared/errors.ts'
import type { NeighborsCodec } from '../dialect.ts'
import type { Exchange, ExchangeAction, ExchangeInput } from '../exchange/exchange.ts'
import { failing, unexpected } from '../exchange/exchange.ts'
import { NEIGHBORS_MAX_IDS } from '../limits.ts'
import type { NeighborsAnswer } from './neighbors.ts'

/** The asking side. */
export class NeighborsAsker implements Exchange<NeighborsAnswer> {
  readonly #codec: NeighborsCodec

  constructor(codec: NeighborsCodec) {
    this.#codec = codec
  }

  step(input: ExchangeInput): ExchangeAction<NeighborsAnswer> {
    return failing(() => {
      if (input.kind === 'begin') return { kind: 'send', message: this.#codec.encodeRequest() }
      if (input.kind === 'ended') throw new StreamFailed('the peer does not tell its neighbors')
      if (input.kind !== 'message') throw unexpected('a request for neighbors', input)
      return { kind: 'done', result: this.#codec.decodeAnswer(input.bytes) }
    })
  }
}

/** The answering side: at most 64 ids in all. The result is the size of the answer in bytes. */
export class NeighborsAnswerer implements Exchange<number> {
  readonly #answer: () => NeighborsAnswer
  readonly #codec: NeighborsCodec

  /** @param answer who they are, asked for once a whole request is there */
  constructor(answer: () => NeighborsAnswer, codec: NeighborsCodec) {
    this.#answer = answer
    this.#codec = codec
  }

  step(input: ExchangeInput): ExchangeAction<number> {
    return failing(() => {
      if (input.kind === 'begin') return { kind: 'read' }
      if (input.kind === 'ended') throw new StreamFailed('the peer ended its request early')
      if (input.kind !== 'message') throw unexpected('the answer to a request for neighbors', input)
      this.#codec.checkRequest(input.bytes)
      const answer = this.#answer()
      const neighbors = answer.neighbors.slice(0, NEIGHBORS_MAX_IDS / 2)
      const connected = answer.connected.slice(0, NEIGHBORS_MAX_IDS - neighbors.length)
      const last = this.#codec.encodeAnswer({ neighbors, connected })
      return { kind: 'done', result: last.length, last }
    })
  }
}
