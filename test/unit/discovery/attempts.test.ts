/** What is listed of dials, and by which path peers were learned (rule BS4). */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from '../../../src/main/discovery/ports.ts'
import { Attempts } from '../../../src/main/discovery/bootstrap/attempts.ts'
import { Provenance } from '../../../src/main/discovery/bootstrap/provenance.ts'
import { PeerTable } from '../../../src/main/discovery/core/peers.ts'
import { NotDialed } from '../../../src/shared/errors.ts'
import { idOf } from '../../support/discovery/entries.ts'

const [ANN, BOB] = [idOf('ann'), idOf('bob')]
const ADDRESS = '/ip4/192.0.2.1/tcp/1'

let now = 0
const clock = { now: () => 1000 + now, monotonic: () => now, schedule: () => () => undefined }
let attempts: Attempts
let peers: PeerTable
let provenance: Provenance
beforeEach(() => {
  now = 0
  attempts = new Attempts(clock)
  peers = new PeerTable()
  provenance = new Provenance(clock, attempts, peers)
})

const at = (index: number) => ({ addresses: [`/ip4/192.0.2.${index}/tcp/1`] })
const connection = (direction: Connection['direction']): Connection => ({
  peerId: ANN,
  remoteAddress: ADDRESS,
  direction,
  openedAt: 0,
})

describe('the list of places that were dialed', () => {
  it('[BS4] has one line for an address that the user gave, with or without the peer and however it is written', () => {
    attempts.begin({ addresses: ['/ip4/9.9.9.9/tcp/1'] }, { path: 'given' }).failed('nobody')
    attempts.begin({ peerId: ANN, addresses: ['/ip4/9.9.9.9/tcp/1'] }, { path: 'given' }).failed('nobody')
    attempts.begin({ addresses: ['/ip6/::ffff:909:909/tcp/1'] }, { path: 'given' }).dialing()
    expect(attempts.list()).toHaveLength(1)
    attempts.forget({ peerId: ANN, addresses: ['/ip4/9.9.9.9/tcp/1'] })
    expect(attempts.list()).toEqual([])
  })

  it('[BS4] has a line for each peer with which the user gave an address: one of them is not there', () => {
    const [right, wrong] = [
      { peerId: ANN, addresses: [ADDRESS] },
      { peerId: BOB, addresses: [ADDRESS] },
    ]
    for (let times = 0; times < 2; times += 1) {
      const trials = [wrong, right].map((target) => attempts.begin(target, { path: 'given' }))
      for (const trial of trials) trial.dialing()
      trials[1]?.connected(ANN)
      trials[0]?.failed('another peer answered there')
    }
    expect(attempts.list()).toMatchObject([
      { peerId: ANN, address: ADDRESS, state: 'connected', tries: 2 },
      { peerId: BOB, address: ADDRESS, state: 'failed', reason: 'another peer answered there', tries: 2 },
    ])
    attempts.forget({ addresses: [ADDRESS] })
    expect(attempts.list()).toEqual([])
  })

  it('[BS4] does not say of a peer of another network that it is connected', () => {
    for (const [index, peerId] of [ANN, BOB].entries()) {
      const trial = attempts.begin(at(index), { path: 'given' })
      trial.dialing()
      trial.connected(peerId)
    }
    attempts.isOurs(ANN)
    expect(attempts.list().map(({ state }) => state)).toEqual(['connected', 'connected'])
    now = 10_000
    expect(attempts.list()).toMatchObject([
      { peerId: BOB, state: 'failed', reason: expect.stringContaining('not in this network') },
      { peerId: ANN, state: 'connected', reason: null },
    ])
  })

  it('[BS4] holds 128, and of more those that are over go first', () => {
    attempts.begin(at(0), { path: 'given' })
    attempts.begin(at(1), { path: 'given' }).failed('nobody is there')
    for (let index = 2; index < 128; index += 1) attempts.begin(at(index), { path: 'lan' })
    expect(attempts.list()).toHaveLength(128)
    attempts.begin(at(128), { path: 'lan' })
    const listed = attempts.list().map(({ address }) => address)
    expect(listed).toHaveLength(128)
    expect(listed.at(-1)).toBe(at(0).addresses[0])
    expect(listed).not.toContain(at(1).addresses[0])
    // Where none is over the oldest goes.
    attempts.begin(at(129), { path: 'lan' })
    expect(attempts.list().map(({ address }) => address)).not.toContain(at(0).addresses[0])
  })

  it('[BS4] says what became of each, and has one line for a place that is dialed again', () => {
    const first = attempts.begin(at(1), { path: 'given' })
    first.dialing()
    now = 70
    first.failed('nobody is there')
    expect(attempts.list()).toEqual([
      {
        path: 'given',
        peerId: null,
        address: at(1).addresses[0],
        slot: null,
        state: 'failed',
        reason: 'nobody is there',
        at: 1070,
        tookMs: 70,
        tries: 1,
      },
    ])
    const again = attempts.begin(at(1), { path: 'given' })
    again.dialing()
    again.connected(ANN)
    expect(attempts.list()).toMatchObject([{ state: 'connected', peerId: ANN, reason: null, tries: 2 }])
    attempts.begin(at(1), { path: 'lan' })
    expect(attempts.list()).toHaveLength(2)
  })

  it('[BS4] tells a dial that was not made apart from one that failed, and does not count it', () => {
    const [rests, elsewhere] = [new NotDialed('there', 'rests'), new NotDialed('there', 'elsewhere')]
    const asked = (error: NotDialed) => {
      const trial = attempts.begin(at(1), { path: 'given' })
      trial.dialing()
      trial.notDialed(error)
      return attempts.list()
    }
    expect(asked(rests)).toMatchObject([{ state: 'notDialed', reason: rests.message, tookMs: null, tries: 0 }])
    const failed = attempts.begin(at(1), { path: 'given' })
    failed.dialing()
    failed.failed('connection refused')
    const [line] = attempts.list()
    expect(line).toMatchObject({ state: 'failed', tries: 1 })
    // That it rests since then says less than why it does.
    now = 5000
    expect(asked(rests)).toEqual([line])
    expect(asked(elsewhere)).toMatchObject([{ state: 'notDialed', reason: elsewhere.message, at: 6000, tries: 1 }])
    for (let index = 2; index < 130; index += 1) attempts.begin(at(index), { path: 'lan' })
    expect(attempts.list().map(({ state }) => state)).not.toContain('notDialed')
  })
})

