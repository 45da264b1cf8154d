/** Which of two peers begins a sync, and when (rules SY6, SY8, WK3, WK12). */
import { describe, expect, it } from 'vitest'
import { StreamFailed } from '../../../../src/shared/errors.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { addressHere, dialect, syncRequest } from '../../../support/discovery/dialect.ts'
import { Bench, fixedRandom, named, NOW, REACHABLE } from '../../../support/discovery/bench.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { phaseOf, withNeighbor } from '../../../support/discovery/syncing.ts'

/** Whom we dial for a sync. Probes dial too. */
const dialedToSync = (bench: Bench): (PeerId | null)[] =>
  bench
    .taken('log')
    .flatMap(({ line }) => (line.message === 'dialing' && line.fields['for'] === 'sync' ? [line.peer] : []))

/** Neighbors that are enough to leave peers of their mesh to others. */
const NEAR = ['near', 'also near', 'near too']

/** With them, and with so many connections that nobody is dialed but for syncs. */
function inMesh(bench: Bench): void {
  for (const name of NEAR) bench.neighbor(bench.feed(name, { addresses: [] }))
  bench.connect(bench.feed('connected', { addresses: [] }))
  bench.finishSync(bench.lastStream('sync'))
  bench.take()
}

/** A peer begins a sync with us, and it goes well. */
function theirs(bench: Bench, peerId: PeerId): void {
  const id = bench.stream(peerId, 'sync')
  bench.step({ kind: 'message', id, bytes: syncRequest() })
  bench.step({ kind: 'ended', id })
}

