import { beforeEach, describe, expect, it } from 'vitest'
import { mosaikEntries } from '../../../../src/main/discovery/dialects/mosaik/entry.ts'
import { MOSAIK_SYNC } from '../../../../src/main/discovery/dialects/mosaik/limits.ts'
import { mosaik, mosaikDialect } from '../../../../src/main/discovery/dialects/mosaik/mosaik.ts'
import { joinSigned } from '../../../../src/main/discovery/dialects/mosaik/signed-entry.ts'
import { signEntry } from '../../../../src/main/discovery/entry/entry.ts'
import type { SyncView } from '../../../../src/main/discovery/sync/parts.ts'
import type { SignedPeerEntry } from '../../../../src/main/discovery/entry/entry.ts'
import { Catalog } from '../../../../src/main/discovery/catalog/catalog.ts'
import { DEFAULT_CONFIG } from '../../../../src/shared/config.ts'
import { LimitExceeded, MalformedMessage, StreamFailed, SyncFailed, Timeout } from '../../../../src/shared/errors.ts'
import { networkIdFrom, peerIdOf } from '../../../../src/shared/ids.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import type { PeerEntry } from '../../../../src/shared/peer.ts'
import { PostcardWriter } from '../../../../src/shared/postcard.ts'
import { NOW as BENCH_NOW } from '../../../support/discovery/bench.ts'
import { TestBus } from '../../../support/discovery/bus.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import {
  catalogMessage,
  mosaikEntryOf,
  mosaikSignedOf,
  onlineIn,
  play,
  someIds,
} from '../../../support/discovery/mosaik.ts'
import { joined } from '../../../fuzz/inputs.ts'
import { simSignatures } from '../../../sim/signatures.ts'
import { CountingSignatures, PlainCatalog, SyncPair } from '../sync-pair.ts'

const maker = simSignatures()

/** The signed entry of the so-many-th test peer, signed as in the simulator. */
function signed(index: number, changes: Partial<PeerEntry> = {}): SignedPeerEntry {
  const secret = new Uint8Array(32).map((_, at) => (index >> (8 * (at % 4))) & 255)
  const peerId = peerIdOf(maker.publicKey(secret))
  return signEntry(mosaikEntryOf('any', { peerId, ...changes }), secret, maker, mosaikEntries)
}

const newer = { version: { startedAt: 1000, updatedAt: 3000 } }
const many = (from: number, to: number): SignedPeerEntry[] =>
  Array.from({ length: to - from }, (_, index) => signed(from + index))

let signatures: CountingSignatures
let pair: SyncPair
beforeEach(() => {
  signatures = new CountingSignatures()
  pair = new SyncPair(signatures, mosaik)
})

