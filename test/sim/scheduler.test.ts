import { describe, expect, it } from 'vitest'
import { EventHeap } from './event-heap.ts'
import { SeededRandom } from './random.ts'
import { Scheduler } from './scheduler.ts'
import { PeerNumbers, ToldPeers } from './told.ts'
import { idOf } from '../support/discovery/entries.ts'

describe('virtual time', () => {
  it('has events in the order of their time, and of their making where times are equal', () => {
    const random = new SeededRandom(3)
    const heap = new EventHeap<{ readonly at: number; readonly order: number }>()
    const waiting: { readonly at: number; readonly order: number }[] = []
    const given: unknown[] = []
    const due: unknown[] = []
    let order = 0
    for (let step = 0; step < 8000; step += 1) {
      if (random.number() < 0.6) {
        const thing = { at: random.below(50), order: (order += 1) }
        heap.push(thing.at, thing)
        waiting.push(thing)
      } else {
        waiting.sort((a, b) => a.at - b.at || a.order - b.order)
        given.push(heap.soonest, heap.pop())
        due.push(waiting[0]?.at ?? Infinity, waiting.shift())
      }
      given.push(heap.size)
      due.push(waiting.length)
    }
    expect(given).toEqual(due)
  })

  it('leaves out what was cancelled, also where so much was that the rest moves', async () => {
    const scheduler = new Scheduler()
    const ran: number[] = []
    const cancels = Array.from({ length: 25_000 }, (_, index) =>
      scheduler.schedule(25_000 - index, () => void ran.push(index), true),
    )
    for (const [index, cancel] of cancels.entries()) if (index % 5 !== 0) cancel()
    expect(scheduler.waiting).toBe(5000)
    await scheduler.run(25_000)
    expect(ran).toEqual(Array.from({ length: 5000 }, (_, index) => 24_995 - 5 * index))
  })

  it('keeps the peers that the events of each node tell of', () => {
    const numbers = new PeerNumbers()
    const [one, other] = [new ToldPeers(numbers), new ToldPeers(numbers)]
    const version = { startedAt: 1, updatedAt: 2 }
    expect(one.set(idOf('a'), version)).toBeNull()
    expect(other.set(idOf('b'), version)).toBeNull()
    expect(one.set(idOf('a'), { startedAt: 1, updatedAt: 3 })).toBe(version)
    expect([one.has(idOf('b')), one.delete(idOf('b')), one.size, [...one.keys()]]).toEqual([
      false,
      false,
      1,
      [idOf('a')],
    ])
    expect([other.get(idOf('b')), other.delete(idOf('b')), other.size, [...other.keys()]]).toEqual([
      version,
      true,
      0,
      [],
    ])
  })
})
