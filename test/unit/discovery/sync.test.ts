import { beforeEach, describe, expect, it } from 'vitest'
import { LimitExceeded, MalformedMessage, SyncFailed, Timeout } from '../../../src/shared/errors.ts'
import { publicKeyOf } from '../../../src/shared/ids.ts'
import { RECONCILE_BOUNDS } from '../../../src/main/discovery/dialects/peerscope/sync/bounds.ts'
import type { SignedPeerEntry } from '../../../src/main/discovery/entry/entry.ts'
import { ENTRIES_AT_ONCE } from '../../../src/main/discovery/exchange/intake.ts'
import { SYNC_BOUNDS } from '../../../src/main/discovery/sync/bounds.ts'
import { SyncMeter } from '../../../src/main/discovery/dialects/peerscope/sync/parts.ts'
import { SYNC_LIMITS } from '../../../src/main/discovery/dialects/peerscope/protocols.ts'
import type { SyncAnswer, SyncRequest } from '../../../src/main/discovery/dialects/peerscope/wire/generated/sync.js'
import { item, keyOf, many, NETWORK, newer, pageWith, signed } from './sync-fixtures.ts'
import { CountingSignatures, SyncPair } from './sync-pair.ts'

let signatures: CountingSignatures
let pair: SyncPair
beforeEach(() => {
  signatures = new CountingSignatures()
  pair = new SyncPair(signatures)
})
const bytes = (): number => pair.sent.reduce((sum, one) => sum + one.bytes, 0)