describe('a sync of mosaik', () => {
  it('[MO11] leaves both sides with the union, the newer version of each', async () => {
    for (const one of [...many(0, 300), ...many(300, 350), signed(1, newer)]) pair.asker.put(one)
    for (const one of [...many(0, 300), ...many(400, 480), signed(2, newer)]) pair.answerer.put(one)
    const { asked, answered } = await pair.run()
    expect(pair.asker.picture()).toEqual(pair.answerer.picture())
    expect(pair.asker.entries.size).toBe(430)
    expect(pair.asker.entries.get(signed(2).entry.peerId)?.entry.version).toEqual(newer.version)
    const bytes = pair.sent.reduce((sum, one) => sum + one.bytes, 0)
    expect(asked).toMatchObject({ received: 81, sent: 350, bytes })
    expect(answered).toMatchObject({ received: 51, sent: 380, bytes })
    expect(pair.sent.map(({ from }) => from)).toEqual(['asker', 'answerer'])
  })

  it('[MO11] with an empty side, or both, works as well', async () => {
    for (const one of many(0, 40)) pair.answerer.put(one)
    await pair.run()
    expect(pair.asker.entries.size).toBe(40)
    pair = new SyncPair(signatures, mosaik)
    expect(await pair.run()).toMatchObject({ asked: { received: 0, sent: 0, bytes: 2 }, answered: { received: 0 } })
  })

  it('[MO11, SY2] leaves out what may not be sent any more', async () => {
    for (const one of many(0, 3)) pair.asker.put(one)
    pair.asker.withheld.add(signed(1).entry.peerId)
    await pair.run()
    expect(pair.answerer.entries.size).toBe(2)
    expect(pair.answerer.entries.has(signed(1).entry.peerId)).toBe(false)
  })

  it('[MO11, SY5] verifies only news, 32 at once, and lets others have a turn in between', async () => {
    for (const one of many(0, 500)) pair.asker.put(one)
    for (const one of many(0, 600)) pair.answerer.put(one)
    await pair.run()
    expect(signatures.verified).toBe(100)
    expect(Math.max(...signatures.batches)).toBe(32)
    const { steps } = play(mosaik.askSync(new PlainCatalog()), [
      catalogMessage(Array.from({ length: 100 }, (_, index) => mosaikSignedOf(`peer ${index}`))),
    ])
    expect(steps.filter((step) => step === 'yield').length).toBeGreaterThanOrEqual(3)
  })

  it('[MO11] what is known is passed over undecoded', () => {
    const known = new PlainCatalog()
    known.put(mosaikSignedOf('ann', newer))
    // Nobody looks at what an older version says: here its sets are not sorted.
    const older = joinSigned(mosaikSignedOf('ann', { tags: someIds(2) }))
    older.copyWithin(older.length - 64 - 4 - 32, older.length - 64 - 4 - 64, older.length - 64 - 4 - 32)
    expect(play(mosaik.askSync(known), [catalogMessage([older])]).outcome).toMatchObject({ received: 0 })
    expect(play(mosaik.askSync(new PlainCatalog()), [catalogMessage([older])]).outcome).toBeInstanceOf(MalformedMessage)
  })

  it('[MO11] who answers does so at once, and merges once the other side has closed', () => {
    const answering = new PlainCatalog()
    answering.put(mosaikSignedOf('me'))
    const message = catalogMessage([mosaikSignedOf('ann')])
    const { steps, sent, outcome } = play(mosaik.answerSync(answering), [message])
    expect(steps).toEqual(['read', 'send', 'verify', 'store', 'done'])
    expect(sent).toEqual([catalogMessage([mosaikSignedOf('me')])])
    expect(outcome).toMatchObject({ received: 1, sent: 1 })
    expect(play(mosaik.answerSync(answering), [message, message]).outcome).toBeInstanceOf(SyncFailed)
  })

  it('[MO11] who begins closes once the answer is there, and merges then', () => {
    const { steps } = play(mosaik.askSync(new PlainCatalog()), [catalogMessage([mosaikSignedOf('ann')])])
    expect(steps).toEqual(['send', 'close', 'verify', 'store', 'done'])
  })

  it('[MO11] a node that began closes its stream before anything is verified, and takes all the same', () => {
    const bench = onlineIn(mosaik)
    const peerId = bench.connect(idOf('ann'))
    bench.command({ kind: 'sync', peerId })
    const { id } = bench.opened('sync').at(-1) ?? { id: -1 }
    bench.step({ kind: 'opened', id })
    bench.take()
    const version = { startedAt: BENCH_NOW - 1000, updatedAt: BENCH_NOW }
    const ann = mosaikSignedOf('ann', { version, networkId: networkIdFrom('core') })
    bench.step({ kind: 'message', id, bytes: catalogMessage([ann]) })
    const outputs = bench.take().filter((output) => 'id' in output && output.id === id)
    expect(outputs.map(({ kind }) => kind)).toEqual(['close', 'verify'])
    bench.step({ kind: 'verified', id, entries: [ann] })
    expect(bench.core.env.catalog.get(peerId)?.entry.version).toEqual(version)
    expect(bench.taken('answer')).toMatchObject([{ answer: { result: { received: 1, sent: 1 } } }])
  })

  it('[MO12] sends a peer entries of the layout of its own, and ours to one that is not known', () => {
    const [old, recent] = [mosaikSignedOf('old', { protocolVersion: '0.3.19' }), mosaikSignedOf('recent')]
    const catalog = new PlainCatalog()
    catalog.put(old)
    catalog.put(recent)
    for (const side of ['askSync', 'answerSync'] as const) {
      const sentTo = (peerId: PeerId): unknown => play(mosaik[side](catalog, peerId), [catalogMessage([])]).sent
      expect(sentTo(old.entry.peerId)).toEqual([catalogMessage([old])])
      expect(sentTo(recent.entry.peerId)).toEqual([catalogMessage([recent])])
      expect(sentTo(idOf('stranger'))).toEqual([catalogMessage([recent])])
    }
  })

  it.each(['asks', 'answers'] as const)('[MO12] a node that %s for a sync looks up what the peer reads', (side) => {
    const bench = onlineIn(mosaik)
    const addresses: string[] = []
    const old = { addresses, protocolVersion: '0.3.19' }
    const peerId = bench.feed('old', old)
    const kept = bench.signed('old', old)
    bench.feed('recent', { addresses, protocolVersion: '0.4.2' })
    bench.pass(2000)
    const dial = bench.taken('dial').find(({ target }) => target.peerId === peerId)
    bench.connect(peerId)
    if (side === 'asks') {
      bench.step({ kind: 'dialed', id: dial?.id ?? -1, peerId })
      bench.step({ kind: 'opened', id: bench.lastStream('sync') })
    } else bench.step({ kind: 'message', id: bench.stream(peerId, 'sync'), bytes: catalogMessage([]) })
    const sent = bench.take().flatMap((output) => (output.kind === 'send' ? output.message : []))
    expect(sent).toEqual([catalogMessage([kept])])
  })

  it('[MO11] ends with an error where the other side ends it early', async () => {
    for (const exchange of [mosaik.askSync(new PlainCatalog()), mosaik.answerSync(new PlainCatalog())])
      expect(play(exchange, []).outcome).toBeInstanceOf(StreamFailed)
    const { asked } = await pair.settle(pair.startAsker(), Promise.resolve())
    expect(asked).toBeInstanceOf(Timeout)
  })

  it('[SY4] of a message with a bad entry what came before stays', () => {
    const bad = joinSigned(mosaikSignedOf('eve'))
    bad[bad.length - 1] = (bad.at(-1) ?? 0) ^ 1
    const good = Array.from({ length: 40 }, (_, index) => mosaikSignedOf(`peer ${index}`))
    for (const [at, stored] of [
      [40, 40],
      [0, 31],
    ] as const) {
      const taken: SignedPeerEntry[] = []
      const message = catalogMessage([...good.slice(0, at), bad, ...good.slice(at)])
      const { outcome } = play(mosaik.askSync(new PlainCatalog()), [message], (news) => taken.push(...news))
      expect(outcome).toBeInstanceOf(SyncFailed)
      expect(taken).toHaveLength(stored)
    }
  })

  it('[MO9] takes bytes left over behind a message, and a count that is longer than it needs to be', () => {
    const entry = joinSigned(mosaikSignedOf('ann'))
    for (const message of [
      joined(catalogMessage([entry]), Uint8Array.of(1, 2, 3)),
      joined(Uint8Array.of(0x81, 0), entry),
    ])
      expect(play(mosaik.askSync(new PlainCatalog()), [message]).outcome).toMatchObject({ received: 1 })
    for (const message of [joined(catalogMessage([]), entry).fill(2, 0, 1), new Uint8Array(), Uint8Array.of(0xff)])
      expect(play(mosaik.askSync(new PlainCatalog()), [message]).outcome).toBeInstanceOf(MalformedMessage)
  })

  it('[MO10] takes 20,000 entries and no more, and sends no more', () => {
    const count = (entries: number) => new PostcardWriter().count(entries).finish()
    const many = play(mosaik.askSync(new PlainCatalog()), [count(MOSAIK_SYNC.entries + 1)]).outcome
    expect(many).toBeInstanceOf(LimitExceeded)
    // As many may come, and these do not.
    expect(play(mosaik.askSync(new PlainCatalog()), [count(MOSAIK_SYNC.entries)]).outcome).not.toBeInstanceOf(
      LimitExceeded,
    )
    expect(MOSAIK_SYNC).toEqual({ entries: 20_000, bytes: 32 * 1024 * 1024 })
    const one = mosaikSignedOf('me')
    const peers = Array.from({ length: 20_010 }, () => one.entry.peerId)
    const view = { index: { peerIds: () => peers }, entry: () => one, isNews: () => false, mayBeNews: () => false }
    const { sent } = play(mosaik.askSync(view as unknown as PlainCatalog), [catalogMessage([])])
    expect(sent[0]?.subarray(0, 3)).toEqual(count(20_000))
    expect(sent[0]?.length).toBe(3 + 20_000 * joinSigned(one).length)
  })

  it('[MO10] sends no more bytes than one message may have', () => {
    const large = mosaikSignedOf('me', {
      streams: someIds(250) as PeerEntry['streams'],
      groups: someIds(250) as PeerEntry['groups'],
    })
    const peers = Array.from({ length: 3000 }, () => large.entry.peerId)
    const view = { index: { peerIds: () => peers }, entry: () => large, isNews: () => false, mayBeNews: () => false }
    const [message] = play(mosaik.askSync(view as unknown as PlainCatalog), [catalogMessage([])]).sent
    expect(message?.length).toBeLessThanOrEqual(mosaik.limits.sync.maxMessageBytes)
    expect(message?.length).toBeGreaterThan(mosaik.limits.sync.maxMessageBytes - 2 * joinSigned(large).length)
  })
})

