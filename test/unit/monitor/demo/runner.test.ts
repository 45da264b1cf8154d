import { describe, expect, it } from 'vitest'
import { LATE_JOINERS } from '../../../../src/main/monitor/demo/script.ts'
import { tagsOf } from '../../../../src/main/monitor/demo/roster.ts'
import { DEMO_BEATS } from '../../../../src/shared/demo-story.ts'
import { STORY_MS, storyRig } from './story-rig.ts'

describe('the story of the demo', () => {
  it('tells each moment of each chapter in order, in less than two minutes, and ends in quiet churn', async () => {
    const { told, chapters, log, failures, runner, run, scheduler } = storyRig()
    runner.play(1)
    await run(STORY_MS + 1000)
    const beats = told.map((line) => line.split(' ')[1])
    expect(beats.join(' ')).toBe(
      'begins calm joined joined crashed goodbye silent slow slower old split parted healed whole end',
    )
    expect(new Set([...beats, 'unseen'])).toEqual(new Set(DEMO_BEATS))
    expect(chapters.join('')).toBe('111122233455555')
    expect(STORY_MS).toBeGreaterThanOrEqual(80_000)
    // Beside it there is the time until a crash counts as silent, and until links tell of a split.
    expect(STORY_MS).toBeLessThanOrEqual(95_000)
    expect(log.at(-1)).toBe(`${STORY_MS / 1000} churn true`)
    expect([failures, scheduler.waiting]).toEqual([[], 0])
  })

  it('is the same each time', async () => {
    const stories = await Promise.all(
      [storyRig(), storyRig()].map(async (one) => {
        one.runner.play(1)
        await one.run(STORY_MS + 1000)
        return [one.told, one.log]
      }),
    )
    expect(stories[0]).toEqual(stories[1])
  })

  it('crashes one peer and lets another say goodbye; the slow one is a relay; who is needed by others stays', async () => {
    const { log, runner, run } = storyRig()
    runner.play(1)
    await run(STORY_MS)
    const of = (verb: string): string[] =>
      log.flatMap((line) => (line.split(' ')[1] === verb ? [line.split(' ')[2] ?? ''] : []))
    const [crashed, left, slow] = [of('crash'), of('leave'), new Set(of('slow'))]
    expect([crashed.length, left.length, slow.size]).toEqual([1, 1, 1])
    expect(crashed).not.toEqual(left)
    const [relay = ''] = slow
    expect(tagsOf(Number(relay.slice(1)))).toContain('role:relay')
    // When the next chapter begins it is no longer slow.
    expect(log.findLast((line) => line.includes('slow'))).toMatch(/ 0$/)
    for (const one of [...crashed, ...left, relay]) expect(Number(one.slice(1))).toBeGreaterThanOrEqual(3)
    expect(log.some((line) => line.endsWith('join role:validator,client:1.3.9'))).toBe(true)
  })

  it.each(['not connected', 'nobody looks'] as const)(
    'waits while it is held, %s, for as long as it takes, and goes on where it was',
    async (why) => {
      const { told, runner, run } = storyRig()
      runner.hold(why)
      runner.play(1)
      await run(60_000)
      expect(told).toEqual(['0 begins'])
      runner.hold(null)
      await run(6000)
      expect(told.slice(1)).toEqual(['60 calm', expect.stringMatching(/^64 joined/)])
      runner.hold(why)
      runner.hold(why)
      await run(100_000)
      runner.hold(null)
      await run(1900)
      expect(told).toHaveLength(3)
      await run(200)
      expect(told.at(-1)).toMatch(/^168 joined/)
      // Held while a chapter is chosen: it begins there once it goes on.
      runner.hold(why)
      runner.play(5)
      await run(10_000)
      expect(told.slice(4)).toEqual(['168.1 begins'])
      runner.hold(null)
      await run(1100)
      expect(told.at(-1)).toMatch(/^179\S* split$/)
    },
  )

  it.each([
    [2, 'crashed', 3000],
    [5, 'split', 3000],
    [5, 'healed', 24_000],
  ])(
    'begins chapter %i again where we were cut off for long after %s: the network did not wait',
    async (chapter, beat, ms) => {
      const { told, log, missed, runner, run } = storyRig()
      runner.play(chapter)
      await run(ms)
      expect(told.at(-1)).toContain(beat)
      runner.hold('not connected')
      await run(5000)
      runner.hold(null)
      expect(told.at(-1)).toContain(beat)
      runner.hold('not connected')
      await run(5001)
      // That nobody looks then changes nothing about it.
      runner.hold('nobody looks')
      await run(0)
      expect(told.at(-1)).toContain('begins')
      expect(log.at(-1)).toContain('reset')
      await run(60_000)
      runner.hold(null)
      await run(ms)
      expect(told.at(-1)).toContain(beat)
      expect(missed.filter((one) => !one.endsWith('begins'))).toEqual([])
    },
  )

  it.each([
    [2, 'crashed', 'goodbye silent'],
    [2, 'goodbye', 'silent'],
    [5, 'split', 'parted healed whole'],
    [5, 'healed', 'whole'],
  ])(
    'plays chapter %i to its end where nobody looks after %s, as the network does not wait, and goes on once somebody looks',
    async (chapter, beat, rest) => {
      const { told, missed, runner, run, scheduler } = storyRig()
      const beats = (): string[] => told.map((line) => line.split(' ')[1] ?? '')
      runner.play(chapter)
      while (beats().at(-1) !== beat && scheduler.now < 100_000) await run(500)
      const before = told.length
      const leftAt = scheduler.now
      runner.hold('nobody looks')
      await run(120_000)
      expect(beats().slice(before).join(' ')).toBe(rest)
      // As soon as with somebody who looks, and with the time.
      expect(missed.map((line) => line.split(' ')[1]).join(' ')).toBe(rest)
      const endedAt = Number(told.at(-1)?.split(' ')[0])
      expect([missed.at(-1)?.split(' ')[0], endedAt < leftAt / 1000 + 45]).toEqual([`${endedAt}`, true])
      // Its last word stands long enough to be read, and to be looked at.
      runner.hold(null)
      await run(11_900)
      expect(beats().slice(before).join(' ')).toBe(rest)
      await run(3000)
      expect(beats().length).toBeGreaterThan(before + rest.split(' ').length)
      expect(missed).toHaveLength(rest.split(' ').length)
    },
  )

  it('says in the middle of a chapter that went on what is so, once somebody looks again', async () => {
    const { told, missed, runner, run } = storyRig()
    runner.play(5)
    await run(3000)
    runner.hold('nobody looks')
    await run(5000)
    expect(told.at(-1)).toContain('parted')
    runner.hold(null)
    await run(16_000)
    expect([told.at(-1), missed]).toEqual([expect.stringContaining('healed'), ['7 parted']])
  })

  it.each([3, 4])('asks again in chapter %i once somebody looks: what was seen before may be over', async (chapter) => {
    const { told, asked, runner, run } = storyRig({ seesAfter: () => 3000 })
    runner.play(chapter)
    await run(1000)
    runner.hold('nobody looks')
    const before = [asked.length, told.length]
    await run(120_000)
    expect([asked.length, told.length]).toEqual(before)
    runner.hold(null)
    await run(2900)
    expect([asked.length, told.length]).toEqual([(before[0] ?? 0) + 1, before[1]])
    await run(10_000)
    expect(told.slice(1).map((line) => line.split(' ')[1])[0]).toBe(chapter === 3 ? 'slow' : 'old')
  })

  it('goes to a chapter on demand, from peers as before the story, and calls off what runs', async () => {
    const { told, log, runner, run } = storyRig()
    runner.play(1)
    await run(20_000)
    runner.play(5)
    runner.play(4)
    await run(5000)
    expect(told.at(-1)).toMatch(/^21 old #\d+$/)
    expect(log.filter((line) => line.includes('split'))).toEqual([])
    expect(log.slice(-3)).toEqual(['20 churn false', '20 reset 0', '20 join role:validator,client:1.3.9'])
    expect(log.filter((line) => line === '20 reset 0')).toHaveLength(1)
    runner.play(1)
    await run(0)
    expect(log.at(-1)).toBe(`25 reset ${LATE_JOINERS}`)
  })

  it('goes on when a scene fails, and has nothing left to run once it is stopped', async () => {
    const { told, failures, runner, run, scheduler } = storyRig({ failing: ['crash', 'reset'] })
    runner.play(2)
    await run(12_000)
    expect(told.map((line) => line.split(' ')[1])).toEqual(['begins', 'crashed', 'goodbye'])
    expect(failures).toHaveLength(2)
    await runner.stop()
    await run(STORY_MS)
    expect([told.length, scheduler.waiting]).toEqual([3, 0])
  })
})
