import { describe, expect, it } from 'vitest'
import type { StoryWorld } from '../../../../src/main/monitor/demo/runner.ts'
import { StoryRunner } from '../../../../src/main/monitor/demo/runner.ts'
import { LATE_JOINERS, SCRIPT } from '../../../../src/main/monitor/demo/script.ts'
import { DEMO_CONFIG } from '../../../../src/main/monitor/demo.ts'
import { tagsOf } from '../../../../src/main/monitor/demo/roster.ts'
import type { StorySight } from '../../../../src/main/monitor/demo/sights.ts'
import { DEMO_BEATS, DEMO_CHAPTERS, DEMO_PEERS } from '../../../../src/shared/demo-story.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { Scheduler } from '../../../sim/scheduler.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

/** How long all takes where each thing is seen a second after it was asked for. */
const STORY_MS = SCRIPT.reduce(
  (sum, { scenes, restMs }) =>
    sum + restMs + scenes.reduce((all, { afterMs, when }) => all + afterMs + (when === undefined ? 0 : 1000), 0),
  0,
)

/** The wall clock when all begins. */
const EPOCH = 1_700_000_000_000

/** A world that writes down what is done to it, with a host that sees what it is asked for after `seesAfter`. */
function rig({ failing = [] as readonly string[], seesAfter = (_sight: StorySight): number => 1000 } = {}) {
  const scheduler = new Scheduler()
  const log: string[] = []
  const told: string[] = []
  const chapters: number[] = []
  const lacking: string[] = []
  const missed: string[] = []
  const asked: string[] = []
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
    clock: {
      now: () => EPOCH + scheduler.now,
      monotonic: () => scheduler.now,
      schedule: (ms, fn) => scheduler.schedule(ms, fn),
    },
    seed: 7,
    tell: ({ chapter, beat, peers, missing, missedAt }) => {
      chapters.push(chapter)
      told.push(`${scheduler.now / 1000} ${beat} ${peers.map(name).join()}`.trim())
      if (missing !== null) lacking.push(missing)
      if (missedAt !== null) missed.push(`${(missedAt - EPOCH) / 1000} ${beat}`)
    },
    ask: ({ id, sights }) => {
      asked.push(sights.map((sight) => `${sight.what} ${'peerId' in sight ? name(sight.peerId) : ''}`.trim()).join())
      const delay = Math.max(...sights.map(seesAfter))
      if (delay < Infinity) scheduler.schedule(delay, () => runner.seen(id))
    },
    failed: (error) => void failures.push(error),
  })
  const run = (ms: number): Promise<void> => scheduler.run(ms)
  return { log, told, chapters, lacking, missed, asked, failures, runner, run, here, name, scheduler }
}

