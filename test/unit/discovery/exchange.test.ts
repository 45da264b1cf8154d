/** Exchanges as machines: what they say to each input, without a stream or a clock. */
import { describe, expect, it } from 'vitest'
import { DEFAULT_CONFIG } from '../../../src/shared/config.ts'
import { StreamFailed, SyncFailed } from '../../../src/shared/errors.ts'
import { publicKeyOf } from '../../../src/shared/ids.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { neighborsCodec } from '../../../src/main/discovery/dialects/peerscope/neighbors.ts'
import { peerscope } from '../../../src/main/discovery/dialects/peerscope/peerscope.ts'
import type { UnverifiedEntry } from '../../../src/main/discovery/entry/entry.ts'
import { verifyEntry } from '../../../src/main/discovery/entry/entry.ts'
import type { Exchange, ExchangeAction, ExchangeInput } from '../../../src/main/discovery/exchange/exchange.ts'
import { PingAsker } from '../../../src/main/discovery/liveness/ping-exchange.ts'
import { SyncAnswerer } from '../../../src/main/discovery/dialects/peerscope/sync/answerer.ts'
import { SyncAsker } from '../../../src/main/discovery/dialects/peerscope/sync/asker.ts'
import { PageIntake } from '../../../src/main/discovery/dialects/peerscope/sync/pages.ts'
import type { SyncCounts } from '../../../src/main/discovery/sync/parts.ts'
import { NeighborsAnswerer, NeighborsAsker } from '../../../src/main/discovery/topology/neighbors-exchange.ts'
import { SyncAnswer, SyncRequest } from '../../../src/main/discovery/dialects/peerscope/wire/generated/sync.js'
import type { Page } from '../../../src/main/discovery/dialects/peerscope/wire/generated/sync.js'
import { idOf, NETWORK, signatures, signedOf } from '../../support/discovery/entries.ts'
import { largeCatalog } from './large-catalog.ts'
import { PlainCatalog } from './sync-pair.ts'

const begin: ExchangeInput = { kind: 'begin' }
const message = (bytes: Uint8Array): ExchangeInput => ({ kind: 'message', bytes })

/** Two machines that talk until both are done; verification and catalogs are played by hand. */
function talk<A, B>(
  [asker, asking]: readonly [Exchange<A>, PlainCatalog],
  [answerer, answering]: readonly [Exchange<B>, PlainCatalog],
): readonly [A, B, string[]] {
  const said: string[] = []
  const work = <R>(machine: Exchange<R>, catalog: PlainCatalog, first: ExchangeInput): ExchangeAction<R> => {
    let action = machine.step(first, 0)
    const begun: (readonly UnverifiedEntry[])[] = []
    for (;;) {
      said.push(action.kind)
      if (action.kind === 'verify' || action.kind === 'verifyAhead') begun.push(action.entries)
      if (action.kind === 'verify' || action.kind === 'awaitVerdicts') {
        const entries = (begun.shift() ?? []).map((entry) => verifyEntry(entry, signatures))
        action = machine.step({ kind: 'verified', entries }, 0)
      } else if (action.kind === 'store') {
        const news = action.entries.filter(({ entry }) => catalog.isNews(entry.peerId, entry))
        for (const signed of news) catalog.put(signed)
        action = machine.step({ kind: 'stored', changed: news.length }, 0)
      } else if (action.kind === 'yield' || action.kind === 'verifyAhead' || action.kind === 'expectMany') {
        action = machine.step({ kind: 'resumed' }, 0)
      } else if (action.kind === 'sendAhead') {
        ahead.push(action.message)
        action = machine.step({ kind: 'resumed' }, 0)
      } else return action
    }
  }
  // What the asking side sent ahead, and reads the answer of later.
  const ahead: Uint8Array[] = []
  let left = work(asker, asking, begin)
  let right = work(answerer, answering, begin)
  for (let turns = 0; turns < 1000; turns += 1) {
    if (left.kind === 'fail') throw left.error
    if (right.kind === 'fail') throw right.error
    if (left.kind === 'done') {
      if (right.kind !== 'done') right = work(answerer, answering, { kind: 'ended' })
      if (right.kind === 'done') return [left.result, right.result, said]
    } else if (left.kind === 'send' || left.kind === 'read') {
      const sent = left.kind === 'send' ? left.message : ahead.shift()
      if (sent === undefined) throw new Error('it reads what nobody sends')
      right = work(answerer, answering, message(sent))
      const answer = right.kind === 'send' ? right.message : right.kind === 'done' ? right.last : undefined
      if (answer === undefined) throw new Error('no answer')
      left = work(asker, asking, message(answer))
    }
  }
  throw new Error('it did not end')
}

