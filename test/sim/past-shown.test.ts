/** What the past shows of a moment is what the view showed then: rows and links, over runs that end well or are killed. */
import { afterEach, expect, it } from 'vitest'
import { peerscope } from '../../src/main/discovery/dialects/peerscope/peerscope.ts'
import type { Clock } from '../../src/main/discovery/ports.ts'
import { networkWhyThen, peerWhyThen, storedThen } from '../../src/main/monitor/insight/why-then.ts'
import { pastPicture } from '../../src/main/monitor/past.ts'
import { Session } from '../../src/main/monitor/session.ts'
import { View } from '../../src/main/monitor/view.ts'
import { openStore } from '../../src/main/store/store.ts'
import type { Store } from '../../src/main/store/types.ts'
import type { Edge, PeerRow } from '../../src/shared/peer.ts'
import { peerOf } from '../../src/shared/events.ts'
import type { NetworkWhy, PeerWhy } from '../../src/shared/why.ts'
import { REACHABILITY_OFF } from '../../src/shared/reachability.ts'
import { keyOf } from '../support/networks.ts'
import type { SimNode } from './network.ts'
import { SimNetwork } from './network.ts'
import { join, QUICK, someNode } from './scenarios/scenario.ts'
import { EPOCH } from './world.ts'

/** What a process that is killed loses at most, milliseconds. */
/** Rows are shown soon after what is told of them. */
const SHOWN_MS = 100
const LOST_MS = 5000
/** Moments that are looked at in each run, and runs. */
const MOMENTS = 12
const RUNS = 3
/** Of so many peers one is asked about at a moment. */
const ASKED = 3

let network: SimNetwork
let store: Store
afterEach(async () => {
  await network.stop()
  store.close()
})

interface Run {
  readonly node: SimNode
  readonly view: View
  readonly session: Session
  readonly unlisten: () => void
  /** Its process is gone: nothing of it happens any longer. */
  readonly kill: () => void
}

/** A moment, and what was shown then. */
interface Truth {
  readonly at: number
  readonly rows: readonly PeerRow[]
  readonly edges: readonly Edge[]
  readonly why: Why
}

/** Why the network was as it was, and some of its peers. */
interface Why {
  readonly network: NetworkWhy
  readonly peers: readonly PeerWhy[]
}

/** What is said of a moment; of a few peers, others at each moment. */
async function whyAt(at: number, rows: readonly PeerRow[]): Promise<Why> {
  const ref = { kind: 'peerscope', id: network.networkId, name: null } as const
  const parts = storedThen(store, ref, async (query) => store.eventsNaming(query))
  const asked = rows.filter((_, index) => index % ASKED === at % ASKED)
  return {
    network: await networkWhyThen(parts, at),
    peers: await Promise.all(asked.map(async ({ peerId }) => await peerWhyThen(parts, peerId, at))),
  }
}

async function begin(store: Store, node: SimNode): Promise<Run> {
  const { clock: real } = node.host.ports
  let killed = false
  const clock: Clock = {
    now: () => real.now(),
    monotonic: () => real.monotonic(),
    schedule: (ms, act) => real.schedule(ms, () => (killed ? undefined : act())),
  }
  const { networkId } = network
  const { discovery, peerId } = node
  const view = new View(clock, store.status())
  const ref = { kind: 'peerscope', id: networkId, name: 'simulated' } as const
  const session = new Session({ network: ref, bootstrap: [], view, store, clock, demo: false })
  await session.load(new AbortController().signal)
  store.append(keyOf(networkId), Math.floor(clock.now()), { kind: 'NetworkJoined', networkId, peerId, addresses: [] })
  const unlisten = discovery.onTold((told) => void session.take(told))
  session.follow({
    discovery,
    networkId,
    kind: 'peerscope',
    dialect: peerscope,
    peerId,
    addresses: () => [],
    reachability: () => REACHABILITY_OFF,
    stop: () => discovery.leave(),
  })
  const kill = (): void => {
    killed = true
    unlisten()
  }
  return { node, view, session, unlisten, kill }
}

/** To the last instant of a millisecond: what happens in it is part of the moment. */
async function toEndOfMillisecond(node: SimNode): Promise<number> {
  const now = node.host.ports.clock.now()
  await network.run(Math.floor(now) + 0.9995 - now)
  return Math.floor(node.host.ports.clock.now())
}

/** As the journal keeps it: whole milliseconds, and round-trip times to the microsecond. */
function kept(rows: Iterable<PeerRow>): PeerRow[] {
  const micro = (ms: number): number => Math.round(ms * 1000) / 1000
  return [...rows]
    .map((row) => ({
      ...row,
      firstSeen: Math.round(row.firstSeen),
      ...(row.backAt === undefined ? {} : { backAt: Math.round(row.backAt) }),
      lastSeen: Math.round(row.lastSeen),
      version: { startedAt: Math.round(row.version.startedAt), updatedAt: Math.round(row.version.updatedAt) },
      rtt: row.rtt && {
        srtt: micro(row.rtt.srtt),
        rttvar: micro(row.rtt.rttvar),
        last: micro(row.rtt.last),
        at: Math.round(row.rtt.at),
      },
    }))
    .sort((a, b) => (a.peerId < b.peerId ? -1 : 1))
}

/** What is shown otherwise than it was, in words. */
function differences(shown: readonly PeerRow[], truth: readonly PeerRow[]): string[] {
  const then = new Map(truth.map((row) => [row.peerId, row]))
  const wrong = truth.flatMap(({ peerId }) =>
    shown.some((row) => row.peerId === peerId) ? [] : `${peerId} is missing`,
  )
  for (const row of shown) {
    const was = then.get(row.peerId)
    if (was === undefined) wrong.push(`${row.peerId} was not there`)
    else
      for (const [field, value] of Object.entries(row)) {
        const [now, before] = [JSON.stringify(value), JSON.stringify(was[field as keyof PeerRow])]
        if (now !== before) wrong.push(`${row.peerId}: ${field} is ${now}, was ${before}`)
      }
  }
  return wrong
}