describe('the story of the demo', () => {
  it('tells each moment of each chapter in order, in less than two minutes, and ends in quiet churn', async () => {
    const { told, chapters, log, failures, runner, run, scheduler } = rig()
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
    // When the next chapter begins it is no longer slow.
    expect(log.findLast((line) => line.includes('slow'))).toMatch(/ 0$/)
    for (const one of [...crashed, ...left, relay]) expect(Number(one.slice(1))).toBeGreaterThanOrEqual(3)
    expect(log.some((line) => line.endsWith('join role:validator,client:1.3.9'))).toBe(true)
  })

  it.each(['not connected', 'nobody looks'] as const)(
    'waits while it is held, %s, for as long as it takes, and goes on where it was',
    async (why) => {
      const { told, runner, run } = rig()
      runner.hold(why)
      runner.play(1)
      await run(60_000)
      expect(told).toEqual(['0 begins'])
      runner.hold(null)
      await run(7000)
      expect(told.slice(1)).toEqual(['60 calm', expect.stringMatching(/^65 joined/)])
      runner.hold(why)
      runner.hold(why)
      await run(100_000)
      runner.hold(null)
      await run(2900)
      expect(told).toHaveLength(3)
      await run(200)
      expect(told.at(-1)).toMatch(/^170 joined/)
      // Held while a chapter is chosen: it begins there once it goes on.
      runner.hold(why)
      runner.play(5)
      await run(10_000)
      expect(told.slice(4)).toEqual(['170.1 begins'])
      runner.hold(null)
      await run(1100)
      expect(told.at(-1)).toMatch(/^181\S* split$/)
    },
  )

  it.each([
    [2, 'crashed', 3000],
    [5, 'split', 3000],
    [5, 'healed', 13_000],
  ])(
    'begins chapter %i again where we were cut off for long after %s: the network did not wait',
    async (chapter, beat, ms) => {
      const { told, log, missed, runner, run } = rig()
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
      const { told, missed, runner, run, scheduler } = rig()
      const beats = (): string[] => told.map((line) => line.split(' ')[1] ?? '')
      runner.play(chapter)
      while (beats().at(-1) !== beat) await run(500)
      const before = told.length
      const leftAt = scheduler.now
      runner.hold('nobody looks')
      await run(120_000)
      expect(beats().slice(before).join(' ')).toBe(rest)
      // As soon as with somebody who looks, and with the time.
      expect(missed.map((line) => line.split(' ')[1]).join(' ')).toBe(rest)
      const endedAt = Number(told.at(-1)?.split(' ')[0])
      expect([missed.at(-1)?.split(' ')[0], endedAt < leftAt / 1000 + 40]).toEqual([`${endedAt}`, true])
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
    const { told, missed, runner, run } = rig()
    runner.play(5)
    await run(3000)
    runner.hold('nobody looks')
    await run(5000)
    expect(told.at(-1)).toContain('parted')
    runner.hold(null)
    await run(5000)
    expect([told.at(-1), missed]).toEqual([expect.stringContaining('healed'), ['7 parted']])
  })

  it.each([3, 4])('asks again in chapter %i once somebody looks: what was seen before may be over', async (chapter) => {
    const { told, asked, runner, run } = rig({ seesAfter: () => 3000 })
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
    const { told, log, runner, run } = rig()
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
    const { told, failures, runner, run, scheduler } = rig({ failing: ['crash', 'reset'] })
    runner.play(2)
    await run(12_000)
    expect(told.map((line) => line.split(' ')[1])).toEqual(['begins', 'crashed', 'goodbye'])
    expect(failures).toHaveLength(2)
    await runner.stop()
    await run(STORY_MS)
    expect([told.length, scheduler.waiting]).toEqual([3, 0])
  })
})

