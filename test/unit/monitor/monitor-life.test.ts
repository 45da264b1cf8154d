/** What the view, the log and the alerts hear of a network that fails or is called off: with real nodes on loopback. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { networkIdFrom } from '../../../src/shared/ids.ts'
import type { Monitor } from '../../../src/main/monitor/monitor.ts'
import { pastPicture } from '../../../src/main/monitor/past.ts'
import type { SwarmProcess } from '../../../src/main/monitor/swarm-protocol.ts'
import { codeOf, testMonitor } from '../../support/monitor.ts'
import { keyOf } from '../../support/networks.ts'
import { peerIdAt } from '../../support/renderer/fake-network.ts'

let monitor: Monitor
/** Ends the swarm of the last demo, whose peers are none. */
let loseSwarm: () => void
/** Says something as that swarm. */
let say: (message: unknown) => void
let chapters: number[] = []
beforeEach(() => {
  chapters = []
  const startSwarm = (): SwarmProcess => {
    const ended = Promise.withResolvers<string>()
    loseSwarm = () => ended.resolve('SIGKILL')
    return {
      ended: ended.promise,
      onMessage: (listener) => {
        listener({ kind: 'up', addresses: [] })
        say = listener
      },
      end: loseSwarm,
      order: (order) => void (order.kind === 'play' && chapters.push(order.chapter)),
      kill: loseSwarm,
    }
  }
  ;({ monitor } = testMonitor({ startSwarm }))
})
afterEach(() => monitor.close())

/** Kinds of the events that are stored of a network, oldest first. */
function log(network: string): readonly string[] {
  const { events } = monitor.store.eventsPage({ networkKey: keyOf(networkIdFrom(network)), limit: 100 })
  return events.map(({ event }) => event.kind).toReversed()
}

async function forget(network: string): Promise<void> {
  await Promise.resolve(monitor.forget({ network }))
}

/** Resolves with what `act` gives in the moment the network fails. */
function whenFailed<T>(act: () => T): Promise<T> {
  return new Promise((resolve) => {
    const unfollow = monitor.onStatus(({ state }) => {
      if (state !== 'failed') return
      unfollow()
      resolve(act())
    })
  })
}

describe('a join', () => {
  it('that is called off says goodbye before the next one begins', async () => {
    const append = monitor.store.append.bind(monitor.store)
    const joined = Promise.withResolvers<void>()
    const spy = vi.spyOn(monitor.store, 'append').mockImplementation((...given) => {
      if (given[2].kind === 'NetworkJoined') joined.resolve()
      return append(...given)
    })
    const first = codeOf(monitor.join({ network: 'first' }))
    await joined.promise
    spy.mockRestore()
    await monitor.leave()
    expect([await first, log('first').at(-1)]).toEqual(['Cancelled', 'NetworkLeft'])
    const added = vi.spyOn(monitor.view, 'addEvent')
    await monitor.join({ network: 'second' })
    const told = added.mock.calls.map(([{ event }]) => event)
    expect(told).toContainEqual(
      expect.objectContaining({
        kind: 'NetworkJoined',
        networkId: networkIdFrom('second'),
        purgeAfterMs: monitor.settings().config.purgeAfter,
      }),
    )
    expect(told.some(({ kind }) => kind === 'NetworkLeft')).toBe(false)
  })

  it('whose network cannot be kept stops its node again', async () => {
    vi.spyOn(monitor.store, 'networkJoined').mockImplementationOnce(() => {
      throw new Error('the disk is gone')
    })
    await expect(monitor.join({ network: 'mine' })).rejects.toThrow('the disk is gone')
    expect([monitor.status().state, log('mine').at(-1)]).toEqual(['failed', 'NetworkLeft'])
    expect(() => monitor.node()).toThrow('no network is joined')
    expect(await codeOf(monitor.join({ network: 'mine' }))).toBe('ok')
  })

  it('that fails has ended when it says so', async () => {
    // No address of this machine (RFC 5737).
    const failed = codeOf(monitor.join({ network: 'mine', listen: ['/ip4/203.0.113.1/tcp/4001'] }))
    expect([await failed, log('mine')]).toEqual(['ListenFailed', ['NetworkFailed']])
    expect(await codeOf(monitor.join({ network: 'mine' }))).toBe('ok')
  })

  it('is checked before anything is shown, and refused once the monitor closes', async () => {
    expect(await codeOf(monitor.join({ network: 'mine', listen: ['nowhere'] }))).toBe('InvalidArgument')
    expect(monitor.status()).toEqual({ state: 'none' })
    await monitor.join({ network: 'mine' })
    expect(await codeOf(monitor.join({ network: 'mine', listen: ['nowhere'] }))).toBe('AlreadyJoined')
    const closed = monitor.close()
    expect(await codeOf(monitor.join({ network: 'mine' }))).toBe('Cancelled')
    expect(await codeOf(monitor.demo(2))).toBe('Cancelled')
    await closed
    expect(await monitor.leave()).toEqual({ state: 'none' })
  })
})