describe('an exchange is a machine that', () => {
  it('[SY1] brings two catalogs to their union', () => {
    const [one, two] = [new PlainCatalog(), new PlainCatalog()]
    for (let index = 0; index < 150; index += 1) (index % 3 === 0 ? one : two).put(signedOf(`peer ${index}`))
    const [asked, answered, said] = talk([new SyncAsker(one), one], [new SyncAnswerer(two), two])
    expect(one.picture()).toEqual(two.picture())
    expect([asked.received, asked.sent, answered.received, answered.sent]).toEqual([100, 50, 50, 100])
    expect(asked.bytes).toBe(answered.bytes)
    expect(said).toContain('yield')
  })

  it.each([
    ['all', 0],
    ['what it lacks', 600],
  ])('[SY10] asks for the next page of %s before it takes one in', (_, has) => {
    const [one, two] = [new PlainCatalog(), new PlainCatalog()]
    for (let index = 0; index < 2000; index += 1) {
      two.put(signedOf(`peer ${index}`))
      if (index < has) one.put(signedOf(`peer ${index}`))
    }
    const [asked, , said] = talk([new SyncAsker(one), one], [new SyncAnswerer(two), two])
    expect(one.picture()).toEqual(two.picture())
    expect(asked.received).toBe(2000 - has)
    const steps = said.filter((kind, index) => kind !== said[index - 1])
    expect(steps.join(' ')).toContain('sendAhead verifyAhead verify store')
    // One at a time, and none after the last page.
    expect(said.join(' ')).not.toMatch(/sendAhead sendAhead/)
    expect(said.filter((kind) => kind === 'sendAhead')).toHaveLength(said.filter((kind) => kind === 'read').length - 1)
  })

  it('[SY5] reads two batches more while one is verified, and lets others have a turn between any two', () => {
    const [one, two] = [new PlainCatalog(), new PlainCatalog()]
    for (let index = 0; index < 200; index += 1) two.put(signedOf(`peer ${index}`))
    const [, , said] = talk([new SyncAsker(one), one], [new SyncAnswerer(two), two])
    expect(one.picture()).toEqual(two.picture())
    let [outstanding, most] = [0, 0]
    for (const kind of said) {
      if (kind === 'verify' || kind === 'verifyAhead') outstanding += 1
      most = Math.max(most, outstanding)
      if (kind === 'store') outstanding -= 1
    }
    expect([most, outstanding]).toEqual([3, 0])
    // `verifyAhead` is a turn too.
    const work = said.filter((kind) => /store|verify|yield/.test(kind)).join(' ')
    expect(work).not.toMatch(/store store|store verify|verify verify/)
  })

  it.each([
    [4095, 0],
    [4096, 1],
  ])('of %i entries more that the peer has it says %i times that many come', (count, times) => {
    const [one, two] = [new PlainCatalog(), new PlainCatalog()]
    for (let index = 0; index < count; index += 1) two.put(signedOf(`peer ${index}`))
    const [, , said] = talk([new SyncAsker(one), one], [new SyncAnswerer(two), two])
    expect(said.filter((kind) => kind === 'expectMany')).toHaveLength(times)
  })

  it('[SY4] takes in what was being verified when an entry ends the sync', () => {
    const signed = Array.from({ length: 40 }, (_, index) => signedOf(`peer ${index}`))
    const page = {
      entries: signed.map(({ bytes }) => Uint8Array.from(bytes)),
      signatures: signed.map(({ signature }) => Uint8Array.from(signature)),
    }
    page.signatures[39] = new Uint8Array(3)
    const asked = new Set(signed.map(({ entry }) => entry.peerId))
    const intake = new PageIntake(page, (peerId) => asked.has(peerId), new PlainCatalog())
    const stored: number[] = []
    const begun: (readonly UnverifiedEntry[])[] = []
    const all = (): void => {
      let action = intake.step(message(new Uint8Array()))
      while (action !== null) {
        if (action.kind === 'verify' || action.kind === 'verifyAhead') begun.push(action.entries)
        if (action.kind === 'verify' || action.kind === 'awaitVerdicts') {
          const entries = (begun.shift() ?? []).map((entry) => verifyEntry(entry, signatures))
          action = intake.step({ kind: 'verified', entries })
        } else if (action.kind === 'store') {
          stored.push(action.entries.length)
          action = intake.step({ kind: 'stored', changed: action.entries.length })
        } else action = intake.step({ kind: 'resumed' })
      }
    }
    expect(all).toThrow('not signed')
    expect([stored, intake.accepted]).toEqual([[32, 7], 39])
  })

  it('[SY5] does not verify what became known since it was asked for', () => {
    const signed = [signedOf('ann'), signedOf('bob')]
    const page = {
      entries: signed.map(({ bytes }) => Uint8Array.from(bytes)),
      signatures: signed.map(({ signature }) => Uint8Array.from(signature)),
    }
    const asked = new Set(signed.map(({ entry }) => entry.peerId))
    const isAsked = (peerId: PeerId): boolean => asked.has(peerId)
    const intake = new PageIntake(page, isAsked, {
      isNews: (peerId, _, cost) => peerId === idOf('bob') && cost === signed[1]?.cost,
    })
    const action = intake.step(message(new Uint8Array()))
    if (action?.kind !== 'verify') throw new Error('nothing to verify')
    expect(action.entries.map(({ entry }) => entry.peerId)).toEqual([idOf('bob')])
    const known = new PageIntake(page, isAsked, { isNews: () => false })
    expect(known.step(message(new Uint8Array()))).toBeNull()
  })

  it('[TP1] tells at most 64 ids', () => {
    const many = Array.from({ length: 100 }, (_, index) => idOf(`peer ${index}`))
    const [answer] = talk(
      [new NeighborsAsker(neighborsCodec), new PlainCatalog()],
      [new NeighborsAnswerer(() => ({ neighbors: many, connected: many }), neighborsCodec), new PlainCatalog()],
    )
    expect([answer.neighbors.length, answer.connected.length]).toEqual([32, 32])
  })
})

