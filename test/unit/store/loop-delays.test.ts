import { describe, expect, it } from 'vitest'
import { Keepsakes } from '../../../src/main/store/keepsakes.ts'
import { openStoreReadOnly } from '../../../src/main/store/read-only.ts'
import type { LoopDelay, StoreReader } from '../../../src/main/store/types.ts'
import { MAX_UNSAVED, Unsaved } from '../../../src/main/store/unsaved.ts'
import { ALL_MS } from '../../../src/main/store/upkeep/samples.ts'
import { DataFolder, finished, NETWORK, OTHER, START } from './data-folder.ts'

const MINUTE = 60_000
const DAY = 24 * 3_600_000
/** How often they are written down. */
const EVERY = 15_000

function delaysOf(store: StoreReader, from = 0, to = Number.MAX_SAFE_INTEGER, networkKey = NETWORK): LoopDelay[] {
  const delays: LoopDelay[] = []
  const fold = () => ({ delay: (one: LoopDelay) => void delays.push(one), result: () => delays })
  return finished(store.delaySteps({ networkKey, from, to }, fold))
}

describe('delays of our own event loop', () => {
  it('are written with the next batch and read by their time, those of another network apart', async () => {
    using data = new DataFolder()
    const store = data.open()
    for (const [n, ms] of [4, 250.5, 8].entries()) store.recordLoopDelay(NETWORK, { at: START + n * EVERY, ms })
    store.recordLoopDelay(OTHER, { at: START, ms: 1 })
    expect(delaysOf(store)).toHaveLength(3)
    expect(data.value('SELECT count(*) FROM loop_delays')).toBe(0)
    await data.scheduler.run(300)
    expect(data.value('SELECT count(*) FROM loop_delays')).toBe(4)
    store.close()
    for (const opened of [data.open(), data.keep(openStoreReadOnly(data.path))]) {
      // Both ends are included.
      expect(delaysOf(opened, START + EVERY, START + 2 * EVERY)).toEqual([
        { at: START + EVERY, ms: 250.5 },
        { at: START + 2 * EVERY, ms: 8 },
      ])
      expect(delaysOf(opened, START + EVERY + 1, START + 2 * EVERY - 1)).toEqual([])
      expect(delaysOf(opened, 0, START, OTHER)).toEqual([{ at: START, ms: 1 }])
    }
  })

  it('of one millisecond, as where the clock was set back, are one: the larger', () => {
    using data = new DataFolder()
    const store = data.open()
    for (const ms of [5, 90, 7]) store.recordLoopDelay(NETWORK, { at: START, ms })
    expect(delaysOf(store)).toEqual([{ at: START, ms: 90 }])
  })

  it('are read in steps, however many they are', () => {
    using data = new DataFolder()
    const store = data.open()
    const many = Array.from({ length: 2500 }, (_, n) => ({ at: START + n * EVERY, ms: n }))
    for (const one of many) store.recordLoopDelay(NETWORK, one)
    const read: LoopDelay[] = []
    const steps = store.delaySteps({ networkKey: NETWORK, from: 0, to: START * 2 }, () => ({
      delay: (one) => void read.push(one),
      result: () => null,
    }))
    let count = 0
    while (steps.next().done !== true) count += 1
    expect(count).toBe(3)
    expect(read).toEqual(many)
  })

  it('are all kept for an hour, then the largest of each minute, and those that are too old go', async () => {
    using data = new DataFolder()
    const store = data.open()
    const now = START + 10 * DAY
    await data.scheduler.run(10 * DAY)
    // One peak a minute, each time at another place.
    const all: LoopDelay[] = []
    for (let at = now - 3 * DAY; at <= now; at += EVERY) {
      const minute = Math.floor(at / MINUTE)
      all.push({ at, ms: (at / EVERY) % 4 === minute % 4 ? 100 + (minute % 7) : 3 })
    }
    for (const one of all) store.recordLoopDelay(NETWORK, one)
    store.setRetention({ maxAgeMs: 2 * DAY, maxBytes: 1e12 })
    await data.scheduler.run(1000)
    const end = now - ALL_MS
    const kept = delaysOf(store)
    expect(kept[0]?.at).toBeGreaterThanOrEqual(now - 2 * DAY)
    // Of the minute at the end of what is kept some are gone.
    const from = now - 2 * DAY + MINUTE
    expect(kept.filter(({ at }) => at >= from)).toEqual(
      all.filter(({ at, ms }) => at >= from && (at >= end || ms >= 100)),
    )
    // Of equal ones the first stays.
    await data.scheduler.run(11 * MINUTE)
    for (let at = end; at < end + MINUTE; at += EVERY) store.recordLoopDelay(OTHER, { at, ms: 5 })
    await data.scheduler.run(1000)
    expect(delaysOf(store, 0, now, OTHER)).toEqual([{ at: end, ms: 5 }])
  })

  it('are thinned by and by to the same as at once', async () => {
    using data = new DataFolder()
    const store = data.open()
    const all: LoopDelay[] = []
    for (let n = 0; n < 1500; n += 1) {
      const one = { at: START + n * EVERY, ms: (n * 7919) % 101 }
      all.push(one)
      store.recordLoopDelay(NETWORK, one)
      if (n % 44 === 43) await data.scheduler.run(44 * EVERY)
    }
    await data.scheduler.run(2 * ALL_MS)
    // Upkeep looks again once something is written.
    store.recordLoopDelay(OTHER, { at: START, ms: 1 })
    await data.scheduler.run(1000)
    const peaks = new Map<number, LoopDelay>()
    for (const one of all) {
      const minute = Math.floor(one.at / MINUTE)
      if (one.ms > (peaks.get(minute)?.ms ?? -1)) peaks.set(minute, one)
    }
    expect(delaysOf(store)).toEqual([...peaks.values()])
  })

  it('go with their network', async () => {
    using data = new DataFolder()
    const store = data.open()
    store.recordLoopDelay(NETWORK, { at: START, ms: 1 })
    store.recordLoopDelay(OTHER, { at: START, ms: 1 })
    store.forgetNetwork(NETWORK)
    await data.scheduler.run(5000)
    expect(data.value('SELECT count(*) FROM loop_delays')).toBe(1)
    expect(data.value('SELECT count(*) FROM networks')).toBe(1)
  })

  it('are not precious: they are not kept in memory for a lost file, and are dropped with other history', () => {
    const write = { kind: 'loop-delay', networkKey: NETWORK, delay: { at: START, ms: 1 } } as const
    const keepsakes = new Keepsakes([])
    keepsakes.take(write)
    expect(keepsakes.writes()).toEqual([])
    const unsaved = new Unsaved()
    for (let n = 0; n <= MAX_UNSAVED; n += 1) unsaved.add({ ...write })
    expect(unsaved.size).toBeLessThan(MAX_UNSAVED)
  })
})