it('a network that the user leaves is told apart from one that ends with Peerscope', async () => {
  const appended = vi.spyOn(monitor.store, 'append')
  await monitor.join({ network: 'mine' })
  await monitor.leave()
  await monitor.join({ network: 'mine' })
  await monitor.close()
  const left = appended.mock.calls.flatMap(([, , event]) => (event.kind === 'NetworkLeft' ? (event.how ?? null) : []))
  expect(left).toEqual(['left', 'closed'])
})

it('joining again says of a run that was killed when it broke off', async () => {
  const networkId = networkIdFrom('mine')
  const networkKey = keyOf(networkId)
  const [began, killed] = [monitor.clock.now() - 90_000, monitor.clock.now() - 60_000].map(Math.floor) as [
    number,
    number,
  ]
  const version = { startedAt: 1, updatedAt: 1 }
  monitor.store.append(networkKey, began, { kind: 'NetworkJoined', networkId, peerId: peerIdAt(1), addresses: [] })
  const came = {
    kind: 'PeerDiscovered',
    peerId: peerIdAt(2),
    source: 'gossip',
    version,
    tags: [],
    addresses: [],
  } as const
  monitor.store.append(networkKey, killed, came)
  await monitor.join({ network: 'mine' })
  await monitor.leave()
  await monitor.join({ network: 'mine' })
  const { events } = monitor.store.eventsPage({ networkKey, kinds: ['NetworkJoined'], limit: 2 })
  // Newest first: the run before the last one was left.
  expect(events.map(({ event }) => 'brokeOffAt' in event && event.brokeOffAt)).toEqual([false, killed])
  // Nobody looked between the two: nothing of the killed run is shown then.
  const shown = async (at: number) => (await pastPicture(monitor.past(), at)).peers.length > 0
  expect([await shown(killed), await shown(killed + 1), await shown(killed + 30_000)]).toEqual([true, false, false])
})

describe('a demo', () => {
  it('shows where its story is, and plays a chapter on demand; another network has none', async () => {
    await monitor.demo(2)
    expect(monitor.status()).toMatchObject({ demo: true, story: null })
    say({ kind: 'story', chapter: 5, beat: 'split', peers: [], missing: null, missedAt: null })
    await expect
      .poll(() => monitor.status(), { timeout: 20_000 })
      .toMatchObject({ story: { chapter: 5, beat: 'split', peers: [] } })
    monitor.wishStory({ chapter: 2 })
    await monitor.leave()
    monitor.wishStory({ chapter: 3 })
    await monitor.join({ network: 'mine' })
    monitor.wishStory({ chapter: 4 })
    expect(chapters).toEqual([2])
    expect(monitor.status()).toMatchObject({ demo: false, story: null })
  })
})

describe('a network that failed', () => {
  it('is not shown to the next one while its node ends', async () => {
    await monitor.demo(2)
    const added = vi.spyOn(monitor.view, 'addEvent')
    const failed = whenFailed(() => ({ next: codeOf(monitor.join({ network: 'next' })) }))
    loseSwarm()
    const { next } = await failed
    expect([monitor.status(), [...monitor.view.rows()]]).toMatchObject([
      { state: 'joining', network: { name: 'next' } },
      [],
    ])
    // From here on the node of the demo says goodbye.
    added.mockClear()
    expect(await next).toBe('ok')
    const told = added.mock.calls.map(([{ event }]) => event.kind)
    expect(told.filter((kind) => kind === 'NetworkJoined' || kind === 'NetworkLeft')).toEqual(['NetworkJoined'])
  })

  it('cannot be forgotten before its node has ended', async () => {
    await monitor.demo(2)
    const network = monitor.network().id
    const failed = whenFailed(() => codeOf(forget(network)))
    loseSwarm()
    expect(await failed).toBe('AlreadyJoined')
    await monitor.leave()
    expect(await codeOf(forget(network))).toBe('ok')
  })

  it('ends its alerts when it is left', async () => {
    await monitor.demo(2)
    const [paused, ended] = [vi.spyOn(monitor.alerts, 'pause'), vi.spyOn(monitor.alerts, 'end')]
    const failed = whenFailed(() => [paused.mock.calls.length, ended.mock.calls.length])
    const { discovery } = monitor.node()
    loseSwarm()
    expect(await failed).toEqual([1, 0])
    // Nothing is left to be ended but what is shown.
    await discovery.ended
    await new Promise((resolve) => setImmediate(resolve))
    await monitor.leave()
    expect(ended).toHaveBeenCalled()
  })
})