describe('a sync', () => {
  it('[SY1] leaves both sides with the union, the newer version of each', async () => {
    pair.give(many(0, 300), [...many(300, 350), signed(1, newer)], [...many(400, 480), signed(2, newer)])
    const { asked, answered } = await pair.run()
    expect(pair.asker.picture()).toEqual(pair.answerer.picture())
    expect(pair.asker.entries.size).toBe(430)
    expect(pair.asker.entries.get(signed(2).entry.peerId)?.entry.version).toEqual(newer.version)
    expect(asked).toMatchObject({ received: 81, sent: 51, bytes: bytes() })
    expect(answered).toMatchObject({ received: 51, sent: 81 })
  })

  it('[SY1] with an empty side, or both, works as well', async () => {
    pair.give([], [], many(0, 200))
    await pair.run()
    expect(pair.asker.entries.size).toBe(200)
    // More than one message can offer.
    pair = new SyncPair(signatures)
    pair.give([], many(0, 1100), [])
    await pair.run()
    expect(pair.answerer.entries.size).toBe(1100)
    pair = new SyncPair(signatures)
    expect((await pair.run()).asked).toMatchObject({ received: 0, sent: 0 })
  })

  it('[SY1] brings over ranges that are empty on one side', async () => {
    const digit = (one: SignedPeerEntry): string => Buffer.from(publicKeyOf(one.entry.peerId)).toString('hex', 0, 1)
    const low = many(0, 200).filter((one) => digit(one) < '80')
    const high = many(0, 200).filter((one) => digit(one) >= '80')
    for (const [asker, answerer] of [
      [many(0, 200), low],
      [low, high],
    ] as const) {
      pair = new SyncPair(signatures)
      pair.give([], asker, answerer)
      await pair.run()
      expect([pair.asker.entries.size, pair.answerer.entries.size]).toEqual([200, 200])
    }
  })

  it('[AN14] brings who states a long interval, whoever asks; who is too old by it is dropped before it is verified', async () => {
    const now = 1_000_000
    const version = { startedAt: 1000, updatedAt: now - 600_000 }
    for (const side of ['asker', 'answerer'] as const) {
      signatures = new CountingSignatures()
      pair = new SyncPair(signatures)
      const late = signed(1, { version, announcedEvery: 90_000 })
      for (const one of [late, signed(2, { version, announcedEvery: 89_000 }), signed(3, { version })])
        pair[side].put(one)
      const other = side === 'asker' ? pair.answerer : pair.asker
      other.now = now
      const { asked, answered } = await pair.run()
      expect([asked, answered].some((outcome) => outcome instanceof Error)).toBe(false)
      expect([...other.entries.keys()]).toEqual([late.entry.peerId])
      expect(signatures.verified).toBe(1)
    }
  })

  it('[SY2] leaves out what may not be sent any more, and ends well all the same', async () => {
    pair.give(many(0, 50), [signed(100)], [signed(200), signed(201)])
    pair.asker.withheld.add(signed(100).entry.peerId)
    pair.answerer.withheld.add(signed(200).entry.peerId)
    const { asked, answered } = await pair.run()
    expect([asked, answered].some((one) => one instanceof Error)).toBe(false)
    expect(pair.answerer.entries.has(signed(100).entry.peerId)).toBe(false)
    expect(pair.asker.entries.has(signed(200).entry.peerId)).toBe(false)
    expect(pair.asker.entries.has(signed(201).entry.peerId)).toBe(true)
  })

  it('[SY2] ends well where what was offered is gone before it is sent, and asked for once more', async () => {
    pair.give([], many(0, 60), many(100, 120))
    for (const one of many(10, 40)) pair.asker.withheld.add(one.entry.peerId)
    const { asked, answered } = await pair.run()
    expect(asked).toMatchObject({ sent: 30, received: 20 })
    expect(answered).toMatchObject({ received: 30, sent: 20 })
  })

  it('[SY9] of equal catalogs costs one round trip and less than 1 KiB, whatever their size', async () => {
    pair.give(many(0, 3000), [], [])
    const { asked, answered } = await pair.run()
    expect([asked, answered]).toMatchObject([
      { received: 0, sent: 0 },
      { received: 0, sent: 0 },
    ])
    expect(pair.sent.map((one) => one.from)).toEqual(['asker', 'answerer'])
    expect(bytes()).toBeLessThan(1024)
  })

  it.each([
    [1000, 1],
    [1000, 10],
    [4000, 1],
    [4000, 10],
    [4000, 100],
  ])('[SY9] of %i entries that differ in %i exchanges O(d · log n), not both catalogs', async (n, d) => {
    pair.give(many(0, n), many(n, n + d), [])
    await pair.run()
    expect(pair.answerer.entries.size).toBe(n + d)
    // A path of sixteen digests a level, a leaf of up to 32 items at its end, and the entry itself.
    const levels = Math.ceil(Math.log(n / 16) / Math.log(16)) + 1
    expect(bytes()).toBeLessThan(1024 + d * (levels * 16 * 30 + 32 * 60 + 600))
    expect(bytes()).toBeLessThan(n * 60)
  })

  it('[SY5] verifies only versions that are news, off the event loop', async () => {
    pair.give(many(0, 500), many(500, 520), [signed(3, newer)])
    await pair.run()
    expect(signatures.verified).toBe(21)
    expect(Math.max(...signatures.batches)).toBeLessThanOrEqual(512)
  })

  it('[SY5] takes in a page some entries at a time, between which others have a turn', async () => {
    pair.give([], [], many(0, 300))
    const taken: { readonly entries: number; readonly turns: number }[] = []
    let turns = 0
    const accept = pair.asker.accept.bind(pair.asker)
    pair.asker.accept = async (entries) => {
      taken.push({ entries: entries.length, turns })
      pair.world.scheduler.schedule(0, () => (turns += 1))
      return await accept(entries)
    }
    await pair.run()
    expect(pair.asker.entries.size).toBe(300)
    expect(Math.max(...taken.map(({ entries }) => entries))).toBe(ENTRIES_AT_ONCE)
    expect(taken.map((one) => one.turns)).toEqual(taken.map((_, index) => index))
  })

  it('[SY10] sends pages of at most 256 KiB, one at a time', async () => {
    const large = Array.from({ length: 60 }, (_, index) =>
      signed(index, {
        tickets: [
          { class: NETWORK as never, data: new Uint8Array(4096).fill(index) },
          { class: NETWORK as never, data: new Uint8Array(4000).fill(99) },
        ],
      }),
    )
    pair.give([], [], large)
    await pair.run()
    expect(pair.asker.entries.size).toBe(60)
    const pages = pair.sent.filter((one) => one.from === 'answerer' && one.bytes > 50_000)
    expect(pages.length).toBeGreaterThan(1)
    for (const page of pages) expect(page.bytes).toBeLessThanOrEqual(RECONCILE_BOUNDS.pageBytes + 4096)
    // One message is outstanding at any time: the sides take turns.
    expect(pair.sent.every((one, index) => one.from === (index % 2 === 0 ? 'asker' : 'answerer'))).toBe(true)
  })
})

