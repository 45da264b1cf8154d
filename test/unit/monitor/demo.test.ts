import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Demo, Looked } from '../../../src/main/monitor/demo.ts'
import { GONE_MS, GRACE_MS, MAX_WINDOWS, startDemo } from '../../../src/main/monitor/demo.ts'
import type { StartSwarmProcess } from '../../../src/main/monitor/swarm-protocol.ts'
import { swarmOrderSchema } from '../../../src/main/monitor/swarm-protocol.ts'
import type { PeerRow } from '../../../src/shared/peer.ts'
import { peerIdAt, peerRow } from '../../support/renderer/fake-network.ts'

/** A process that does what the test says. */
function fakeProcess(on: { readonly end?: () => void; readonly kill?: () => void } = {}): {
  readonly start: StartSwarmProcess
  readonly calls: string[]
  tell(message: unknown): void
  die(reason: string): void
} {
  const calls: string[] = []
  const ended = Promise.withResolvers<string>()
  const listeners: ((message: unknown) => void)[] = []
  return {
    calls,
    tell: (message) => listeners.forEach((listener) => listener(message)),
    die: ended.resolve,
    start: (args) => {
      calls.push(`start ${args.join(' ')}`)
      return {
        ended: ended.promise,
        onMessage: (listener) => void listeners.push(listener),
        end: () => {
          calls.push('end')
          on.end?.()
        },
        order: ({ kind, ...order }) => void calls.push(`${kind} ${Object.values(order).map(String).join()}`),
        kill: () => {
          calls.push('kill')
          on.kill?.()
        },
      }
    },
  }
}

const UP = { kind: 'up', addresses: ['/ip4/127.0.0.1/tcp/4001'] }
const never = new AbortController().signal
/** What a host shows that knows nobody. */
const NOBODY: Looked = { status: { state: 'online' }, subscribers: 1, row: () => undefined, rows: () => [] }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A demo that runs. */
async function running(swarm: ReturnType<typeof fakeProcess>): Promise<Demo> {
  const starting = startDemo(swarm.start, 'demo-1', 24, never)
  swarm.tell(UP)
  return await starting
}

