import { describe, expect, it } from 'vitest'
import type { StoryWorld } from '../../../../src/main/monitor/demo/runner.ts'
import { StoryRunner } from '../../../../src/main/monitor/demo/runner.ts'
import { LATE_JOINERS, SCRIPT } from '../../../../src/main/monitor/demo/script.ts'
import { tagsOf } from '../../../../src/main/monitor/demo/roster.ts'
import { chapterOf, DEMO_CHAPTERS, DEMO_PEERS } from '../../../../src/shared/demo-story.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { Scheduler } from '../../../sim/scheduler.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

const STORY_MS = SCRIPT.reduce((sum, { lengthMs }) => sum + lengthMs, 0)

/** A world that writes down what is done to it. */
function rig({ failing = [] as readonly string[] } = {}) {
  const scheduler = new Scheduler()
  const log: string[] = []
  const told: string[] = []
  const failures: unknown[] = []
  const here = new Map<PeerId, readonly string[]>()
  const name = (peerId: PeerId): string => `#${[...Array(60).keys()].find((n) => peerIdAt(n) === peerId)}`
  let next = 0
  const add = (tags: readonly string[] | null): PeerId => {
    const peerId = peerIdAt(next)
    here.set(peerId, tags ?? tagsOf(next))
    next += 1
    return peerId
  }
  const at = (text: string): void => void log.push(`${scheduler.now / 1000} ${text}`)
  const did = async (text: string): Promise<void> => {
    at(text)
    await Promise.resolve()
    if (failing.some((one) => text.startsWith(one))) throw new Error(text)
  }
  const world: StoryWorld = {
    peers: () => [...here].map(([peerId, tags], n) => ({ peerId, tags, fixed: n < 3 })),
    join: async (tags) => {
      await did(`join ${tags?.join() ?? ''}`)
      return add(tags)
    },
    crash: async (peerId) => {
      here.delete(peerId)
      await did(`crash ${name(peerId)}`)
    },
    leave: async (peerId) => {
      here.delete(peerId)
      await did(`leave ${name(peerId)}`)
    },
    slow: (peerId, byMs) => at(`slow ${name(peerId)} ${byMs}`),
    split: () => did('split'),
    heal: () => did('heal'),
    reset: (room) => did(`reset ${room}`),
    churn: (on) => at(`churn ${on}`),
  }
  for (let n = 0; n < DEMO_PEERS; n += 1) add(null)
  const runner = new StoryRunner({
    script: SCRIPT,
    world,
    clock: { monotonic: () => scheduler.now, schedule: (ms, fn) => scheduler.schedule(ms, fn) },
    seed: 7,
    tell: ({ beat, peers }) => void told.push(`${scheduler.now / 1000} ${beat} ${peers.map(name).join()}`.trim()),
    failed: (error) => void failures.push(error),
  })
  const run = (ms: number): Promise<void> => scheduler.run(ms)
  return { log, told, failures, runner, run, here, name, scheduler }
}

describe('the story of the demo', () => {
  it('tells each moment of each chapter in order, in two minutes or so, and ends in quiet churn', async () => {
    const { told, log, failures, runner, run, scheduler } = rig()
    runner.play(1)
    await run(STORY_MS + 1000)
    const beats = told.map((line) => line.split(' ')[1])
    expect(beats.join(' ')).toBe(
      'calm joined joined crashed goodbye silent slow slow slower old split parted healed whole end',
    )
    expect(new Set(beats)).toEqual(new Set(DEMO_CHAPTERS.flat()))
    expect(STORY_MS).toBeGreaterThanOrEqual(100_000)
    expect(STORY_MS).toBeLessThanOrEqual(160_000)
    expect(log.at(-1)).toBe(`${STORY_MS / 1000} churn true`)
    expect([failures, scheduler.waiting]).toEqual([[], 0])
  })

  it('is the same each time', async () => {
    const stories = await Promise.all(
      [rig(), rig()].map(async (one) => {
        one.runner.play(1)
        await one.run(STORY_MS + 1000)
        return [one.told, one.log]
      }),
    )
    expect(stories[0]).toEqual(stories[1])
  })

  it('crashes one peer and lets another say goodbye; the slow one is a relay; who is needed by others stays', async () => {
    const { log, runner, run } = rig()
    runner.play(1)
    await run(STORY_MS)
    const of = (verb: string): string[] =>
      log.flatMap((line) => (line.split(' ')[1] === verb ? [line.split(' ')[2] ?? ''] : []))
    const [crashed, left, slow] = [of('crash'), of('leave'), new Set(of('slow'))]
    expect([crashed.length, left.length, slow.size]).toEqual([1, 1, 1])
    expect(crashed).not.toEqual(left)
    const [relay = ''] = slow
    expect(tagsOf(Number(relay.slice(1)))).toContain('role:relay')
    for (const one of [...crashed, ...left, relay]) expect(Number(one.slice(1))).toBeGreaterThanOrEqual(3)
    expect(log).toContain('88 join role:validator,client:1.3.9')
  })

  it('waits while it is held, for as long as it takes, and goes on where it was', async () => {
    const { told, runner, run } = rig()
    runner.hold(true)
    runner.play(1)
    await run(60_000)
    expect(told).toEqual([])
    runner.hold(false)
    await run(7000)
    expect(told).toEqual(['60 calm', expect.stringMatching(/^66 joined/)])
    runner.hold(true)
    runner.hold(true)
    await run(100_000)
    runner.hold(false)
    await run(3900)
    expect(told).toHaveLength(2)
    await run(200)
    expect(told.at(-1)).toMatch(/^171 joined/)
    // Held while a chapter is chosen: it begins there once it goes on.
    runner.hold(true)
    runner.play(4)
    await run(10_000)
    expect(told).toHaveLength(3)
    runner.hold(false)
    await run(100)
    expect(told.at(-1)).toMatch(/^181\S* old/)
  })

  it('goes to a chapter on demand, from peers as before the story, and calls off what runs', async () => {
    const { told, log, runner, run } = rig()
    runner.play(1)
    await run(20_000)
    runner.play(5)
    runner.play(4)
    await run(5000)
    expect(told.at(-1)).toMatch(/^20 old #\d+$/)
    expect(log.filter((line) => line.includes('split'))).toEqual([])
    expect(log.slice(-3)).toEqual(['20 churn false', '20 reset 0', '20 join role:validator,client:1.3.9'])
    expect(log.filter((line) => line === '20 reset 0')).toHaveLength(1)
    runner.play(1)
    await run(0)
    expect(log.at(-1)).toBe(`25 reset ${LATE_JOINERS}`)
  })

  it('goes on when a scene fails, and has nothing left to run once it is stopped', async () => {
    const { told, failures, runner, run, scheduler } = rig({ failing: ['crash', 'reset'] })
    runner.play(2)
    await run(10_000)
    expect(told.map((line) => line.split(' ')[1])).toEqual(['crashed', 'goodbye'])
    expect(failures).toHaveLength(2)
    await runner.stop()
    await run(STORY_MS)
    expect([told.length, scheduler.waiting]).toEqual([2, 0])
  })
})

describe('the script', () => {
  it('has a chapter for each that is told of, with its moments in order', () => {
    expect(SCRIPT).toHaveLength(DEMO_CHAPTERS.length)
    for (const [index, { scenes, lengthMs }] of SCRIPT.entries()) {
      for (const { beat } of scenes) expect(chapterOf(beat)).toBe(index + 1)
      const times = scenes.map(({ atMs }) => atMs)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      expect(times.at(-1)).toBeLessThan(lengthMs)
    }
  })
})