describe('an entry that mosaik keeps and we do not', () => {
  const old = { protocolVersion: '0.3.13' }
  const later = (name: string) => {
    const bytes = joinSigned(mosaikSignedOf(name))
    // "0.4.2" becomes "1.4.2".
    bytes[1] = 0x31
    return bytes
  }
  it.each<[string, Uint8Array]>([
    ['of a version that is not known', later('eve')],
    ['that states a version of another layout', joinSigned(mosaikSignedOf('eve')).fill(0x33, 3, 4)],
    ['over a limit', overLimit()],
  ])('[MO12] is left out of a sync and the rest is taken: %s', (_what, foreign) => {
    const [ann, bob] = [mosaikSignedOf('ann'), mosaikSignedOf('bob')]
    for (const message of [
      [foreign, ann, bob],
      [ann, foreign, bob],
      [ann, bob, foreign],
    ]) {
      const { outcome } = play(mosaik.askSync(new PlainCatalog()), [catalogMessage(message)])
      expect(outcome).toMatchObject({ received: 2 })
    }
  })

  it('[MO12] the entries of a message are of one layout, whichever its sender has', () => {
    const [ann, bob] = [mosaikSignedOf('ann', old), mosaikSignedOf('bob', old)]
    const eve = joinSigned(mosaikSignedOf('eve', old)).fill(0x34, 3, 4)
    for (const dialect of [mosaik, mosaikDialect(old)]) {
      // The one that lies about its version is not ours to read.
      const message = catalogMessage([eve, ann, bob])
      expect(play(dialect.askSync(new PlainCatalog()), [message]).outcome).toMatchObject({ received: 2 })
      const newer = catalogMessage([mosaikSignedOf('cat')])
      expect(play(dialect.askSync(new PlainCatalog()), [newer]).outcome).toMatchObject({ received: 1 })
    }
  })

  it('[MO12] only entries of our own layout are sent', () => {
    const catalog = new PlainCatalog()
    const [ann, bob] = [mosaikSignedOf('ann'), mosaikSignedOf('bob', old)]
    for (const one of [ann, bob]) catalog.put(one)
    expect(play(mosaik.askSync(catalog), []).sent).toEqual([catalogMessage([ann])])
    expect(play(mosaikDialect(old).askSync(catalog), []).sent).toEqual([catalogMessage([bob])])
  })
})

