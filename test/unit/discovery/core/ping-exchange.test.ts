/** The two sides of a ping as machines (rule PG2): what they say to each input, without a stream or a clock. */
import { describe, expect, it } from 'vitest'
import { verifyEntry } from '../../../../src/main/discovery/entry/entry.ts'
import type { ExchangeInput } from '../../../../src/main/discovery/exchange/exchange.ts'
import { PingAnswerer, PingAsker } from '../../../../src/main/discovery/liveness/ping-exchange.ts'
import type { NetworkId, PeerId } from '../../../../src/shared/ids.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { dialect } from '../../../support/discovery/dialect.ts'
import { idOf, NETWORK, signatures, signedOf } from '../../../support/discovery/entries.ts'

const begin: ExchangeInput = { kind: 'begin' }
const message = (bytes: Uint8Array): ExchangeInput => ({ kind: 'message', bytes })
const own = signedOf('ann')

/** What the answering side says. */
function answerTo(request: Uint8Array): Uint8Array {
  const answering = new PingAnswerer(() => own, dialect)
  expect(answering.step(begin)).toEqual({ kind: 'read' })
  const answered = answering.step(message(request))
  if (answered.kind !== 'done' || answered.last === undefined) throw new Error('nothing was answered')
  return answered.last
}

describe('a ping', () => {
  it('[PG2] asks for an entry and measures from the question to the answer', () => {
    const asker = new PingAsker(own.entry.peerId, NETWORK, dialect)
    const asked = asker.step(begin, 100)
    if (asked.kind !== 'send') throw new Error('nothing was asked')
    const verify = asker.step(message(answerTo(asked.message)), 142)
    if (verify.kind !== 'verify') throw new Error('nothing to verify')
    const entries = verify.entries.map((entry) => verifyEntry(entry, signatures))
    expect(asker.step({ kind: 'verified', entries }, 900)).toMatchObject({
      kind: 'done',
      result: { rttMs: 42 },
    })
  })

  it('[PG2] fails where another peer answers, one of another network, or the signature does not hold', () => {
    const answer = message(answerTo(dialect.encodePing()))
    const asking = (peerId: PeerId, networkId: NetworkId): PingAsker => {
      const asker = new PingAsker(peerId, networkId, dialect)
      asker.step(begin, 0)
      return asker
    }
    const failed = (code: string): object => ({ kind: 'fail', error: { code } })
    expect(asking(idOf('bob'), NETWORK).step(answer, 1)).toMatchObject(failed('BadSignature'))
    const elsewhere = asking(own.entry.peerId, networkIdFrom('another'))
    expect(elsewhere.step(answer, 1)).toMatchObject(failed('DifferentNetwork'))
    const right = asking(own.entry.peerId, NETWORK)
    expect(right.step(answer, 1).kind).toBe('verify')
    expect(right.step({ kind: 'verified', entries: [null] }, 1)).toMatchObject(failed('BadSignature'))
  })
})