describe('the demo', () => {
  it('is up when its swarm says so, whatever else that says', async () => {
    const swarm = fakeProcess()
    const starting = startDemo(swarm.start, 'demo-1', 24, never)
    for (const message of [null, 'up', { kind: 'up' }, { kind: 'up', addresses: [1] }]) swarm.tell(message)
    swarm.tell(UP)
    expect(await starting).toMatchObject({ network: 'demo-1', addresses: UP.addresses })
    expect(swarm.calls).toEqual(['start demo-1 24'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('says why its swarm did not come up: what it told, or what it wrote', async () => {
    for (const [told, wrote, reason] of [
      [{ kind: 'failed', reason: 'too many open files' }, 'exit code 1', 'too many open files'],
      [null, 'Error: Cannot find module', 'Error: Cannot find module'],
    ] as const) {
      const swarm = fakeProcess()
      const starting = startDemo(swarm.start, 'demo-1', 24, never)
      swarm.tell(told)
      swarm.die(wrote)
      await expect(starting).rejects.toMatchObject({
        code: 'DemoFailed',
        message: `the demo swarm ended before it was up: ${reason}`,
      })
    }
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is given up after a minute, and when it is cancelled; the swarm is killed', async () => {
    const slow = fakeProcess({ kill: () => slow.die('') })
    const [outcome] = await Promise.all([
      startDemo(slow.start, 'demo-1', 24, never).catch((error: unknown) => error),
      vi.advanceTimersByTimeAsync(60_000),
    ])
    expect(outcome).toMatchObject({ code: 'DemoFailed', message: 'the demo swarm did not start within 60 s' })
    expect(slow.calls).toEqual(['start demo-1 24', 'kill'])

    const swarm = fakeProcess({ kill: () => swarm.die('') })
    const attempt = new AbortController()
    const starting = startDemo(swarm.start, 'demo-1', 24, attempt.signal)
    attempt.abort()
    await expect(starting).rejects.toMatchObject({ code: 'Cancelled' })
    expect(swarm.calls).toEqual(['start demo-1 24', 'kill'])

    await expect(startDemo(swarm.start, 'demo-2', 24, attempt.signal)).rejects.toMatchObject({ code: 'Cancelled' })
    expect(swarm.calls).toHaveLength(2)
    await expect(startDemo(null, 'demo-1', 24, never)).rejects.toMatchObject({ code: 'Unavailable' })
  })

  it('waits for nothing but the end of its swarm once it is called off, and for nothing once it is up', async () => {
    const stuck = fakeProcess()
    const attempt = new AbortController()
    const starting = startDemo(stuck.start, 'demo-1', 24, attempt.signal).catch((error: unknown) => error)
    attempt.abort()
    await vi.advanceTimersByTimeAsync(0)
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(2000)
    expect(await starting).toMatchObject({ code: 'Cancelled' })
    expect(vi.getTimerCount()).toBe(0)

    const swarm = fakeProcess()
    const { signal } = new AbortController()
    const up = startDemo(swarm.start, 'demo-1', 24, signal)
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    swarm.tell(UP)
    await up
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('ends its swarm gracefully, once', async () => {
    const swarm = fakeProcess({ end: () => swarm.die('exit code 0') })
    const demo = await running(swarm)
    await Promise.all([demo.stop(), demo.stop()])
    expect(swarm.calls).toEqual(['start demo-1 24', 'end'])
    expect(await demo.lost).toBeNull()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('kills a swarm that does not end', async () => {
    const frozen = fakeProcess({ kill: () => frozen.die('SIGKILL') })
    const demo = await running(frozen)
    const stopped = demo.stop()
    await vi.advanceTimersByTimeAsync(GRACE_MS - 1)
    expect(frozen.calls).not.toContain('kill')
    await vi.advanceTimersByTimeAsync(1)
    await stopped
    expect(frozen.calls).toEqual(['start demo-1 24', 'end', 'kill'])
  })

  it('does not wait for ever for one that cannot even be killed', async () => {
    const demo = await running(fakeProcess())
    const stopped = demo.stop()
    await vi.advanceTimersByTimeAsync(GRACE_MS + GONE_MS)
    await stopped
    expect(vi.getTimerCount()).toBe(0)
  })

  it('tells where its story is, as far as what the swarm says can be read, and has it play chapters', async () => {
    const swarm = fakeProcess()
    const demo = await running(swarm)
    expect(demo.story()).toBeNull()
    const [one, other] = [peerIdAt(1), peerIdAt(2)]
    const told = { chapter: 2, beat: 'goodbye', peers: [one, other], missing: null, missedAt: 1_700_000_000_000 }
    swarm.tell({ kind: 'story', ...told, more: 'words' })
    expect(demo.story()).toEqual(told)
    for (const [beat, peers] of [
      ['explosion', []],
      ['slow', ['somebody']],
      ['slow', [`${one}${'1'.repeat(200)}`]],
      ['slow', Array.from({ length: 5 }, () => one)],
      ['slow', null],
    ] as const)
      swarm.tell({ ...told, kind: 'story', chapter: 3, beat, peers })
    swarm.tell({ ...told, kind: 'story', chapter: 6, beat: 'slow' })
    swarm.tell({ ...told, kind: 'story', beat: 'unseen', missing: 'end' })
    expect(demo.story()?.beat).toBe('goodbye')
    swarm.tell({ ...told, kind: 'story', beat: 'unseen', missing: 'silent' })
    expect(demo.story()).toEqual({ ...told, beat: 'unseen', missing: 'silent' })
    demo.wish({ chapter: 3 })
    expect(swarm.calls).toEqual(['start demo-1 24', 'play 3'])
  })

  it('lets its story go on only while we are connected and somebody looks', async () => {
    const swarm = fakeProcess()
    const demo = await running(swarm)
    const look = (state: 'online' | 'alone' | 'lost', subscribers: number): void =>
      demo.look({ ...NOBODY, status: { state }, subscribers }, null)
    look('alone', 1)
    expect(swarm.calls).toEqual(['start demo-1 24'])
    look('online', 0)
    look('online', 1)
    look('online', 2)
    demo.wish({ seen: false, window: 'a' })
    look('online', 1)
    demo.wish({ seen: true, window: 'a' })
    look('lost', 1)
    look('lost', 0)
    look('online', 0)
    // Nobody looks, or we are not connected: what the network goes on with waits for the latter only.
    expect(swarm.calls.slice(1)).toEqual([
      'hold nobody looks',
      'hold null',
      'hold nobody looks',
      'hold null',
      'hold not connected',
      'hold nobody looks',
    ])
  })

  it('goes on while one of its windows is seen, and forgets what windows told once none is there', async () => {
    const swarm = fakeProcess()
    const demo = await running(swarm)
    const look = (subscribers: number): void => demo.look({ ...NOBODY, subscribers }, null)
    /** What is ordered by all that is done. */
    const orders = (...acts: readonly (() => void)[]): readonly string[] => {
      const before = swarm.calls.length
      for (const act of acts) act()
      return swarm.calls.slice(before)
    }
    const says = (window: string, seen: boolean) => () => demo.wish({ seen, window })
    expect(orders(() => look(2), says('a', true), says('b', false))).toEqual(['hold null'])
    expect(orders(says('a', false))).toEqual(['hold nobody looks'])
    expect(orders(says('b', true), says('a', false))).toEqual(['hold null'])
    // Of too many windows the one that spoke longest ago is forgotten.
    const others = Array.from({ length: MAX_WINDOWS - 2 }, (_, index) => says(`other-${index}`, false))
    expect(orders(...others)).toEqual([])
    expect(orders(says('more', false))).toEqual(['hold nobody looks'])
    // The last window is closed while it is hidden; the next one tells nothing yet.
    expect(
      orders(
        () => look(0),
        () => look(1),
      ),
    ).toEqual(['hold null'])
  })

  it('says what it waits to be seen, once all of that is and somebody looks', async () => {
    const swarm = fakeProcess()
    const demo = await running(swarm)
    const rows = new Map<string, PeerRow>()
    const show = (n: number, changes: Partial<PeerRow>): void =>
      void rows.set(peerIdAt(n), { ...peerRow(n), self: false, rtt: null, ...changes })
    const look = (
      told: number | null = null,
      subscribers = 1,
      now = told,
      gone = false,
      largest = 4,
    ): readonly string[] => {
      const before = swarm.calls.length
      const row = (peerId: string): PeerRow | undefined => rows.get(peerId)
      demo.look(
        { ...NOBODY, subscribers, row, rows: () => rows.values() },
        {
          islands: () => (now === null ? null : { count: now, sizes: [largest, 1] }),
          islandsTold: told,
          islandsGone: gone,
        },
      )
      return swarm.calls.slice(before)
    }
    const rtt = (last: number, srtt = last): Pick<PeerRow, 'rtt'> => ({ rtt: { srtt, rttvar: 1, last, at: 1 } })
    expect(look()).toEqual(['hold null'])
    show(1, { state: 'departed' })
    swarm.tell({
      kind: 'ask',
      id: 1,
      sights: [
        { what: 'left', peerId: peerIdAt(1) },
        { what: 'here', peerId: peerIdAt(2) },
      ],
    })
    expect(look()).toEqual([])
    show(2, { state: 'online' })
    // Also where nobody looks: it is we who see it.
    expect(look(null, 0)).toEqual(['hold nobody looks', 'seen 1'])
    expect(look()).toEqual(['hold null'])
    expect(look()).toEqual([])
    // Another question is in place of the one before.
    swarm.tell({ kind: 'ask', id: 2, sights: [{ what: 'whole', peers: 3 }] })
    swarm.tell({ kind: 'ask', id: 3, sights: [{ what: 'split' }] })
    expect([look(), look(1), look(2)]).toEqual([[], [], ['seen 3']])
    swarm.tell({ kind: 'ask', id: 4, sights: [{ what: 'whole', peers: 3 }] })
    expect([look(2), look(null), look(1, 1, 2), look(1, 1, null)]).toEqual([[], [], [], []])
    // Who is only just back in the island is not seen to leave it.
    expect([look(1, 1, 1, false, 3), look(1)]).toEqual([[], ['seen 4']])
    // That the other half was taken for gone is no heal.
    swarm.tell({ kind: 'ask', id: 11, sights: [{ what: 'healed' }] })
    expect([look(2), look(1, 1, 1, true), look(1)]).toEqual([[], [], ['seen 11']])
    // Now is sooner than it is told.
    swarm.tell({ kind: 'ask', id: 10, sights: [{ what: 'apart' }] })
    expect([look(1), look(2, 1, 1), look(1, 1, 2)]).toEqual([[], [], ['seen 10']])
    swarm.tell({ kind: 'ask', id: 5, sights: [{ what: 'silent', peerId: peerIdAt(2) }] })
    expect(look()).toEqual([])
    show(2, { state: 'purged' })
    expect(look()).toEqual(['seen 5'])
    // Slow is who answers late, and whom the evidence lists.
    const slow = { what: 'slow', peerId: peerIdAt(3), overMs: 200 }
    swarm.tell({ kind: 'ask', id: 6, sights: [slow, { what: 'middle', underMs: 100 }] })
    expect(look()).toEqual([])
    for (const n of [4, 5]) show(n, { state: 'online', ...rtt(2) })
    show(3, { state: 'online', ...rtt(190) })
    expect(look()).toEqual([])
    show(3, { state: 'online', ...rtt(400, 100) })
    expect(look()).toEqual([])
    show(3, { state: 'online', ...rtt(400, 120) })
    for (const n of [4, 5]) show(n, { state: 'online', ...rtt(60) })
    expect(look()).toEqual([])
    // The middle is that of all.
    show(3, { state: 'online', ...rtt(400, 300) })
    for (const n of [4, 5]) show(n, { state: 'online', ...rtt(100) })
    expect(look()).toEqual([])
    show(3, { state: 'online', ...rtt(400, 120) })
    show(4, { state: 'online', ...rtt(2) })
    show(5, { state: 'online', ...rtt(2) })
    expect(look()).toEqual(['seen 6'])
    show(3, { state: 'purged', ...rtt(400) })
    swarm.tell({ kind: 'ask', id: 7, sights: [slow] })
    expect(look()).toEqual([])
    // What cannot be read asks nothing.
    for (const sights of [[{ what: 'magic' }], [{ what: 'here', peerId: 'somebody' }], 'all'])
      swarm.tell({ kind: 'ask', id: 8, sights })
    expect(look(1)).toEqual([])
  })

  it('tells that its swarm was lost', async () => {
    const swarm = fakeProcess()
    const demo = await running(swarm)
    swarm.die('FATAL ERROR: out of memory')
    expect(await demo.lost).toMatchObject({
      code: 'DemoFailed',
      message: 'the demo swarm ended (FATAL ERROR: out of memory)',
    })
  })
})

it('an order of the host names a chapter that there is', () => {
  const plays = (chapter: unknown): boolean => swarmOrderSchema.safeParse({ kind: 'play', chapter }).success
  expect([1, 5].map(plays)).toEqual([true, true])
  expect([0, 6, 1.5, '1', null, undefined].map(plays)).toEqual([false, false, false, false, false, false])
})
