import { expect, it } from 'vitest'
import { isWithin, LOSS_LASTING_MS, lossBefore, lossOf, LossWatch } from '../../../src/main/monitor/loss.ts'
import type { Told } from '../../../src/main/discovery/handle.ts'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import type { DepartureReason, PeerRow, PeerState } from '../../../src/shared/peer.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { peerRow } from '../../support/renderer/fake-network.ts'
import { DataFolder, NETWORK, NETWORK_ID, START } from '../store/data-folder.ts'

/** A watch that is looked at each second, of a machine that slept for so long before, and what it tells. */
function watch(sleptSeconds = 0) {
  let seconds = 0
  const told: (readonly [number, DiscoveryEvent])[] = []
  const clock = { now: () => 1_000_000 + seconds * 1000, monotonic: () => seconds * 1000 }
  const rows: PeerRow[] = []
  const tell = (event: DiscoveryEvent): void => void told.push([seconds, event])
  const losses = new LossWatch({ clock, purgeAfterMs: 60_000, tell, rows: () => rows })
  const pass = (state: 'online' | 'lost' | 'alone', forSeconds: number): void => {
    for (let n = 0; n < forSeconds; n += 1) {
      losses.look(state, { lastHeardAt: 999_000, judgedAt: clock.now() - sleptSeconds * 1000 })
      seconds += 1
    }
  }
  return { losses, told, rows, pass }
}

it('a loss and a return are told once each has lasted, with when it began', () => {
  const { losses, told, pass } = watch()
  pass('online', 3)
  pass('lost', 20)
  // Less than it takes to count.
  pass('online', 4)
  expect(losses.loss).toBeNull()
  pass('lost', 3)
  expect(losses.loss).toMatchObject({ at: 1_003_000 })
  pass('online', 20)
  const lasting = LOSS_LASTING_MS / 1000
  expect(told).toEqual([
    [
      3 + lasting,
      { kind: 'NetworkLost', heardAt: 999_000, since: 1_003_000, judgedAt: 1_003_000, purgeAfterMs: 60_000 },
    ],
    [30 + lasting, { kind: 'NetworkBack', since: 1_030_000 }],
  ])
})

it('that everybody left is no loss, however long nobody comes', () => {
  const { losses, told, rows, pass } = watch()
  const down = (name: string): Told =>
    losses.take({ kind: 'event', seq: 1, at: 0, event: { kind: 'NeighborDown', peerId: idOf(name) } })
  const shown = (name: string, state: PeerState): void =>
    void rows.push({ ...peerRow(0), self: false, peerId: idOf(name), state })
  pass('online', 3)
  shown('ann', 'departed')
  down('ann')
  // Of one that is here without a goodbye it is not known what became of it.
  shown('ben', 'online')
  pass('lost', 1)
  expect([losses.lost, losses.deserted]).toEqual([true, false])
  // Its goodbye may come a little later.
  rows.pop()
  shown('ben', 'departed')
  pass('lost', 20)
  expect([losses.lost, losses.deserted, losses.loss]).toEqual([false, true, null])
  // One that comes counts as here a moment before it is a neighbor.
  shown('cat', 'online')
  pass('lost', 2)
  expect([losses.lost, losses.deserted]).toEqual([false, true])
  pass('online', 10)
  expect([losses.deserted, told]).toEqual([false, []])
  // Where the last neighbor went without a goodbye, our connection may have broken, though nobody counts as here.
  rows.pop()
  shown('cat', 'purged')
  down('cat')
  pass('lost', 10)
  expect([losses.lost, losses.deserted]).toEqual([true, false])
  expect(told).toMatchObject([[expect.any(Number), { kind: 'NetworkLost' }]])
  // What became of those that went in a loss is not known, whatever their rows say since.
  rows.length = 0
  shown('cat', 'departed')
  pass('lost', 10)
  expect([losses.lost, losses.deserted]).toEqual([true, false])
})

it('a loss that begins as the machine wakes up says by which time staleness was judged then', () => {
  const { losses, told, pass } = watch(3600)
  pass('lost', 3)
  const loss = { at: 1_000_000, judgedAt: 1_000_000 - 3_600_000, heardAt: 999_000, purgeAfterMs: 60_000 }
  expect(losses.loss).toEqual(loss)
  pass('lost', 5)
  // In the log too, as the past needs it.
  expect(lossOf({ seq: 1, at: 1_005_000, event: told[0]?.[1] ?? { kind: 'Stalled', ms: 0 } })).toEqual(loss)
})

