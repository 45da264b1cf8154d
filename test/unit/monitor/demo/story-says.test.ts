import { describe, expect, it } from 'vitest'
import { SCRIPT } from '../../../../src/main/monitor/demo/script.ts'
import { DEMO_CONFIG } from '../../../../src/main/monitor/demo.ts'
import type { StorySight } from '../../../../src/main/monitor/demo/sights.ts'
import { DEMO_CHAPTERS } from '../../../../src/shared/demo-story.ts'
import { STORY_MS, storyRig } from './story-rig.ts'

describe('what the story says', () => {
  /** The beats after a chapter was chosen, with when. */
  async function beatsOf(chapter: number, options: Parameters<typeof storyRig>[0], ms = 90_000): Promise<string[]> {
    const one = storyRig(options)
    one.runner.play(chapter)
    await one.run(ms)
    await one.runner.stop()
    return one.told.map((line) => line.split(' ').slice(0, 2).join(' '))
  }

  it('is seen by the host before: who it names is known, who left is gone, the islands were told of', async () => {
    const { told, asked, runner, run } = storyRig()
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
      { seesAfter: ({ what }) => (what === 'apart' ? 6000 : what === 'split' ? 1500 : 30_000) },
      95_000,
    )
    expect(late).toEqual(['0 begins', '30 split', '41 parted', '57.5 healed', '92.5 whole'])
    const soon = await beatsOf(5, { seesAfter: () => 0 }, 70_000)
    expect(soon).toEqual(['0 begins', '0 split', '5 parted', '20 healed', '25 whole', '30.5 end'])
  })

  it('is not that there are two islands where no split was seen; it heals, and the story goes on', async () => {
    const { told, log, runner, run } = storyRig({ seesAfter: ({ what }) => (what === 'apart' ? Infinity : 0) })
    runner.play(5)
    await run(40_000)
    expect(told).toEqual(['0 begins', '0 split', '12 unseen', '20 end'])
    expect(log).toContain('12 heal')
    // Nor that the timeline has it, where it was not told.
    const late = await beatsOf(5, { seesAfter: ({ what }) => (what === 'split' ? Infinity : 0) }, 40_000)
    expect(late).toEqual(['0 begins', '0 split', '5 parted', '22 unseen', '30 end'])
  })

  it('leaves out the rest of the chapter where something was not seen, except to undo what was done', async () => {
    const acts = async (chapter: number, unseen: StorySight['what']): Promise<string[]> => {
      const { log, runner, run } = storyRig({ seesAfter: ({ what }) => (what === unseen ? Infinity : 0) })
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
    const { told, lacking, runner, run, scheduler } = storyRig({
      seesAfter: ({ what }) => (what === unseen ? Infinity : 0),
    })
    runner.play(chapter)
    while (lacking.length === 0 && scheduler.now < 100_000) await run(500)
    expect(lacking).toEqual([missing])
    const split = chapter === 5
    // Who it is about is named too.
    expect(told.at(-1)).toMatch(split ? /unseen$/ : /unseen #\d+/)
    await runner.stop()
  })

  it('is not that a peer crashed, left or joined of whom we know nothing', async () => {
    const blind = { seesAfter: ({ what }: StorySight) => (what === 'here' ? Infinity : 0) }
    expect(await beatsOf(2, blind, 30_000)).toEqual(['0 begins', '25 unseen'])
    expect(await beatsOf(1, blind, 35_000)).toEqual(['0 begins', '0 calm', '28 unseen'])
    expect(await beatsOf(4, blind, 30_000)).toEqual(['0 begins', '25 unseen'])
    // Who could not join is waited for by nobody, and nobody else is named in its place.
    expect(await beatsOf(4, { failing: ['join'] }, 10_000)).toEqual(['0 begins', '0 unseen', '9 split'])
  })

  it('is not what a question asked that was asked before another one', async () => {
    const { told, runner, run } = storyRig({ seesAfter: () => Infinity })
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
    // Chapter 4 has one sentence, which leads to Health, with much to read there.
    expect(SCRIPT[3]?.restMs).toBeGreaterThanOrEqual(9000)
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
    // Each peer was heard of by a measurement so long before at most, also where its announcements are further apart.
    expect(healedAt).toBeLessThanOrEqual(DEMO_CONFIG.purgeAfter - DEMO_CONFIG.rttProbeInterval)
  })

  it.each([0, 3000, 6000])(
    'shows the islands for 15 to 20 s, so that who reads of them finds them, where links tell %i ms after the split stood',
    async (ms) => {
      const { told, runner, run } = storyRig({ seesAfter: ({ what }) => (what === 'apart' ? ms : 1000) })
      runner.play(5)
      await run(60_000)
      const at = (beat: string): number => Number(told.find((line) => line.split(' ')[1] === beat)?.split(' ')[0])
      expect(at('healed') - at('parted')).toBeGreaterThanOrEqual(15)
      expect(at('healed') - at('parted')).toBeLessThanOrEqual(20)
    },
  )
})