describe('an exchange that the other side ends early', () => {
  const catalog = new PlainCatalog()
  for (let index = 0; index < 60; index += 1) catalog.put(signedOf(`peer ${index}`))
  const root = { prefix: '', count: 60, fingerprint: new Uint8Array(16) }
  const compare = SyncRequest.encode({ compare: { root } })
  const failed = { kind: 'fail', error: expect.any(StreamFailed) as unknown }

  it.each([
    ['before it asked', []],
    ['when it was told what differs', [compare]],
  ])('[SY8] %s is a failed sync for the side that answers', (_when, messages) => {
    const machine = new SyncAnswerer(catalog)
    machine.step(begin)
    for (const bytes of messages) machine.step(message(bytes))
    expect(machine.step({ kind: 'ended' })).toEqual(failed)
  })

  it('[SY8] is a failed sync for the side that asks, and no ping and no answer of neighbors', () => {
    for (const machine of [
      new SyncAsker(catalog),
      new PingAsker(idOf('ann'), NETWORK, peerscope),
      new NeighborsAsker(neighborsCodec),
    ]) {
      machine.step(begin, 0)
      expect(machine.step({ kind: 'ended' }, 0)).toEqual(failed)
    }
  })

  it('[SY1] is over where the catalogs are equal', () => {
    const machine = new SyncAnswerer(catalog)
    const digest = catalog.index.digest('')
    const same = SyncRequest.encode({
      compare: { root: { ...digest, fingerprint: Uint8Array.from(digest.fingerprint) } },
    })
    machine.step(begin)
    expect(machine.step(message(same)).kind).toBe('send')
    expect(machine.step({ kind: 'ended' })).toMatchObject({ kind: 'done', result: { received: 0, sent: 0 } })
  })

  it.each([true, false])('[SY4, SY5] 50,001 of ever more entries are looked at, news or not: %s', (isNews) => {
    const full = new PlainCatalog()
    let asked = 0
    full.mayBeNews = () => (asked += 1) > 0 && isNews
    const machine = new SyncAsker(full)
    const fingerprint = new Uint8Array(16).fill(1)
    let named = 0
    const item = () => {
      const publicKey = new Uint8Array(32)
      new DataView(publicKey.buffer).setUint32(0, (named += 1))
      return { publicKey, startedAt: 1, updatedAt: 1 }
    }
    let action = machine.step(begin)
    let prefixes = ['']
    for (let round = 0; round < 100 && action.kind === 'send'; round += 1) {
      // Three levels of digests, then items: each range that is asked for has as many as a message may bring.
      const [deep, shallow] = [prefixes.filter((one) => one.length >= 3), prefixes.filter((one) => one.length < 3)]
      const digests = shallow.flatMap((parent) =>
        '0123456789abcdef'.split('').map((digit) => ({ prefix: parent + digit, count: 9, fingerprint })),
      )
      const items = deep.map((prefix) => ({ prefix, items: Array.from({ length: 64 }, item) }))
      action = machine.step(message(SyncAnswer.encode({ ranges: { digests, items } })))
      prefixes = action.kind === 'send' ? (SyncRequest.decode(action.message).expand?.prefixes ?? []) : []
    }
    expect(action.kind).toBe(isNews ? 'expectMany' : 'done')
    expect(asked).toBe(50_001)
    expect(named).toBeLessThan(60_000)
  })

  it('[SY12, SY4] a peer that sends all and never comes to an end is refused after 50,001 entries', () => {
    const known = new PlainCatalog()
    known.isNews = () => false
    const machine = new SyncAsker(known)
    const { bytes, entry } = signedOf('ann')
    const at = Buffer.from(bytes).indexOf(publicKeyOf(entry.peerId))
    let sent = 0
    const next = (): Uint8Array<ArrayBuffer> => {
      const copy = Uint8Array.from(bytes)
      new DataView(copy.buffer).setUint32(at, (sent += 1))
      return copy
    }
    machine.step(begin)
    let action: ReturnType<typeof machine.step> = { kind: 'read' }
    for (let page = 0; page < 100 && action.kind === 'read'; page += 1) {
      const entries = Array.from({ length: 512 }, next)
      const signatures = entries.map(() => new Uint8Array(64))
      action = machine.step(message(SyncAnswer.encode({ page: { entries, signatures, left: 1 } })))
      while (action.kind === 'sendAhead' || action.kind === 'yield') action = machine.step({ kind: 'resumed' })
    }
    expect(action).toMatchObject({ kind: 'fail', error: { code: 'LimitExceeded' } })
    expect(sent).toBeGreaterThan(50_001)
    expect(sent).toBeLessThanOrEqual(50_001 + 512)
  })

  it.each([0, 600])('[SY12, SY4, CT8] of a full catalog all is sent, of one of %i more as much', (more) => {
    const entries = DEFAULT_CONFIG.maxPeers + 1
    const full = largeCatalog(entries + more)
    const newcomer = new PlainCatalog()
    newcomer.isNews = () => false
    expect(talk([new SyncAsker(newcomer), newcomer], [new SyncAnswerer(full), full])).toMatchObject([
      { received: 0, sent: 0 },
      { received: 0, sent: entries },
      expect.anything(),
    ])
    const [offered] = talk([new SyncAsker(full), full], [new SyncAnswerer(newcomer), newcomer])
    expect(offered).toMatchObject({ sent: 0 })
  })

  it('[SY12, SY5] a page passes over a bounded number of entries that may not be sent, and the sync ends well', () => {
    const inOrder = [...largeCatalog(9000).index.inOrder()]
    for (const [from, sent] of [
      [0, 0],
      [100, 100],
      [8000, 8000],
    ] as const) {
      const stale = largeCatalog(9000)
      for (const peerId of inOrder.slice(from, from + 5000)) stale.withheld.add(peerId)
      let looked = 0
      const machine = new SyncAnswerer({
        index: stale.index,
        isNews: () => false,
        mayBeNews: () => false,
        hasRoom: () => false,
        entry: (peerId) => {
          looked += 1
          return stale.entry(peerId)
        },
      })
      const answerer: Exchange<SyncCounts> = {
        step: (input) => {
          looked = 0
          const action = machine.step(input)
          expect(looked).toBeLessThan(5000)
          return action
        },
      }
      const newcomer = new PlainCatalog()
      newcomer.isNews = () => false
      const [asked, answered] = talk([new SyncAsker(newcomer), newcomer], [answerer, stale])
      expect([asked, answered]).toMatchObject([{ received: 0 }, { sent }])
    }
  })

  it('[SY5] does not make ready for what a peer only says that it has', () => {
    const machine = new SyncAsker(new PlainCatalog())
    const { bytes, signature } = signedOf('ann')
    const page = { entries: [Uint8Array.from(bytes)], signatures: [Uint8Array.from(signature)], left: 1_000_000 }
    machine.step(begin)
    expect(machine.step(message(SyncAnswer.encode({ page }))).kind).toBe('sendAhead')
  })

  it('[SY8] the side that sends all is through with the last page, not before', () => {
    const all = new PlainCatalog()
    for (let index = 0; index < 600; index += 1) all.put(signedOf(`peer ${index}`))
    const machine = new SyncAnswerer(all)
    const page = (request: SyncRequest): Page | undefined => {
      const action = machine.step(message(SyncRequest.encode(request)))
      return action.kind === 'send' ? SyncAnswer.decode(action.message).page : undefined
    }
    const compare = { root: { prefix: '', count: 0, fingerprint: new Uint8Array(16) }, orAll: true }
    const [last] = [...all.index.inOrder()].slice(511)
    if (last === undefined) throw new Error('there are 600')
    machine.step(begin)
    expect(page({ compare })).toMatchObject({ left: 88 })
    expect(machine.step({ kind: 'ended' })).toMatchObject({ kind: 'fail', error: { code: 'StreamFailed' } })
    const rest = page({ onward: { publicKey: Uint8Array.from(publicKeyOf(last)) } })
    expect([rest?.entries.length, rest?.left]).toEqual([88, undefined])
    expect(machine.step({ kind: 'ended' })).toMatchObject({ kind: 'done', result: { sent: 600 } })
  })

  it('[SY4] a peer that finds ever more ranges that differ is refused', () => {
    const machine = new SyncAsker(new PlainCatalog())
    const fingerprint = new Uint8Array(16).fill(1)
    let action = machine.step(begin)
    let prefixes = ['']
    for (let round = 0; round < 200 && action.kind === 'send'; round += 1) {
      const digests = prefixes.flatMap((parent) =>
        '0123456789abcdef'.split('').map((digit) => ({ prefix: parent + digit, count: 9, fingerprint })),
      )
      action = machine.step(message(SyncAnswer.encode({ ranges: { digests, items: [] } })))
      prefixes = action.kind === 'send' ? (SyncRequest.decode(action.message).expand?.prefixes ?? []) : []
    }
    expect(action).toMatchObject({ kind: 'fail', error: { message: expect.stringContaining('open ranges') as string } })
  })

  it('[SY4] an answer to nothing is refused', () => {
    const machine = new SyncAsker(catalog)
    machine.step(begin)
    expect(machine.step(message(SyncAnswer.encode({ want: { publicKeys: [] } })))).toEqual({
      kind: 'fail',
      error: expect.any(SyncFailed) as unknown,
    })
  })
})
