import { describe, expect, it } from 'vitest'
import { LazyHeap } from '../../../src/main/discovery/base/lazy-heap.ts'
import { LANES, WorkQueue } from '../../../src/main/discovery/core/work.ts'
import type { LaneName, Work } from '../../../src/main/discovery/core/work.ts'

const queue = (): WorkQueue<LaneName> => new WorkQueue(LANES)

function added(work: WorkQueue<LaneName>, lane: LaneName, count: number, priority: 'user' | 'automatic' = 'automatic') {
  return Array.from({ length: count }, () => work.add(lane, priority))
}

describe('work in turns', () => {
  it('[BD8] is eight dials at once, in whatever order they end, begin and are called off', () => {
    const work = queue()
    const running: Work<LaneName>[] = []
    let random = 1
    for (let step = 0; step < 5000; step += 1) {
      random = (random * 48_271) % 2_147_483_647
      if (random % 3 === 0) work.add('dial', random % 2 === 0 ? 'user' : 'automatic')
      else if (random % 3 === 1 && running.length > 0) {
        const [ended] = running.splice(random % running.length, 1)
        if (ended !== undefined) work.end(ended)
        // What ended once does not end another's turn when it ends again.
        if (ended !== undefined) work.end(ended)
      }
      running.push(...work.begin('dial', step))
      expect(running.length).toBeLessThanOrEqual(8)
      expect(work.check()).toEqual([])
    }
    expect(running).toHaveLength(8)
  })

  it('[BD8] is refused where 256 wait; what the user asked for has room and a turn before it', () => {
    const work = queue()
    added(work, 'dial', 8)
    expect(work.begin('dial', 0)).toHaveLength(8)
    expect(added(work, 'dial', 257).filter((one) => one === null)).toHaveLength(1)
    const mine = work.add('dial', 'user')
    expect(mine).not.toBeNull()
    expect(work.begin('dial', 0)).toEqual([])
    const [first] = added(queue(), 'dial', 1)
    if (first !== null && first !== undefined) work.end(first)
    expect(work.begin('dial', 0)).toEqual([mine])
  })

  it('[BD8] that waits is gone at once when it is called off', () => {
    const work = queue()
    const all = added(work, 'dial', 10)
    work.begin('dial', 0)
    const [last] = all.slice(-1)
    if (last === null || last === undefined) throw new Error('it was refused')
    work.end(last)
    expect(work.waiting('dial')).toBe(1)
    expect(work.running('dial')).toBe(8)
  })

  it('[WK12] is eight automatic syncs at once and ten a second, those of the user beside them and at once', () => {
    const work = queue()
    added(work, 'sync', 30)
    const begun = work.begin('sync', 0)
    expect(begun).toHaveLength(8)
    const mine = work.add('sync', 'user')
    expect(work.begin('sync', 0)).toEqual([mine])
    for (const one of begun) work.end(one)
    // Of the burst of ten two are left.
    const next = work.begin('sync', 0)
    expect(next).toHaveLength(2)
    expect(work.nextAt('sync', 0)).toBe(100)
    expect(work.begin('sync', 100)).toHaveLength(1)
    expect(work.check()).toEqual([])
  })

  it('[RT2] is 16 probes at once and ten a second', () => {
    const work = queue()
    let begun = 0
    for (let index = 0; index < 100; index += 1) if (work.beginNow('probe', index) !== null) begun += 1
    expect(begun).toBe(10)
    for (let second = 1; second < 10; second += 1) if (work.beginNow('probe', second * 1000) !== null) begun += 1
    expect(begun).toBe(16)
    expect(work.waiting('probe')).toBe(0)
  })
})

describe('a heap of what is due', () => {
  it('[BD9] holds a key once, and none that was deleted, however many come and go', () => {
    const due = new Map<number, number>()
    const heap = new LazyHeap<number>((key) => due.get(key) ?? null)
    let random = 7
    let wrong = 0
    for (let step = 0; step < 20_000; step += 1) {
      random = (random * 48_271) % 2_147_483_647
      const key = random % 300
      if (random % 5 === 0) {
        due.delete(key)
        heap.delete(key)
      } else if (random % 5 === 1) {
        const soonest = due.size === 0 ? undefined : Math.min(...due.values())
        const front = heap.popBefore(Infinity, 1000)
        if ((front === null ? undefined : due.get(front)) !== soonest) wrong += 1
        if (front !== null) due.delete(front)
      } else {
        due.set(key, random % 10_000)
        heap.push(key, random % 10_000)
      }
      if (heap.size !== due.size) wrong += 1
    }
    expect(wrong).toBe(0)
  })
})
