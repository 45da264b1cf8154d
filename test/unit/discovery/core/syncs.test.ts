/** When syncs run, and what comes of them (rules SY6 to SY8, WK3, WK12, BD9). */
import { describe, expect, it } from 'vitest'
import type { Output } from '../../../../src/main/discovery/core/io.ts'
import { SyncRequest } from '../../../../src/main/discovery/dialects/peerscope/wire/generated/sync.js'
import { verifyEntry } from '../../../../src/main/discovery/entry/entry.ts'
import { StreamFailed } from '../../../../src/shared/errors.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { addressHere, dialect, syncRequest } from '../../../support/discovery/dialect.ts'
import { Bench, fixedRandom, named, REACHABLE } from '../../../support/discovery/bench.ts'
import { idOf, signatures } from '../../../support/discovery/entries.ts'
import { phaseOf, withNeighbor } from '../../../support/discovery/syncing.ts'
import { PlainCatalog } from '../sync-pair.ts'

describe('a sync', () => {
  it('[SY4] ends after 10 s of silence, counted from when the message was out', () => {
    const bench = Bench.online()
    bench.connect(idOf('ann'))
    const [open] = bench.taken('open').filter(({ protocol }) => protocol === 'sync')
    const id = open?.id ?? -1
    bench.step({ kind: 'opened', id })
    bench.take()
    bench.pass(9000)
    bench.step({ kind: 'sent', id })
    bench.pass(9999)
    const resets = () => bench.taken('reset').filter((reset) => reset.id === id)
    expect(resets()).toEqual([])
    bench.pass(1)
    expect(resets()).toMatchObject([{ error: { code: 'Timeout' } }])
  })

  it('[SY4] does not count as silence what it takes us to send', () => {
    const bench = Bench.online()
    bench.connect(idOf('ann'), 'inbound')
    const id = bench.stream(idOf('ann'), 'sync')
    bench.pass(5000)
    bench.step({ kind: 'message', id, bytes: syncRequest() })
    bench.take()
    bench.pass(10_500)
    bench.step({ kind: 'sent', id })
    bench.pass(9999)
    const resets = () => bench.taken('reset').filter((reset) => reset.id === id)
    expect(resets()).toEqual([])
    bench.pass(1)
    expect(resets()).toHaveLength(1)
  })

  it.runIf(dialect.abilities.reconciles)('[SY4] ends after 30 s, however much is said', () => {
    const bench = Bench.online()
    bench.connect(idOf('ann'), 'inbound')
    bench.step({ kind: 'stream', id: 1001, peerId: idOf('ann'), protocol: 'sync' })
    for (let second = 0; second < 29; second += 1) {
      bench.step({ kind: 'message', id: 1001, bytes: syncRequest() })
      bench.step({ kind: 'sent', id: 1001 })
      bench.pass(1000)
    }
    bench.take()
    bench.pass(1000)
    expect(bench.taken('reset').filter(({ id }) => id === 1001)).toMatchObject([{ error: { code: 'Timeout' } }])
  })
})

/** A peer with that catalog answers a sync of ours, up to where what it sent is to be verified. */
function talkedTo(bench: Bench, id: number, catalog: PlainCatalog): { outputs: Output[]; entries: Unverified } {
  const peer = dialect.answerSync(catalog)
  peer.step({ kind: 'begin' }, 0)
  const outputs: Output[] = []
  for (let rest = bench.take(); rest.length > 0; rest = bench.take()) {
    outputs.push(...rest)
    for (const output of rest) {
      if (output.kind === 'verify') return { outputs, entries: output.entries }
      if (output.kind === 'yield') bench.step({ kind: 'resumed', id })
      if (output.kind !== 'send') continue
      bench.step({ kind: 'sent', id })
      const action = peer.step({ kind: 'message', bytes: output.message }, 0)
      if (action.kind !== 'send') throw new Error(`the peer says nothing: ${action.kind}`)
      bench.step({ kind: 'message', id, bytes: action.message })
    }
  }
  throw new Error('there is nothing to verify')
}

type Unverified = Extract<Output, { kind: 'verify' }>['entries']

describe('whole catalogs', () => {
  /** The sync that was opened last, and whether it may bring one. */
  const asked = (bench: Bench): { readonly id: number; readonly orAll: boolean } => {
    const id = bench.lastStream('sync')
    bench.step({ kind: 'opened', id })
    const [sent] = bench.taken('send').filter((output) => output.id === id)
    if (sent === undefined) throw new Error('nothing is asked')
    return { id, orAll: SyncRequest.decode(sent.message).compare?.orAll === true }
  }

  it.runIf(dialect.abilities.reconciles)('[SY12] come by a first sync, and by none after it, broken off or not', () => {
    const bench = Bench.online({ random: fixedRandom(0) })
    const peerId = bench.connect(idOf('ann'))
    bench.feed('ann')
    const first = asked(bench)
    expect(first.orAll).toBe(true)
    bench.step({ kind: 'broke', id: first.id, error: new StreamFailed('30 s are over') })
    bench.pass(2000)
    const second = asked(bench)
    expect(second.orAll).toBe(false)
    bench.finishSync(second.id)
    bench.command({ kind: 'sync', peerId })
    expect(asked(bench).orAll).toBe(false)
  })
})

