import { describe, expect, it } from 'vitest'
import { NotDialed, StreamFailed, Timeout } from '../../../src/shared/errors.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { Crawl } from '../../../src/main/monitor/crawl.ts'
import type { NeighborsAnswer } from '../../../src/main/discovery/topology/neighbors.ts'
import { Scheduler } from '../../sim/scheduler.ts'
import { peerIdAt } from '../../support/renderer/fake-network.ts'

const SELF = peerIdAt(100_000)
const NOBODY: NeighborsAnswer = { neighbors: [], connected: [] }

/** A crawl among fabricated peers on virtual time. `answer` may be replaced. */
class Play {
  readonly scheduler = new Scheduler()
  readonly stop = new AbortController()
  readonly known = new Set<PeerId>()
  readonly asked: PeerId[] = []
  readonly outcomes: unknown[] = []
  running = 0
  mostRunning = 0
  connected = true
  answer: (peerId: PeerId, signal: AbortSignal) => Promise<NeighborsAnswer> = () => Promise.resolve(NOBODY)

  constructor(count: number) {
    for (let index = 0; index < count; index += 1) this.known.add(peerIdAt(index))
  }

  start(): Crawl {
    const { scheduler, known } = this
    const clock = {
      now: () => scheduler.now,
      monotonic: () => scheduler.now,
      schedule: (ms: number, run: () => void) => scheduler.schedule(ms, run),
    }
    return new Crawl(
      {
        clock,
        self: SELF,
        peers: () => known,
        has: (peerId) => known.has(peerId),
        connected: () => this.connected,
        onOutcome: (...outcome) => void this.outcomes.push(outcome),
        ask: async (peerId, signal) => {
          this.asked.push(peerId)
          this.running += 1
          this.mostRunning = Math.max(this.mostRunning, this.running)
          try {
            return await this.answer(peerId, signal)
          } finally {
            this.running -= 1
          }
        },
      },
      this.stop.signal,
    )
  }

  /** Answers after so long. */
  after(
    ms: number,
    answer: NeighborsAnswer = NOBODY,
  ): (peerId: PeerId, signal: AbortSignal) => Promise<NeighborsAnswer> {
    return (_peerId, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')))
        this.scheduler.schedule(ms, () => resolve(answer))
      })
  }
}

describe('[TP1] a crawl', () => {
  it('asks each known peer once, eight at once, and thirty a second', async () => {
    const play = new Play(200)
    play.answer = play.after(100)
    const crawl = play.start()
    await play.scheduler.run(1000)
    // The rate begins full: that many more in the first second.
    expect(crawl.progress().asked).toBeGreaterThan(40)
    expect(crawl.progress().asked).toBeLessThanOrEqual(60)
    await play.scheduler.run(10_000)
    expect(await crawl.ended).toMatchObject({ asked: 200, answered: 200, waiting: 0, refused: 0, failed: 0 })
    expect(play.mostRunning).toBe(8)
    expect(new Set(play.asked)).toEqual(play.known)
    expect(play.asked).toHaveLength(200)
    const { elapsedMs, perSecond } = crawl.progress()
    expect(elapsedMs).toBeGreaterThan(5500)
    expect(perSecond).toBeCloseTo(200_000 / elapsedMs)
  })

  it('follows peers that come to the catalog meanwhile, and counts those that do not', async () => {
    const play = new Play(1)
    const [first, heard, late, stranger] = [peerIdAt(0), peerIdAt(1), peerIdAt(2), peerIdAt(3)]
    play.answer = (peerId) => {
      if (peerId !== first) return Promise.resolve(NOBODY)
      play.known.add(heard)
      play.known.add(late)
      return Promise.resolve({ neighbors: [heard, first], connected: [heard, heard, stranger, SELF] })
    }
    const crawl = play.start()
    await play.scheduler.run(1000)
    expect(await crawl.ended).toMatchObject({ asked: 3, answered: 3, edges: 4, links: 3, strangers: 1 })
    expect(play.asked).toEqual([first, heard, late])
  })

  it('counts who refuses, who cannot be reached, who is too slow and who was not asked, and ends well', async () => {
    const play = new Play(4)
    const [refuses, gone, slow] = play.known
    play.answer = (peerId, signal) => {
      if (peerId === refuses) return Promise.reject(new StreamFailed('reset'))
      if (peerId === gone) return Promise.reject(new Timeout('no answer'))
      return peerId === slow ? play.after(60_000)(peerId, signal) : Promise.resolve(NOBODY)
    }
    const crawl = play.start()
    await play.scheduler.run(20_000)
    expect(await crawl.ended).toMatchObject({ asked: 4, answered: 1, refused: 1, failed: 2 })
    expect(crawl.progress().elapsedMs).toBe(12_000)

    const near = new Play(3)
    const [here, rests] = near.known
    near.answer = (peerId) => {
      if (peerId === here) return Promise.reject(new NotDialed('here', 'ownMachine'))
      return peerId === rests ? Promise.reject(new NotDialed('rests', 'rests')) : Promise.resolve(NOBODY)
    }
    const asked = near.start()
    await near.scheduler.run(1000)
    const notAsked = { rests: 1, ownMachine: 1, elsewhere: 0, noAddress: 0 }
    expect(await asked.ended).toMatchObject({ asked: 1, waiting: 0, answered: 1, refused: 0, failed: 0, notAsked })
    expect(near.outcomes).toEqual([
      [here, 'notAsked', 'ownMachine'],
      [rests, 'notAsked', 'rests'],
      [expect.anything(), 'answered', null],
    ])

    const lost = new Play(1)
    lost.connected = false
    lost.answer = () => Promise.reject(new StreamFailed('broken off'))
    const broken = lost.start()
    await lost.scheduler.run(0)
    expect(await broken.ended).toMatchObject({ refused: 0, failed: 1 })
  })

  it('asks nobody any more once it was called off', async () => {
    const play = new Play(100)
    play.answer = play.after(500)
    const crawl = play.start()
    await play.scheduler.run(600)
    const asked = play.asked.length
    expect(asked).toBe(16)
    play.stop.abort()
    await expect(crawl.ended).rejects.toMatchObject({ code: 'Cancelled' })
    await play.scheduler.run(60_000)
    expect(play.asked).toHaveLength(asked)
    expect(play.running).toBe(0)
    const { elapsedMs, answered, failed } = crawl.progress()
    expect([elapsedMs, answered, failed]).toEqual([600, 8, 0])
  })

  it('of nobody is over at once; one that was called off before does not begin', async () => {
    const alone = new Play(0)
    await expect(alone.start().ended).resolves.toMatchObject({ asked: 0, perSecond: 0 })
    const off = new Play(3)
    off.stop.abort()
    await expect(off.start().ended).rejects.toMatchObject({ code: 'Cancelled' })
    expect(off.asked).toEqual([])
  })
})
