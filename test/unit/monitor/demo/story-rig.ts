/** The demo's story on virtual time, in a world that only writes down what is done to it. */
import type { StoryWorld } from '../../../../src/main/monitor/demo/runner.ts'
import { StoryRunner } from '../../../../src/main/monitor/demo/runner.ts'
import { SCRIPT } from '../../../../src/main/monitor/demo/script.ts'
import { tagsOf } from '../../../../src/main/monitor/demo/roster.ts'
import type { StorySight } from '../../../../src/main/monitor/demo/sights.ts'
import { DEMO_PEERS } from '../../../../src/shared/demo-story.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { Scheduler } from '../../../sim/scheduler.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

/** How long all takes where each thing is seen a second after it was asked for. */
export const STORY_MS = SCRIPT.reduce(
  (sum, { scenes, restMs }) =>
    sum + restMs + scenes.reduce((all, { afterMs, when }) => all + afterMs + (when === undefined ? 0 : 1000), 0),
  0,
)

/** The wall clock when all begins. */
const EPOCH = 1_700_000_000_000

/** A world that writes down what is done to it, with a host that sees what it is asked for after `seesAfter`. */
export function storyRig({ failing = [] as readonly string[], seesAfter = (_sight: StorySight): number => 1000 } = {}) {
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