describe('what mosaik leaves open', () => {
  const NOW = 1_000_000
  const config = { ...DEFAULT_CONFIG, purgeAfter: 10_000, maxTimeDrift: 2000 }
  const at = (updatedAt: number) => ({ version: { startedAt: NOW - 5000, updatedAt } })

  it('[MO13] who left is not brought back by a sync, and nothing from the future comes by one', () => {
    const catalog = new Catalog(mosaikSignedOf('me', at(NOW)), config, NOW, new TestBus())
    const sync = (signed: SignedPeerEntry) => {
      const { entry } = signed
      const view = {
        index: catalog.index,
        entry: () => null,
        isNews: () => catalog.isNews(entry.peerId, entry, NOW),
        mayBeNews: () => false,
        hasRoom: () => true,
      }
      play(mosaik.askSync(view), [catalogMessage([signed])], (news) => {
        for (const one of news) catalog.upsertSigned(one, 'sync', NOW)
        return news.length
      })
      return catalog.get(entry.peerId)?.entry.version.updatedAt ?? null
    }
    expect(sync(mosaikSignedOf('ann', at(NOW)))).toBe(NOW)
    catalog.depart(mosaikSignedOf('ann').entry.peerId, at(NOW).version, NOW)
    expect(sync(mosaikSignedOf('ann', at(NOW)))).toBeNull()
    expect(sync(mosaikSignedOf('ann', at(NOW + 1)))).toBe(NOW + 1)
    expect(sync(mosaikSignedOf('bob', at(NOW + 2001)))).toBeNull()
  })

  it('[MO11, SY5] a full catalog passes over new peers undecoded, and takes what is newer of those that it has', () => {
    const catalog = new Catalog(mosaikSignedOf('me', at(NOW)), { ...config, maxPeers: 1 }, NOW, new TestBus())
    catalog.upsertSigned(mosaikSignedOf('ann', at(NOW)), 'sync', NOW)
    catalog.markReached(idOf('ann'))
    const view: SyncView = {
      index: catalog.index,
      entry: () => null,
      isNews: (peerId, entry) => catalog.isNews(peerId, entry, NOW),
      mayBeNews: () => false,
      hasRoom: () => catalog.hasRoom(),
    }
    // Nobody looks at what it says: its sets are not sorted.
    const bob = joinSigned(mosaikSignedOf('bob', { ...at(NOW), tags: someIds(2) }))
    bob.copyWithin(bob.length - 64 - 4 - 32, bob.length - 64 - 4 - 64, bob.length - 64 - 4 - 32)
    const message = catalogMessage([bob, mosaikSignedOf('ann', at(NOW + 1))])
    expect(play(mosaik.askSync(view), [message]).outcome).toMatchObject({ received: 1 })
    catalog.remove(idOf('ann'))
    expect(play(mosaik.askSync(view), [message]).outcome).toBeInstanceOf(MalformedMessage)
  })
})

/** A ticket of more than 4 KiB, which no encoder of ours writes. */
function overLimit(): Uint8Array {
  const { bytes } = mosaikSignedOf('eve', { addresses: [] })
  const ticket = new PostcardWriter().count(1).fixed(new Uint8Array(64)).bytes(new Uint8Array(5000)).finish()
  return joined(bytes.subarray(0, -1), ticket, new Uint8Array(64))
}
