/** Syncs in which a newcomer is sent the whole catalog (rule SY12). */
import { compare } from 'uint8arrays'
import { beforeEach, describe, expect, it } from 'vitest'
import { SyncFailed } from '../../../src/shared/errors.ts'
import type { SyncAnswer } from '../../../src/main/discovery/dialects/peerscope/wire/generated/sync.js'
import { keyOf, many, newer, pageWith, signed } from './sync-fixtures.ts'
import { CountingSignatures, SyncPair } from './sync-pair.ts'

let signatures: CountingSignatures
let pair: SyncPair
beforeEach(() => {
  signatures = new CountingSignatures()
  pair = new SyncPair(signatures)
})

describe('a sync with a newcomer', () => {
  it.each([
    ['a newcomer', 0, true],
    ['one that has less than a quarter', 274, true],
    ['one that has a quarter', 275, false],
  ])('[SY12] sends %s all, page by page: %s', async (_, has, all) => {
    pair.give(many(0, has), [], many(has, 1100))
    const { asked, answered } = await pair.run()
    expect([asked, answered]).toMatchObject([{ received: 1100 - has, sent: 0 }, { received: 0 }])
    expect(pair.asker.entries.size).toBe(1100)
    expect(pair.sent.filter(({ from }) => from === 'asker').length === 3).toBe(all)
    // What is known is sent with the rest and not verified.
    expect(signatures.verified).toBe(1100 - has)
    expect(answered).toMatchObject({ sent: all ? 1100 : 1100 - has })
  })

  it('[SY12] compares with one of an earlier version, which does not take all', async () => {
    pair.give([], [], many(0, 600))
    const compare = { root: { prefix: '', count: 0, fingerprint: new Uint8Array(16) } }
    const answers: SyncAnswer[] = []
    await pair.askBy([{ compare }], answers)
    expect(answers).toMatchObject([{ ranges: { items: [] } }])
  })

  it('[SY12] compares where it must not be sent all, and takes no page for an answer then', async () => {
    pair.orAll = false
    pair.give([], [], many(0, 600))
    await pair.run()
    expect(pair.asker.entries.size).toBe(600)
    expect(pair.sent.filter(({ from }) => from === 'asker').length).toBeGreaterThan(3)
    pair = new SyncPair(signatures)
    pair.orAll = false
    expect(await pair.answerBy(() => ({ page: pageWith(signed(1)) }))).toBeInstanceOf(SyncFailed)
  })

  it('[SY12, SY1] brings a peer that sends all what it lacks, and the newer version of each', async () => {
    pair.give([signed(0)], [signed(1, newer), signed(2), signed(1500)], [signed(1), signed(2, newer), ...many(3, 600)])
    const { asked, answered } = await pair.run()
    expect([asked, answered]).toMatchObject([{ received: 598 }, { received: 2 }])
    expect(pair.asker.picture()).toEqual(pair.answerer.picture())
    expect(pair.asker.entries.size).toBe(601)
    expect(pair.asker.entries.get(signed(1).entry.peerId)?.entry.version).toEqual(newer.version)
  })

  it('[SY12, SY2] sends all but what may not be sent any more, and ends well all the same', async () => {
    pair.give([], [], many(0, 1200))
    const inOrder = [...pair.answerer.index.inOrder()]
    // More than a page of them in one place, and those that would be the last.
    for (const peerId of [...inOrder.slice(100, 700), ...inOrder.slice(-20)]) pair.answerer.withheld.add(peerId)
    const { asked } = await pair.run()
    expect(asked).toMatchObject({ received: 580 })
  })

  it('[SY12, SY4] that sends all in another order, or the same once more, is refused; what came before stays', async () => {
    const [first, second, third] = many(0, 3).toSorted((one, other) =>
      compare(keyOf(one.entry.peerId), keyOf(other.entry.peerId)),
    )
    if (first === undefined || second === undefined || third === undefined) throw new Error('three are made')
    for (const next of [first, second]) {
      pair = new SyncPair(signatures)
      const asked = await pair.answerBy((request, round) => {
        if (round === 0) return { page: { ...pageWith(second), left: 1 } }
        expect(request.onward?.publicKey).toEqual(keyOf(second.entry.peerId))
        return { page: pageWith(next, third) }
      })
      expect(asked).toBeInstanceOf(SyncFailed)
      expect([...pair.asker.entries.keys()]).toEqual([second.entry.peerId])
    }
  })

  it('[SY12, CT8] compares where there is no room for all that the peer has', async () => {
    pair.give([], [], many(0, 600))
    pair.asker.hasRoom = () => false
    pair.asker.isNews = () => false
    expect(await pair.run()).toMatchObject({ asked: { received: 0 }, answered: { sent: 0 } })
  })

  it('[SY4] that asks for page after page is refused over 50,001 entries', async () => {
    pair.give([], [], many(0, 600))
    const compare = { root: { prefix: '', count: 0, fingerprint: new Uint8Array(16) }, orAll: true }
    const onward = { publicKey: new Uint8Array(32) }
    const answers: SyncAnswer[] = []
    const requests = [{ compare }, ...Array.from({ length: 98 }, () => ({ onward }))]
    expect(await pair.askBy(requests, answers)).toBeInstanceOf(SyncFailed)
    expect(answers.reduce((sum, { page }) => sum + (page?.entries.length ?? 0), 0)).toBe(50_001)
  })

  it('[SY4, SY8] that asks for a further page before the first one is refused', async () => {
    pair.give([], [], many(0, 60))
    expect(await pair.askBy([{ onward: { publicKey: new Uint8Array(32).fill(255) } }])).toBeInstanceOf(SyncFailed)
  })
})