describe('what the story says', () => {
  /** The beats after a chapter was chosen, with when. */
  async function beatsOf(chapter: number, options: Parameters<typeof rig>[0], ms = 90_000): Promise<string[]> {
    const one = rig(options)
    one.runner.play(chapter)
    await one.run(ms)
    await one.runner.stop()
    return one.told.map((line) => line.split(' ').slice(0, 2).join(' '))
  }

  it('is seen by the host before: who it names is known, who left is gone, the islands were told of', async () => {
    const { told, asked, runner, run } = rig()
    runner.play(1)
    await run(STORY_MS)
    const named = (beat: string, n = 0): string =>
      told.filter((line) => line.split(' ')[1] === beat)[n]?.split(' ')[2] ?? ''
    const [leaver = '', crashed = ''] = named('goodbye').split(',')
    expect(asked).toEqual([
      `here ${named('joined')}`,
      `here ${named('joined', 1)}`,
      `here ${crashed}`,
      `here ${leaver}`,
      `left ${leaver},here ${crashed}`,
      `silent ${crashed}`,
      `here ${named('slow')}`,
      `slow ${named('slow')}`,
      `slow ${named('slower')},middle`,
      `here ${named('old')}`,
      'whole',
      'apart',
      'split',
      'healed',
    ])
  })

  it('comes when it is seen, however late, and stands for a while where all of it is so already', async () => {
    const late = await beatsOf(
      5,
      { seesAfter: ({ what }) => (what === 'apart' ? 10_000 : what === 'split' ? 2000 : 30_000) },
      90_000,
    )
    expect(late).toEqual(['0 begins', '30 split', '45 parted', '51 healed', '86 whole'])
    const soon = await beatsOf(5, { seesAfter: () => 0 }, 70_000)
    expect(soon).toEqual(['0 begins', '0 split', '5 parted', '9 healed', '14 whole', '20 end'])
  })

  it('is not that there are two islands where no split was seen; it heals, and the story goes on', async () => {
    const { told, log, runner, run } = rig({ seesAfter: ({ what }) => (what === 'apart' ? Infinity : 0) })
    runner.play(5)
    await run(40_000)
    expect(told).toEqual(['0 begins', '0 split', '16 unseen', '24 end'])
    expect(log).toContain('16 heal')
    // Nor that the timeline has it, where it was not told.
    const late = await beatsOf(5, { seesAfter: ({ what }) => (what === 'split' ? Infinity : 0) }, 40_000)
    expect(late).toEqual(['0 begins', '0 split', '5 parted', '13 unseen', '21 end'])
  })

  it('leaves out the rest of the chapter where something was not seen, except to undo what was done', async () => {
    const acts = async (chapter: number, unseen: StorySight['what']): Promise<string[]> => {
      const { log, runner, run } = rig({ seesAfter: ({ what }) => (what === unseen ? Infinity : 0) })
      runner.play(chapter)
      await run(61_000)
      await runner.stop()
      return log.flatMap((line) => /(?:crash|leave|slow|split|heal|join)/.exec(line) ?? [])
    }
    expect(await acts(5, 'whole')).toEqual(['heal'])
    expect(await acts(5, 'apart')).toEqual(['split', 'heal'])
    // Only of the chapter after it.
    expect(await acts(2, 'here')).toEqual(['slow'])
    expect((await acts(3, 'middle')).slice(0, 4)).toEqual(['slow', 'slow', 'slow', 'join'])
  })

  it.each([
    [1, 'here', 'joined'],
    [2, 'here', 'crashed'],
    [2, 'left', 'goodbye'],
    [2, 'silent', 'silent'],
    [3, 'here', 'slow'],
    [3, 'slow', 'slow'],
    [3, 'middle', 'slower'],
    [4, 'here', 'old'],
    [5, 'whole', 'split'],
    [5, 'apart', 'parted'],
    [5, 'split', 'healed'],
    [5, 'healed', 'whole'],
  ] as const)('names in chapter %i what did not show where no "%s" was seen: %s', async (chapter, unseen, missing) => {
    const { told, lacking, runner, run } = rig({ seesAfter: ({ what }) => (what === unseen ? Infinity : 0) })
    runner.play(chapter)
    while (lacking.length === 0) await run(500)
    expect(lacking).toEqual([missing])
    const split = chapter === 5
    // Who it is about is named too.
    expect(told.at(-1)).toMatch(split ? /unseen$/ : /unseen #\d+/)
    await runner.stop()
  })

  it('is not that a peer crashed, left or joined of whom we know nothing', async () => {
    const blind = { seesAfter: ({ what }: StorySight) => (what === 'here' ? Infinity : 0) }
    expect(await beatsOf(2, blind, 30_000)).toEqual(['0 begins', '25 unseen'])
    expect(await beatsOf(1, blind, 35_000)).toEqual(['0 begins', '0 calm', '29 unseen'])
    expect(await beatsOf(4, blind, 30_000)).toEqual(['0 begins', '25 unseen'])
    // Who could not join is waited for by nobody, and nobody else is named in its place.
    expect(await beatsOf(4, { failing: ['join'] }, 10_000)).toEqual(['0 begins', '0 unseen', '9 split'])
  })

  it('is not what a question asked that was asked before another one', async () => {
    const { told, runner, run } = rig({ seesAfter: () => Infinity })
    runner.play(2)
    await run(5000)
    runner.play(4)
    await run(1000)
    runner.seen(1)
    await run(1000)
    expect(told).toEqual(['0 begins', '5 begins'])
    runner.seen(2)
    await run(0)
    expect(told.at(-1)).toMatch(/^7 old/)
  })
})

describe('the script', () => {
  it('has all chapters, and a bound for all that is waited for', () => {
    expect(SCRIPT).toHaveLength(DEMO_CHAPTERS)
    for (const { scenes, restMs } of SCRIPT) {
      // For so long the last sentence stands.
      const after = scenes.slice(scenes.findLastIndex(({ tells }) => tells !== undefined) + 1)
      expect(after.reduce((sum, { afterMs }) => sum + afterMs, restMs)).toBeGreaterThan(5000)
      for (const { when = { withinMs: 0 } } of scenes) expect(when.withinMs).toBeLessThanOrEqual(60_000)
    }
  })

  it('heals the split before the other half may count as silent', () => {
    const [split] = SCRIPT.slice(-1)
    const worst = (split?.scenes ?? []).map(({ afterMs, when }) => afterMs + (when?.withinMs ?? 0))
    const heals = split?.scenes.findIndex(({ acts = [] }) => acts.some((act) => act.do === 'heal')) ?? 0
    const healedAt = worst.slice(1, heals + 1).reduce((sum, ms) => sum + ms, 0)
    expect(healedAt).toBeLessThanOrEqual(DEMO_CONFIG.purgeAfter - DEMO_CONFIG.announceInterval)
  })
})