describe('the path by which a peer was learned', () => {
  it('[BS4] is the first one, with when and from whom', () => {
    const record = peers.ensure(ANN)
    now = 5
    provenance.learned(record, 'gossip', BOB, null)
    now = 9
    provenance.learned(record, 'sync', idOf('cat'), null)
    expect(provenance.of(ANN)).toEqual({ path: 'gossip', from: BOB, slot: null, at: 1005 })
    expect(provenance.counts()).toMatchObject({ gossip: 1, sync: 0 })
  })

  it('[BS4] of a peer that we dialed is that of the dial', () => {
    const record = peers.ensure(ANN)
    provenance.reached(record, { path: 'dht', slot: 3 })
    provenance.reached(record, { path: 'lan' })
    provenance.learned(record, 'gossip', BOB, connection('outbound'))
    expect(provenance.of(ANN)).toMatchObject({ path: 'dht', slot: 3, from: null })
    // Also where its entry is faster than the word that the dial went well.
    attempts.begin({ addresses: [ADDRESS] }, { path: 'given' }).dialing()
    const other = peers.ensure(BOB)
    provenance.learned(other, 'gossip', BOB, { ...connection('outbound'), peerId: BOB })
    expect(provenance.of(BOB)?.path).toBe('given')
  })

  it('[BS4] of a peer that came to us and told of itself is that it came', () => {
    provenance.learned(peers.ensure(ANN), 'gossip', ANN, connection('inbound'))
    expect(provenance.of(ANN)).toMatchObject({ path: 'incoming', from: null })
    provenance.learned(peers.ensure(BOB), 'sync', ANN, null)
    expect(provenance.of(BOB)).toMatchObject({ path: 'sync', from: ANN })
  })
})
