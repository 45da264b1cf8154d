/** Connections whose other end is gone without a word, watched by a clock that the test moves. */
import type { MultiaddrConnection } from '@libp2p/interface'
import { multiaddrConnectionPair } from '@libp2p/utils'
import { describe, expect, it, vi } from 'vitest'
import { PATIENCE, SILENCE_MS, SilenceWatch } from '../../../../src/main/network/libp2p/silence-watch.ts'
import { watchedYamux } from '../../../../src/main/network/libp2p/watched-yamux.ts'
import { Scheduler } from '../../../sim/scheduler.ts'

/** Looks until a connection that never says a word is closed: one that sees it was made, the asking, the patience. */
const LOOKS = 1 + 1 + PATIENCE

function rig() {
  const scheduler = new Scheduler()
  const silence = new SilenceWatch({ schedule: (delayMs, fn) => scheduler.schedule(delayMs, fn) })
  const link = {
    ask: vi.fn<() => Promise<void>>(() => new Promise(() => undefined)),
    end: vi.fn<(error: Error) => void>(),
  }
  return { scheduler, silence, link }
}

describe('a connection whose other end says nothing', () => {
  it('is asked for a sign of life, and closed when there is none', async () => {
    const { scheduler, silence, link } = rig()
    silence.add(link)
    await scheduler.run(2 * SILENCE_MS)
    expect(link.ask).toHaveBeenCalledTimes(1)
    await scheduler.run((LOOKS - 2) * SILENCE_MS - 1)
    expect(link.ask).toHaveBeenCalledTimes(1)
    expect(link.end).not.toHaveBeenCalled()
    await scheduler.run(1)
    expect(link.end.mock.calls).toEqual([[expect.objectContaining({ code: 'StreamFailed' })]])
    // It is not watched after that, whether or not it tells of its end.
    expect(scheduler.waiting).toBe(0)
  })

  it('stays where anything comes, however late the answer is', async () => {
    const { scheduler, silence, link } = rig()
    const watching = silence.add(link)
    for (let round = 0; round < 5; round += 1) {
      await scheduler.run(LOOKS * SILENCE_MS - SILENCE_MS - 1)
      watching.heard()
      await scheduler.run(1)
    }
    expect(link.end).not.toHaveBeenCalled()
  })

  it('is not asked while messages come', async () => {
    const { scheduler, silence, link } = rig()
    const watching = silence.add(link)
    for (let second = 0; second < 300; second += 5) {
      watching.heard()
      await scheduler.run(5000)
    }
    expect(link.ask).not.toHaveBeenCalled()
  })

  it('fails to be asked without harm', async () => {
    const { scheduler, silence, link } = rig()
    link.ask.mockRejectedValue(new Error('the muxer is closed'))
    silence.add(link)
    await scheduler.run(LOOKS * SILENCE_MS)
    expect(link.end).toHaveBeenCalledTimes(1)
  })

  it('leaves no timer when it is over', async () => {
    const { scheduler, silence, link } = rig()
    const [one, two] = [silence.add(link), silence.add(link)]
    await scheduler.run(SILENCE_MS)
    one.over()
    one.over()
    expect(scheduler.waiting).toBe(1)
    two.over()
    expect(scheduler.waiting).toBe(0)
    await scheduler.run(LOOKS * SILENCE_MS)
    expect(link.end).not.toHaveBeenCalled()
  })
})

describe('a connection of yamux', () => {
  const yamuxOn = (connection: MultiaddrConnection, watch: Pick<SilenceWatch, 'add'>): object =>
    watchedYamux(64, () => undefined, watch)().createStreamMuxer(connection)
  const unwatched = { add: () => ({ heard: () => undefined, over: () => undefined }) }

  it('is asked by one frame, is alive for as long as the other end answers, and is closed when it stops', async () => {
    const { scheduler, silence } = rig()
    const [here, there] = multiaddrConnectionPair()
    const send = vi.spyOn(here, 'send')
    yamuxOn(here, silence)
    const other = yamuxOn(there, unwatched) as { onData(data: unknown): void; keepAlive?: { stop(): void } }
    // The first ping, for the round-trip time, is answered.
    await vi.waitFor(async () => {
      await scheduler.run(1)
      expect(send).toHaveBeenCalled()
    })
    await scheduler.run(SILENCE_MS)
    send.mockClear()
    await scheduler.run(3 * LOOKS * SILENCE_MS)
    expect(here.status).toBe('open')
    expect(send.mock.calls.length).toBeGreaterThan(LOOKS)
    // Frozen: what comes is not read.
    other.onData = () => undefined
    send.mockClear()
    await vi.waitFor(async () => {
      await scheduler.run(SILENCE_MS)
      expect(here.status).toBe('aborted')
    })
    expect(send.mock.calls.length).toBeLessThanOrEqual(2)
    other.keepAlive?.stop()
  })

  it('is not watched where it broke before the muxer was there', async () => {
    const { scheduler, silence } = rig()
    const [here] = multiaddrConnectionPair()
    here.abort(new Error('the other side hung up'))
    yamuxOn(here, silence)
    await scheduler.run(LOOKS * SILENCE_MS)
    expect(scheduler.waiting).toBe(0)
  })
})
