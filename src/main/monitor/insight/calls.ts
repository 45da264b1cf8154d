/** What the contract's calls about health and causes are answered from: the running app. */
import type { ContractInputs } from '../../../shared/contract.ts'
import { InvalidArgument, UnknownPeer } from '../../../shared/errors.ts'
import type { Breakdown, HealthNow, HealthSeries } from '../../../shared/health.ts'
import { ABILITIES, networkKeyOf } from '../../../shared/network-kind.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { NetworkWhy, PeerWhy } from '../../../shared/why.ts'
import { rowLookup } from '../exports/fields.ts'
import type { KnownPeers } from '../exports/fields.ts'
import type { Monitor } from '../monitor.ts'
import { inTurns, turn } from '../turns.ts'
import { breakdown } from './breakdown.ts'
import type { HealthSource } from './health-now.ts'
import { healthNow } from './health-now.ts'
import { healthSeries } from './series.ts'
import { whyNetwork } from './why-network.ts'
import type { WhySource } from './why-facts.ts'
import { networkFacts, peerFacts } from './why-facts.ts'
import { whyPeer } from './why.ts'

/** What is looked at. */
type Running = Pick<Monitor, 'store' | 'view' | 'clock' | 'network' | 'settings' | 'insight'>

/** How the shown network is. @throws NotJoined */
export async function health(monitor: Running): Promise<HealthNow> {
  return await healthNow(sourceOf(monitor))
}

/** How it was. @throws NotJoined, InvalidArgument where the span ends before it begins */
export async function seriesOf(
  monitor: Running,
  { from, to, points = 200 }: ContractInputs['health']['series'],
): Promise<HealthSeries> {
  const { state } = monitor.view.status
  const joined = state === 'online' || state === 'alone' || state === 'lost'
  return await healthSeries({ ...sourceOf(monitor), joined }, from, to, points)
}

/** Peers by value. @throws NotJoined, InvalidArgument where the span ends before it begins */
export async function breakdownOf(
  monitor: Running,
  { by, from, to }: ContractInputs['health']['breakdown'],
): Promise<Breakdown> {
  const { view } = monitor
  const rows =
    from === undefined && to === undefined
      ? [...view.rows()].filter((row) => row.state === 'online' && !row.self)
      : await rowsIn(knownOf(monitor), from ?? 0, to ?? monitor.clock.now())
  return await inTurns(breakdown(by, rows, view.names))
}

/** How long dials to a peer are looked for in the history, milliseconds: without them there may be fewer causes. */
const NAMING_LIMIT_MS = 5000

/** Why a peer is as it is. @throws NotJoined, UnknownPeer, what the signal was fired with */
export async function whyPeerOf(
  monitor: Running,
  peerId: PeerId,
  signal: AbortSignal = new AbortController().signal,
  limit: AbortSignal = AbortSignal.timeout(NAMING_LIMIT_MS),
): Promise<PeerWhy> {
  const source = whySource(monitor, signal, limit)
  const row = monitor.view.row(peerId)
  if (row === undefined) throw new UnknownPeer(`${peerId} is not known`)
  return whyPeer(await peerFacts(source, row))
}

/** Why the network is as it is. @throws NotJoined */
export function whyNetworkOf(monitor: Running): NetworkWhy {
  const never = new AbortController().signal
  return whyNetwork(networkFacts(whySource(monitor, never, never)))
}

/** @param limit ends a long look into the history, without it failing @throws NotJoined */
function whySource(monitor: Running, signal: AbortSignal, limit: AbortSignal): WhySource {
  const { view, store } = monitor
  return {
    ...sourceOf(monitor),
    store,
    edges: () => view.edges(),
    connectedAt: (peerId) => monitor.insight()?.connectedAt(peerId) ?? null,
    naming: async (query) => {
      try {
        return await store.eventsNamingAside(query, AbortSignal.any([signal, limit]))
      } catch (error) {
        signal.throwIfAborted()
        if (limit.aborted) return []
        throw error
      }
    },
    maxDriftMs: monitor.settings().config.maxTimeDrift,
  }
}

/** Sessions that are read, and rows that are looked up, before others get a turn; and sessions at most. */
const AT_ONCE = 500
const MOST_SESSIONS = 200_000

/** @throws NotJoined */
function knownOf(monitor: Running): KnownPeers {
  const { store, view } = monitor
  return { store, networkKey: networkKeyOf(monitor.network()), live: (peerId) => view.row(peerId) }
}

/** The peers that were here at some time of a span, as they are known now. @throws InvalidArgument */
export async function rowsIn(known: KnownPeers, from: number, to: number): Promise<readonly PeerRow[]> {
  if (to < from) throw new InvalidArgument('the span of time ends before it begins')
  const { store, networkKey } = known
  const rowOf = rowLookup(known)
  const seen = new Set<PeerId>()
  let before: number | undefined
  for (let read = 0; read < MOST_SESSIONS; read += AT_ONCE) {
    const page = store.sessionsPage({ networkKey, before, from, to, limit: AT_ONCE })
    for (const { peerId } of page.sessions) seen.add(peerId)
    before = page.sessions.at(-1)?.id
    if (!page.more || before === undefined) break
    await turn()
  }
  const rows: PeerRow[] = []
  for (const [index, peerId] of [...seen].entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) await turn()
    const row = rowOf(peerId)
    if (row !== undefined) rows.push(row)
  }
  return rows
}

/** @throws NotJoined */
function sourceOf(monitor: Running): HealthSource {
  const { store, view, clock } = monitor
  const shown = monitor.network()
  const found = monitor.insight()
  return {
    store,
    networkKey: networkKeyOf(shown),
    network: shown,
    status: view.status,
    state: view.status.state,
    storeStatus: store.status(),
    rows: () => view.rows(),
    islands: found?.islands() ?? null,
    told: ABILITIES[shown.kind].neighbors,
    purgeAfterMs: found?.purgeAfterMs ?? monitor.settings().config.purgeAfter,
    now: clock.now(),
  }
}