describe('who begins a sync', () => {
  const { reconciles } = dialect.abilities
  const CALM = 'while somebody is connected that tells of others'
  const cases: [string, string, string, number, number, number][] = [
    ['1 s', 'while nobody is connected', 'the other waits 1 s more', 0, 1000, 1000],
  ]
  if (reconciles)
    cases.push(['10 s', CALM, 'so does the other', 0, 10_000, 0], ['18 s', CALM, 'so does the other', 0.4, 18_000, 0])
  else cases.push(['1 s', CALM, 'the other waits 1 s more', 0, 1000, 1000])
  it.each(cases)(
    '[SY6] is the one with the smaller id after %s where there is no connection, %s; %s',
    (_wait, who, _other, u, ms, more) => {
      const bench = Bench.online({ verbosity: 'trace', random: fixedRandom(u) }).syncFirst()
      // Nobody is dialed but for syncs.
      if (who !== CALM) bench.step({ kind: 'neighborUp', peerId: idOf('near') })
      else bench.neighbor(idOf('near'))
      const [smaller = '', larger = ''] = [...named('smaller', 1), ...named('larger', 1)]
      const above = bench.feed(larger, REACHABLE)
      const below = bench.feed(smaller, { addresses: [addressHere('/ip4/10.1.1.1/tcp/1')] })
      bench.pass(ms - 1)
      expect(dialedToSync(bench)).toEqual([])
      bench.pass(1)
      expect(dialedToSync(bench)).toEqual(more === 0 ? [above, below] : [above])
      bench.pass(Math.max(0, more - 1))
      expect(dialedToSync(bench)).toEqual([])
      bench.pass(1)
      expect(dialedToSync(bench)).toEqual(more === 0 ? [] : [below])
    },
  )

  it('[SY6] is the one that dialed where both connect meanwhile, without another dial', () => {
    const bench = Bench.online({ verbosity: 'trace', random: fixedRandom(0) }).syncFirst()
    const peers = named('larger', 2).map((name, index) =>
      bench.feed(name, { addresses: [addressHere(`/ip4/10.1.1.${index}/tcp/1`)] }),
    )
    const [one, two] = [peers[0] ?? idOf('ann'), peers[1] ?? idOf('ben')]
    bench.pass(500)
    bench.take()
    bench.connect(one)
    expect(bench.opened('sync').map(({ peerId }) => peerId)).toEqual([one])
    bench.connect(two, 'inbound')
    bench.pass(999)
    expect(bench.opened('sync')).toHaveLength(1)
    bench.pass(1)
    expect(bench.opened('sync').map(({ peerId }) => peerId)).toEqual([one, two])
    expect(dialedToSync(bench)).toEqual([])
  })

  it('[SY8] is nobody while a sync that failed rests, though both connect', () => {
    const bench = Bench.online({ random: fixedRandom(0) }).syncFirst()
    const [name = ''] = named('larger', 1)
    const peerId = bench.feed(name, REACHABLE)
    bench.pass(1000)
    for (const { id } of bench.taken('dial')) bench.step({ kind: 'dialFailed', id, error: new Error('nobody') })
    expect(bench.core.env.peers.get(peerId)?.sync).toMatchObject({ phase: 'waiting', failures: 1 })
    bench.connect(peerId)
    expect(bench.opened('sync')).toEqual([])
    bench.pass(2000)
    expect(bench.opened('sync')).toHaveLength(1)
  })

  it('[SY6] is the one that dialed; the other waits 1 s', () => {
    const bench = Bench.online().syncFirst()
    bench.connect(idOf('ann'))
    expect(bench.opened('sync')).toHaveLength(1)
    bench.connect(idOf('bob'), 'inbound')
    bench.pass(999)
    expect(bench.opened('sync')).toHaveLength(1)
    bench.pass(1)
    expect(bench.opened('sync')).toHaveLength(2)
  })

  it.each([
    ['smaller', true],
    ['larger', false],
  ] as const)('[SY6] of two that began, where the peer has the %s id, its own goes on: %s', (which, goesOn) => {
    const bench = withNeighbor()
    const [name = ''] = named(which, 1)
    const peerId = bench.connect(idOf(name))
    bench.feed(name)
    const ours = bench.lastStream('sync')
    bench.step({ kind: 'opened', id: ours })
    bench.take()
    const inbound = bench.stream(peerId, 'sync')
    expect(bench.take().some((output) => output.kind === 'reset' && output.id === inbound)).toBe(!goesOn)
    bench.step({ kind: 'broke', id: goesOn ? ours : inbound, error: new StreamFailed('refused') })
    // That one of the two was refused is no failure, and nothing is tried at once.
    expect(bench.events().filter(({ kind }) => kind === 'SyncFailed')).toEqual([])
    expect(phaseOf(bench, peerId)).toBe(goesOn ? 'waiting' : 'running')
    if (!goesOn) bench.finishSync(ours)
    else {
      bench.step({ kind: 'message', id: inbound, bytes: syncRequest() })
      bench.step({ kind: 'ended', id: inbound })
    }
    expect(phaseOf(bench, peerId)).toBe('done')
    bench.take()
    bench.pass(120_000)
    expect(bench.opened('sync')).toEqual([])
  })

  it('[WK12] is the one who was faster, and the other is glad of it', () => {
    const bench = withNeighbor()
    const [name = ''] = named('larger', 1)
    const peerId = bench.feed(name, REACHABLE)
    bench.pass((bench.core.env.timers.at('syncsDue') ?? 0) - bench.ms)
    const [dial] = bench.taken('dial')
    bench.connect(peerId, 'inbound')
    const inbound = bench.stream(peerId, 'sync')
    bench.step({ kind: 'dialed', id: dial?.id ?? -1, peerId })
    expect(bench.opened('sync')).toEqual([])
    expect(bench.events().filter(({ kind }) => kind === 'SyncFailed')).toEqual([])
    bench.step({ kind: 'message', id: inbound, bytes: syncRequest() })
    bench.step({ kind: 'ended', id: inbound })
    bench.pass(120_000)
    expect(bench.opened('sync')).toEqual([])
  })

  it('[SY6, WK12] is not we where the peer began while ours waited for the first one of the node', () => {
    const bench = Bench.online()
    bench.connect(idOf('first'))
    const ann = bench.connect(idOf('ann'))
    bench.pass(1000)
    const id = bench.stream(ann, 'sync')
    expect(bench.opened('sync')).toHaveLength(1)
    bench.pass(2000)
    // The first one had its time. Ours would run beside that of the peer.
    expect(bench.opened('sync').map(({ peerId }) => peerId)).toEqual([idOf('first')])
    bench.step({ kind: 'message', id, bytes: syncRequest() })
    bench.step({ kind: 'ended', id })
    bench.pass(60_000)
    expect(bench.opened('sync').filter(({ peerId }) => peerId === ann)).toEqual([])
  })

  it('[WK12] is every one that waits, as soon as the first sync went well', () => {
    const bench = Bench.online()
    const [first, ...others] = ['first', 'ann', 'bob', 'cid'].map((name) => bench.connect(idOf(name)))
    expect(bench.opened('sync').map(({ peerId }) => peerId)).toEqual([first])
    bench.finishSync(bench.lastStream('sync'))
    expect(bench.opened('sync').map(({ peerId }) => peerId)).toEqual([first, ...others])
  })

  it('[WK12] is left to others with probability 1 - 1/n, where there is no connection', () => {
    const phasesFor = (number: number): (string | undefined)[] => {
      const bench = Bench.online({ random: fixedRandom(number) }).syncFirst()
      bench.step({ kind: 'neighborUp', peerId: idOf('near') })
      return named('smaller', 8).map((name) => phaseOf(bench, bench.feed(name, REACHABLE)))
    }
    // The one that is new counts.
    expect(phasesFor(0.19)).toEqual([...Array(5).fill('waiting'), ...Array(3).fill('left')])
    expect(phasesFor(0.21)).toEqual([...Array(4).fill('waiting'), ...Array(4).fill('left')])
    expect(phasesFor(0.999)).toEqual([...Array(1).fill('waiting'), ...Array(7).fill('left')])
  })

  it.runIf(reconciles)('[WK12] is left to others where what the peer says comes to us in our mesh', () => {
    const bench = Bench.online({ verbosity: 'trace', random: fixedRandom(0) }).syncFirst()
    const [announced = '', waits = '', late = ''] = named('smaller', 3)
    inMesh(bench)
    bench.announce(bench.signed(announced, REACHABLE))
    expect(phaseOf(bench, idOf(announced))).toBe('left')
    for (const name of [waits, late]) expect(phaseOf(bench, bench.feed(name, REACHABLE))).toBe('waiting')
    bench.pass(5000)
    // The very version that is known says it too.
    expect(bench.announce(bench.signed(late, REACHABLE))).toBe('accept')
    bench.pass(6000)
    expect([phaseOf(bench, idOf(waits)), phaseOf(bench, idOf(late))]).toEqual(['running', 'left'])
    expect(dialedToSync(bench)).toEqual([idOf(waits)])
  })

  it.runIf(reconciles)(
    '[WK12] is not left to a mesh in which we have two neighbors, for these may put there whom they will',
    () => {
      const bench = Bench.online({ verbosity: 'trace', random: fixedRandom(0) }).syncFirst()
      inMesh(bench)
      const [early = '', late = ''] = named('smaller', 2)
      bench.feed(early, REACHABLE)
      bench.announce(bench.signed(early, REACHABLE))
      bench.step({ kind: 'neighborDown', peerId: idOf('near') })
      bench.announce(bench.signed(late, { addresses: [addressHere('/ip4/10.1.1.1/tcp/1')] }))
      expect(phaseOf(bench, idOf(late))).toBe('waiting')
      bench.take()
      bench.pass(10_000)
      expect(dialedToSync(bench)).toEqual([idOf(early), idOf(late)])
    },
  )

  it.runIf(reconciles)('[WK12] is not left to a mesh that we are not in any more, nor for good where it failed', () => {
    const bench = Bench.online({ verbosity: 'trace', random: fixedRandom(0) }).syncFirst()
    const [gone = '', failed = ''] = named('smaller', 2)
    inMesh(bench)
    bench.feed(failed, REACHABLE)
    bench.pass(11_000)
    for (const { id } of bench.taken('dial')) bench.step({ kind: 'dialFailed', id, error: new Error('nobody') })
    bench.announce(bench.signed(failed, REACHABLE))
    expect(bench.core.env.peers.get(idOf(failed))?.sync).toMatchObject({ phase: 'waiting', failures: 1 })
    bench.pass(2000)
    expect(phaseOf(bench, idOf(failed))).toBe('running')
    bench.feed(gone, REACHABLE)
    bench.announce(bench.signed(gone, REACHABLE))
    bench.take()
    for (const name of NEAR) bench.step({ kind: 'neighborDown', peerId: idOf(name) })
    bench.pass(12_000)
    expect(phaseOf(bench, idOf(gone))).not.toBe('left')
  })

  it('[WK12] is not left to others with one that is connected before it is known, or comes into the mesh', () => {
    const bench = Bench.online({ random: fixedRandom(0.999) }).syncFirst()
    bench.step({ kind: 'neighborUp', peerId: idOf('near') })
    for (const name of named('smaller', 8)) bench.feed(name, REACHABLE)
    expect(phaseOf(bench, bench.connect(idOf('stranger')))).toBe('running')
    const known = bench.feed('known', REACHABLE)
    expect(phaseOf(bench, bench.connect(known))).toBe('left')
    bench.step({ kind: 'neighborUp', peerId: known })
    expect(phaseOf(bench, known)).toBe('running')
  })

  it('[WK12] is not left to others where the peer says goodbye and comes back over the same connection', () => {
    const bench = Bench.online({ random: fixedRandom(0.999) }).syncFirst()
    bench.step({ kind: 'neighborUp', peerId: idOf('near') })
    for (const name of named('smaller', 8)) bench.feed(name, REACHABLE)
    const peerId = bench.connect(idOf('ann'))
    bench.feed('ann', REACHABLE)
    bench.goodbye('ann', { startedAt: NOW, updatedAt: NOW })
    expect(bench.core.env.catalog.has(peerId)).toBe(false)
    bench.pass(2000)
    bench.feed('ann', REACHABLE)
    expect(bench.core.env.catalog.has(peerId)).toBe(true)
    expect(phaseOf(bench, peerId)).not.toBe('left')
  })

  it('[WK12] is nobody once one went well, no matter which side began it', () => {
    const bench = withNeighbor()
    const peerId = bench.connect(idOf('ann'), 'inbound')
    expect(phaseOf(bench, peerId)).toBe('waiting')
    theirs(bench, peerId)
    expect(phaseOf(bench, peerId)).toBe('done')
    bench.pass(60_000)
    expect(bench.opened('sync')).toEqual([])
  })
})