describe('the bounds of a sync', () => {
  it('[SY4, SY10] are those of docs/protocol.md', () => {
    expect(SYNC_LIMITS.maxMessageBytes).toBe(1024 * 1024)
    expect(SYNC_BOUNDS).toEqual({ durationMs: 30_000, silenceMs: 10_000 })
    expect(RECONCILE_BOUNDS).toMatchObject({
      entries: 50_001,
      bytes: 64 * 1024 * 1024,
      requests: 5000,
      pageBytes: 256 * 1024,
    })
  })

  it('[SY4] hold for its bytes and its messages, in both directions together', () => {
    const large = new Uint8Array(SYNC_LIMITS.maxMessageBytes)
    const meter = new SyncMeter()
    for (let sent = 0; sent < 64; sent += 1) meter.count(large)
    expect(() => meter.count(Uint8Array.of(1))).toThrow('bytes a sync')
    const patient = new SyncMeter()
    for (let sent = 0; sent < 2 * RECONCILE_BOUNDS.requests; sent += 1) patient.count(new Uint8Array(0))
    expect(() => patient.count(new Uint8Array(0))).toThrow('requests a sync')
  })
})

describe('a peer that does not keep to it', () => {
  it('[SY4] that promises and stalls is given up after 10 s; what was verified stays', async () => {
    pair.give([], [], [])
    const asked = await pair.answerBy((request, round) => {
      if (round === 0)
        return { ranges: { digests: [], items: [{ prefix: '', items: [item(signed(1)), item(signed(2))] }] } }
      return request.want !== undefined && request.want.publicKeys.length === 2 ? { page: pageWith(signed(1)) } : null
    })
    expect(asked).toBeInstanceOf(Timeout)
    expect(pair.askedMs).toBeGreaterThanOrEqual(10_000)
    expect(pair.askedMs).toBeLessThan(12_000)
    expect([...pair.asker.entries.keys()]).toEqual([signed(1).entry.peerId])
  })

  it('[SY4] that sends what was not asked for is refused', async () => {
    const ranges = { digests: [{ prefix: '1', count: 1, fingerprint: new Uint8Array(16) }], items: [] }
    const answers: readonly ((request: SyncRequest, round: number) => SyncAnswer)[] = [
      (_, round) => (round === 0 ? { ranges } : { page: pageWith(signed(1)) }),
      (_, round) => (round === 0 ? { page: { ...pageWith(signed(20)), left: 1 } } : { ranges }),
      () => ({ want: { publicKeys: [] } }),
      () => ({}),
      () => ({ ranges: { digests: [{ prefix: '12', count: 1, fingerprint: new Uint8Array(16) }], items: [] } }),
      () => ({ ranges: { digests: [{ prefix: 'g', count: 1, fingerprint: new Uint8Array(16) }], items: [] } }),
      () => ({ ranges: { digests: [], items: [{ prefix: 'a', items: [] }] } }),
      (_, round) =>
        round === 0
          ? { ranges: { digests: [], items: [{ prefix: '', items: [item(signed(1))] }] } }
          : { page: pageWith(signed(7)) },
      (_, round) =>
        round === 0
          ? { ranges: { digests: [], items: [{ prefix: '', items: [] }] } }
          : { want: { publicKeys: [keyOf(signed(7).entry.peerId)] } },
    ]
    for (const answer of answers) {
      pair = new SyncPair(signatures)
      pair.give(many(20, 24), [], [])
      expect(await pair.answerBy(answer)).toBeInstanceOf(SyncFailed)
      expect(pair.asker.entries.size).toBe(4)
    }
  })

  it('[SY4, EN4] a page with a bad signature ends the sync; the good entries of it stay', async () => {
    const forged = pageWith(signed(1), signed(2))
    forged.signatures[1] = Uint8Array.from(signed(3).signature)
    const asked = await pair.answerBy((_, round) =>
      round === 0
        ? { ranges: { digests: [], items: [{ prefix: '', items: [item(signed(1)), item(signed(2))] }] } }
        : { page: forged },
    )
    expect(asked).toBeInstanceOf(SyncFailed)
    expect([...pair.asker.entries.keys()]).toEqual([signed(1).entry.peerId])
  })

  it('[SY4] that always finds more ranges that differ comes to an end', async () => {
    pair.give(many(0, 40), [], [])
    const asked = await pair.answerBy((request) => {
      const parents = request.expand?.prefixes ?? ['']
      const digests = parents.flatMap((parent) =>
        '0123456789abcdef'.split('').map((digit) => ({
          prefix: parent + digit,
          count: 99,
          fingerprint: new Uint8Array(16).fill(1),
        })),
      )
      return { ranges: { digests, items: [] } }
    })
    expect(asked).toBeInstanceOf(Error)
    expect(['LimitExceeded', 'SyncFailed', 'MalformedMessage', 'Timeout']).toContain((asked as Error).name)
  })

  it('[SY4] asking for more than the limits is refused: entries, ranges, and what is no range', async () => {
    pair.give([], [], many(0, 600))
    const keys = many(0, 500).map((one) => keyOf(one.entry.peerId))
    const wants = Array.from({ length: 101 }, () => ({ want: { publicKeys: keys } }))
    expect(await pair.askBy(wants)).toBeInstanceOf(LimitExceeded)
    pair = new SyncPair(signatures)
    expect(await pair.askBy([{ expand: { prefixes: Array.from({ length: 65 }, () => '0') } }])).toBeInstanceOf(
      LimitExceeded,
    )
    for (const prefixes of [['xyz'], ['A'], ['0'.repeat(65)]]) {
      pair = new SyncPair(signatures)
      expect(await pair.askBy([{ expand: { prefixes } }])).toBeInstanceOf(MalformedMessage)
    }
    pair = new SyncPair(signatures)
    const compare = { root: { prefix: '0', count: 0, fingerprint: new Uint8Array(16) } }
    expect(await pair.askBy([{ compare }])).toBeInstanceOf(MalformedMessage)
    pair = new SyncPair(signatures)
    expect(await pair.askBy([{}])).toBeInstanceOf(SyncFailed)
  })

  it('[SY4, SY10] offering for ever, or pages that were not asked for, is refused', async () => {
    const offers = Array.from({ length: 101 }, (_, index) => ({ offer: { items: many(index, index + 500).map(item) } }))
    expect(await pair.askBy(offers)).toBeInstanceOf(LimitExceeded)
    pair = new SyncPair(signatures)
    expect(await pair.askBy([{ page: pageWith(signed(1)) }])).toBeInstanceOf(SyncFailed)
    expect(pair.answerer.entries.size).toBe(0)
    pair = new SyncPair(signatures)
    const halved = { entries: pageWith(signed(1)).entries, signatures: [] }
    expect(await pair.askBy([{ offer: { items: [item(signed(1))] } }, { page: halved }])).toBeInstanceOf(SyncFailed)
  })

  it('[SY4] that breaks off leaves what was verified', async () => {
    pair.give([], [], [])
    const asked = await pair.answerBy((_, round) => {
      if (round === 0) return { ranges: { digests: [], items: [{ prefix: '', items: many(0, 3).map(item) }] } }
      if (round === 1) return { page: pageWith(signed(0)) }
      pair.ends[1].abort(new Error('gone'))
      return null
    })
    expect(asked).toMatchObject({ code: 'StreamFailed' })
    expect(pair.asker.entries.size).toBe(1)
  })
})