it('of a neighbor that comes and goes all the time nothing is told, though it is seen at once', () => {
  const { losses, told, pass } = watch()
  for (let n = 0; n < 100; n += 1) {
    pass('online', 2)
    expect(losses.lost).toBe(false)
    pass('lost', 2)
    expect([losses.lost, losses.loss?.purgeAfterMs]).toEqual([true, 60_000])
  }
  expect(told).toEqual([])
})

const purged = (reason: DepartureReason = 'purged'): Told => ({
  kind: 'event',
  seq: 1,
  at: 0,
  event: { kind: 'PeerDeparted', peerId: idOf('a'), reason, version: { startedAt: 1, updatedAt: 1 } },
})

it('who is purged while we have lost the network is lost with it, from then until the return is told', () => {
  const { losses, told, pass } = watch()
  const reason = () => {
    const { event } = losses.take(purged()) as Extract<Told, { kind: 'event' }>
    return event.kind === 'PeerDeparted' ? event.reason : null
  }
  pass('online', 3)
  expect(reason()).toBe('purged')
  pass('lost', 10)
  expect([reason(), told.length]).toEqual(['lost', 1])
  // Who is purged right after a return was not heard for the same cause.
  pass('online', 3)
  expect(reason()).toBe('lost')
  pass('online', 3)
  expect([reason(), told.at(-1)?.[1].kind]).toEqual(['purged', 'NetworkBack'])
})

it('a loss is told before a peer that is lost with it, however short it is yet, and its end as of any', () => {
  const { losses, told, pass } = watch()
  pass('online', 3)
  pass('lost', 2)
  expect(losses.take(purged())).toMatchObject({ event: { reason: 'lost' } })
  expect(told).toMatchObject([[5, { kind: 'NetworkLost', since: 1_003_000 }]])
  losses.take(purged())
  pass('lost', 10)
  pass('online', 6)
  expect(told.map(([, { kind }]) => kind)).toEqual(['NetworkLost', 'NetworkBack'])
})

it('other departures, and other news, are what they are in a loss too', () => {
  const { losses, pass } = watch()
  pass('lost', 10)
  for (const told of [purged('graceful'), purged('removed'), purged('displaced')]) expect(losses.take(told)).toBe(told)
})

it('a node that stops while it is lost is not back', () => {
  const { losses, told, pass } = watch()
  pass('online', 1)
  pass('lost', 10)
  pass('alone', 10)
  expect([losses.lost, told.map(([, { kind }]) => kind)]).toEqual([true, ['NetworkLost']])
})

it('a moment lies in a loss from its beginning until just before its end', () => {
  const losses = [
    { from: 10, to: 20 },
    { from: 20, to: 25 },
    { from: 40, to: 50 },
    { from: 90, to: Infinity },
  ]
  const inOne = [9, 10, 19, 20, 25, 39, 40, 49, 50, 89, 90, 1e9].filter((at) => isWithin(losses, at))
  expect(inOne).toEqual([10, 19, 20, 40, 49, 90, 1e9])
  expect(isWithin([], 10)).toBe(false)
})

it('a loss is remembered for a day once it is over, however long it was', () => {
  using data = new DataFolder()
  const store = data.open()
  const HOUR = 3_600_000
  const log = (hours: number, event: DiscoveryEvent): void => void store.append(NETWORK, START + hours * HOUR, event)
  const began = (hours: number): number | null => {
    const loss = lossBefore(store, NETWORK, START + hours * HOUR)
    return loss === null ? null : (loss.at - START) / HOUR
  }
  log(0, { kind: 'NetworkLost', heardAt: null, since: START })
  // It is over since a moment that is told a little later.
  log(30, { kind: 'NetworkBack', since: START + 30 * HOUR - 5000 })
  expect([1, 29.9, 30 - 2 / 3600, 30, 53.9, 54].map(began)).toEqual([null, null, 0, 0, 0, null])
  // One that we left in ended then, however often we joined since.
  log(60, { kind: 'NetworkLost', heardAt: null })
  log(61, { kind: 'NetworkLeft', networkId: NETWORK_ID })
  for (let n = 0; n < 40; n += 1) {
    log(62 + n / 100, { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: idOf('me'), addresses: [] })
    log(62 + n / 100, { kind: 'NetworkLeft', networkId: NETWORK_ID })
  }
  expect([60.5, 61, 84.9, 85.1].map(began)).toEqual([null, 60, 60, null])
})