describe('a sync that the user wants', () => {
  /** One with a connected peer, with which there was one before. */
  function wanted(bench: Bench): { peerId: PeerId; id: number; stream: number } {
    const peerId = bench.connect(idOf('ann'))
    bench.feed('ann')
    bench.finishSync(bench.lastStream('sync'))
    bench.take()
    const id = bench.command({ kind: 'sync', peerId })
    return { peerId, id, stream: bench.lastStream('sync') }
  }

  it('[SY7] is answered once what the peer has is in the catalog', () => {
    const bench = Bench.online()
    const { id, stream, peerId } = wanted(bench)
    // The whole catalog of the peer: what we have of it, and one more.
    const theirs = new PlainCatalog()
    for (const one of [idOf('me'), peerId]) {
      const signed = bench.core.env.catalog.get(one)?.signed
      if (signed === null || signed === undefined) throw new Error('not in our catalog')
      theirs.put(signed)
    }
    theirs.put(bench.signed('bob'))
    bench.step({ kind: 'opened', id: stream })
    const { outputs: before, entries } = talkedTo(bench, stream, theirs)
    expect(before.filter(({ kind }) => kind === 'answer')).toEqual([])
    bench.step({ kind: 'verified', id: stream, entries: entries.map((entry) => verifyEntry(entry, signatures)) })
    const outputs = bench.take()
    const discovered = outputs.findIndex((output) => JSON.stringify(output).includes('PeerDiscovered'))
    const answered = outputs.findIndex((output) => output.kind === 'answer' && output.id === id)
    expect(discovered).toBeGreaterThanOrEqual(0)
    expect(answered).toBeGreaterThan(discovered)
    expect(outputs[answered]).toMatchObject({ answer: { result: { received: 1 } } })
    expect(bench.core.env.catalog.has(idOf('bob'))).toBe(true)
  })

  it('[SY7] ends where nobody waits for it, and goes on where somebody does', () => {
    const bench = Bench.online()
    const { peerId, id, stream } = wanted(bench)
    const other = bench.command({ kind: 'sync', peerId })
    bench.take()
    bench.step({ kind: 'cancel', id })
    const first = bench.take()
    expect(first.find(({ kind }) => kind === 'answer')).toMatchObject({ id, answer: { error: { code: 'Cancelled' } } })
    expect(first.some(({ kind }) => kind === 'reset')).toBe(false)
    bench.step({ kind: 'cancel', id: other })
    expect(bench.taken('reset')).toMatchObject([{ id: stream }])
    expect(bench.core.parts.syncs.running).toBe(0)
  })

  it('[SY7] ends while its peer is dialed too', () => {
    const bench = withNeighbor()
    const [name = ''] = named('smaller', 1)
    const peerId = bench.feed(name, REACHABLE)
    bench.take()
    const id = bench.command({ kind: 'sync', peerId })
    const [dial] = bench.taken('dial')
    bench.step({ kind: 'cancel', id })
    expect(bench.taken('callOff')).toMatchObject([{ id: dial?.id }])
  })

  it('[SY7] goes on where it was due by itself', () => {
    const bench = Bench.online()
    const peerId = bench.connect(idOf('ann'))
    const stream = bench.lastStream('sync')
    const id = bench.command({ kind: 'sync', peerId })
    bench.step({ kind: 'cancel', id })
    expect(bench.take().some(({ kind }) => kind === 'reset')).toBe(false)
    bench.finishSync(stream)
    expect(phaseOf(bench, peerId)).toBe('done')
  })

  it('[SY7] that joined one that waits for its turn to dial goes before the automatic ones', () => {
    const bench = Bench.online({ random: fixedRandom(0) })
    bench.neighbor(idOf('near'))
    // There are connections enough: nobody is dialed but for syncs.
    for (const name of ['a', 'b', 'c', 'd']) {
      bench.connect(bench.feed(name, { addresses: [] }))
      bench.finishSync(bench.lastStream('sync'))
    }
    bench.take()
    const place = (index: number): string => addressHere(`/ip4/10.3.0.${index}/tcp/1`)
    const [one = '', two = ''] = named('larger', 2)
    for (const [index, name] of [one, two].entries()) bench.feed(name, { addresses: [place(100 + index)] })
    const at = bench.core.env.timers.at('syncsDue') ?? 0
    bench.pass(at - bench.ms - 1)
    const targets = Array.from({ length: 8 }, (_, index) => ({ addresses: [place(index)] }))
    bench.command({ kind: 'dial', targets })
    const [first] = bench.taken('dial')
    bench.pass(1)
    expect([phaseOf(bench, idOf(one)), phaseOf(bench, idOf(two)), bench.dialed()]).toEqual(['running', 'running', []])
    bench.command({ kind: 'sync', peerId: idOf(two) })
    bench.step({ kind: 'dialFailed', id: first?.id ?? -1, error: new Error('nobody') })
    expect(bench.dialed()).toEqual([place(101)])
  })

  it('[SY7] that joined a running one whose stream fails begins one of its own, once', () => {
    const bench = Bench.online()
    const [name = ''] = named('larger', 1)
    const peerId = bench.connect(idOf(name))
    bench.feed(name)
    const automatic = bench.lastStream('sync')
    const id = bench.command({ kind: 'sync', peerId })
    bench.take()
    bench.step({ kind: 'broke', id: automatic, error: new StreamFailed('broken') })
    bench.pass(1)
    const [own, ...more] = bench.opened('sync')
    expect(more).toEqual([])
    expect(bench.taken('answer')).toEqual([])
    bench.step({ kind: 'broke', id: own?.id ?? -1, error: new StreamFailed('broken again') })
    expect(bench.taken('answer')).toMatchObject([{ id, answer: { error: { message: 'broken again' } } }])
    // One that began for it fails with it.
    const other = bench.command({ kind: 'sync', peerId })
    bench.step({ kind: 'broke', id: bench.lastStream('sync'), error: new StreamFailed('broken') })
    expect(bench.taken('answer')).toMatchObject([{ id: other, answer: { error: { message: 'broken' } } }])
  })

  it('[SY6] that the peer refuses for its own is asked once more after 1 s, and no more often', () => {
    const bench = Bench.online()
    const { id, peerId, stream } = wanted(bench)
    const inbound = bench.stream(peerId, 'sync')
    if (bench.take().some((output) => output.kind === 'reset' && output.id === inbound)) throw new Error('the id')
    bench.step({ kind: 'broke', id: stream, error: new StreamFailed('refused') })
    bench.pass(999)
    expect([bench.opened('sync'), bench.taken('answer')]).toEqual([[], []])
    bench.pass(1)
    expect(bench.opened('sync')).toHaveLength(1)
    bench.step({ kind: 'broke', id: bench.lastStream('sync'), error: new StreamFailed('refused') })
    expect(bench.taken('answer')).toMatchObject([{ id, answer: { error: { code: 'StreamFailed' } } }])
  })
})