function keptEdges(edges: Iterable<Edge>): string[] {
  return [...edges].map(({ a, b, kind, saidBy, at }) => `${a} ${b} ${kind} ${saidBy} ${Math.round(at)}`).sort()
}

async function disturb(observed: SimNode): Promise<void> {
  const dice = network.world.random.number()
  const node = someNode(network)
  if (dice < 0.25 || node === null || node === observed) await join(network)
  else if (dice < 0.4) await network.leave(node)
  else if (dice < 0.55) network.crash(node)
  else if (dice < 0.7) void observed.discovery.remove(node.peerId)
  else if (dice < 0.8) await observed.host.disconnect(node.peerId)
  else if (dice < 0.9) void node.discovery.addTags(`turn:${Math.floor(dice * 1e6)}`)
  else void observed.discovery.addTags(`own:${Math.floor(dice * 1e6)}`)
}

it.each(Array.from({ length: 4 }, (_, index) => index + 1))(
  '[TP2, RT1] the past of random moments is what was shown then, with RTT, states and links (seed %i)',
  async (seed) => {
    network = new SimNetwork({
      seed,
      config: { ...QUICK, rttProbeInterval: 2000, rttDialInterval: 2000, ...(seed % 4 === 0 ? { maxPeers: 4 } : {}) },
      weather: { latency: [5, 60], loss: 0.02, bandwidth: 1e7 },
    })
    await network.startMany(5)
    store = openStore({ path: ':memory:', now: () => EPOCH + network.world.scheduler.now })
    const networkKey = keyOf(network.networkId)
    const { random } = network.world
    const truths: Truth[] = []
    const empty: number[] = []
    const lost: number[] = []
    let node = await join(network)
    for (let count = 0; count < RUNS; count += 1) {
      const run = await begin(store, node)
      for (let moment = 0; moment < MOMENTS; moment += 1) {
        await network.run(1)
        await disturb(node)
        await network.run(random.below(moment % 7 === 0 ? 9000 : 1500))
        const at = await toEndOfMillisecond(node)
        // Rows are shown up to 100 ms after what changed them became known.
        run.session.flush()
        const rows = kept(run.view.rows())
        truths.push({ at, rows, edges: [...run.view.edges()], why: await whyAt(at, rows) })
      }
      const killed = random.number() < 0.5
      await network.run(2)
      const until = await toEndOfMillisecond(node)
      if (killed) {
        run.kill()
        network.crash(node)
        lost.push(until)
        while ((truths.at(-1)?.at ?? 0) > until - LOST_MS) truths.pop()
      } else {
        run.session.end()
        run.unlisten()
        await network.leave(node)
      }
      await network.run(10_000 + random.below(20_000))
      // Of a run that was killed only the next one tells that it is over.
      if (!killed || count < RUNS - 1) empty.push(until + 6000 + random.below(4000))
      node = await join(network, node.host.secret)
    }
    expect(truths.length).toBeGreaterThan(RUNS * MOMENTS * 0.5)
    const departed = truths.some(({ rows }) => rows.some(({ state }) => state === 'departed'))
    // A catalog of four displaces most peers before they depart.
    expect(departed || seed % 4 === 0).toBe(true)
    expect(truths.some(({ rows }) => rows.some(({ neighbor, rtt }) => neighbor && rtt !== null))).toBe(true)
    expect(truths.some(({ edges }) => edges.some(({ kind, saidBy, a }) => kind === 'neighbor' && saidBy === a))).toBe(
      true,
    )
    for (const truth of [...truths].sort((a, b) => ((a.at * seed) % 97) - ((b.at * seed) % 97))) {
      const { peers, edges, edgesAt } = await pastPicture({ store, networkKey, self: undefined }, truth.at)
      expect(differences(kept(peers), truth.rows)).toEqual([])
      expect(keptEdges(edges)).toEqual(keptEdges(truth.edges))
      expect(edgesAt).toBe(truth.at)
      expect(await whyAt(truth.at, truth.rows)).toEqual(truth.why)
    }
    // Some of it was worked out from rows of the log that went on since.
    const because = truths.flatMap(({ why }) => why.peers.flatMap(({ causes }) => causes.map(({ kind }) => kind)))
    expect(because.includes('dials failed') || seed % 4 === 0).toBe(true)
    // At the time of an event its peer has come, or has left.
    const { events } = store.eventsPage({ networkKey, kinds: ['PeerDiscovered', 'PeerDeparted'], limit: 40 })
    expect(events.length).toBeGreaterThan(10)
    for (const { at, event } of events) {
      // Of several changes in a moment only what came of them was shown.
      const last = events.find(
        (other) =>
          other.at >= at && other.at <= at + SHOWN_MS && 'peerId' in event && peerOf(other.event) === event.peerId,
      )
      // What a killed run showed last is known from its events alone, and those of its next run come first.
      if (last?.event !== event || lost.some((until) => at > until - LOST_MS && at <= until)) continue
      const { peers } = await pastPicture({ store, networkKey, self: undefined }, at)
      const there = peers.find(({ peerId }) => peerId === peerOf(event))?.state === 'online'
      expect([event, there]).toEqual([event, event.kind === 'PeerDiscovered'])
    }
    for (const at of empty)
      expect(await pastPicture({ store, networkKey, self: undefined }, at)).toMatchObject({ peers: [], edges: [] })
  },
)