describe('a peer that goes', () => {
  it('[BD9] and never showed an entry leaves its place in the queue with its connection', () => {
    const bench = Bench.online().syncFirst()
    for (let index = 0; index < 12; index += 1) bench.connect(idOf(`stranger ${index}`))
    const { work } = bench.core.env
    expect([work.running('sync'), work.waiting('sync')]).toEqual([8, 4])
    // The ninth and tenth wait; a check of the state follows each step.
    for (const index of [8, 9]) bench.step({ kind: 'disconnected', peerId: idOf(`stranger ${index}`) })
    expect(work.waiting('sync')).toBe(2)
  })

  it('[WK3] and comes back while its sync runs is synced with again: what ends was begun before', () => {
    const bench = Bench.online()
    const peerId = bench.connect(idOf('ann'))
    bench.feed('ann')
    const first = bench.lastStream('sync')
    bench.step({ kind: 'opened', id: first })
    bench.command({ kind: 'remove', peerId })
    bench.pass(10)
    bench.feed('ann')
    bench.take()
    bench.finishSync(first)
    expect(phaseOf(bench, peerId)).not.toBe('done')
    bench.pass(2000)
    bench.finishSync(bench.lastStream('sync'))
    expect(phaseOf(bench, peerId)).toBe('done')
  })

  it('[WK3] and comes back while its own sync with us runs is synced with again', () => {
    const bench = Bench.online()
    const peerId = bench.connect(idOf('ann'), 'inbound')
    bench.feed('ann')
    const inbound = bench.stream(peerId, 'sync')
    bench.command({ kind: 'remove', peerId })
    bench.pass(10)
    bench.feed('ann')
    bench.take()
    bench.step({ kind: 'message', id: inbound, bytes: syncRequest() })
    bench.step({ kind: 'ended', id: inbound })
    expect(phaseOf(bench, peerId)).toBe('waiting')
  })
})
