/** What the contract's calls about health and causes are answered from: the running app. */
import type { ContractInputs } from '../../../shared/contract.ts'
import type { Breakdown, HealthNow, HealthSeries } from '../../../shared/health.ts'
import { linksAmong } from '../../../shared/links.ts'
import { isHere, lossIn } from '../../../shared/loss.ts'
import { ABILITIES, networkKeyOf } from '../../../shared/network-kind.ts'
import type { NetworkWhy, PeerWhy } from '../../../shared/why.ts'
import type { Monitor } from '../monitor.ts'
import { crawlsAmong, peersPassing } from '../exports/fields.ts'
import { pastPicture } from '../past.ts'
import { purgeAfterOf } from '../purge-after.ts'
import { inTurns, never } from '../turns.ts'
import { breakdown } from './breakdown.ts'
import type { HealthSource } from './health-now.ts'
import { healthNow } from './health-now.ts'
import { namingLimit, namingWithin } from './naming.ts'
import { healthSeries, storedSeries } from './series.ts'
import { whyNetwork } from './why-network.ts'
import type { WhySource } from './why-facts.ts'
import { networkFacts } from './network-trouble.ts'
import { lastFacts } from './why-crashes.ts'
import { peerFacts } from './why-facts.ts'
import { whyPeer } from './why.ts'
import { strangerRow } from './why-stranger.ts'
import type { ThenParts } from './why-then.ts'
import { networkWhyThen, peerWhyThen, storedThen } from './why-then.ts'

/** What is looked at. */
type Running = Pick<Monitor, 'store' | 'view' | 'clock' | 'network' | 'settings' | 'insight'>

/** How the shown network is. @throws NotJoined */
export async function health(monitor: Running): Promise<HealthNow> {
  // The watch looks now and then only: what it found last may be older than the peers that are counted.
  await monitor.insight()?.refreshIslands()
  return await healthNow(sourceOf(monitor))
}

/**
 * How it was.
 * @throws NotJoined, FilterError, InvalidArgument where the span ends before it begins, what the signal was fired with
 */
export async function seriesOf(
  monitor: Running & Pick<Monitor, 'past'>,
  { from, to, points = 200, filter = '', left = false }: ContractInputs['health']['series'],
  signal?: AbortSignal,
): Promise<HealthSeries> {
  const joined = 'neighbors' in monitor.view.status
  return await healthSeries(
    storedSeries({
      ...sourceOf(monitor),
      shown: monitor.insight()?.shownIslands ?? [],
      joined,
      among: peersPassing(monitor.past(), filter, monitor.clock.now()),
      crawls: left ? crawlsAmong(monitor.past()) : null,
    }),
    { from, to, points },
    signal,
  )
}

/** Peers by value. @throws NotJoined */
export async function breakdownOf(
  monitor: Running & Pick<Monitor, 'past'>,
  { by, at }: ContractInputs['health']['breakdown'],
): Promise<Breakdown> {
  const { view } = monitor
  const loss = lossIn(view.status)
  const { peers, ...then } =
    at === undefined ? { peers: [...view.rows()], loss } : await pastPicture(monitor.past(), at)
  return await inTurns(
    breakdown(
      by,
      peers.filter((row) => isHere(row, then.loss)),
      view.names,
    ),
  )
}

/** Why a peer is, or was, as it is. @throws NotJoined, UnknownPeer, InvalidArgument, what the signal was fired with */
export async function whyPeerOf(
  monitor: Running,
  { peerId, at }: ContractInputs['why']['peer'],
  signal: AbortSignal = never(),
  limit: AbortSignal = namingLimit(),
): Promise<PeerWhy> {
  if (at !== undefined) return await peerWhyThen(thenParts(monitor, signal, limit), peerId, at, signal)
  const source = whySource(monitor, signal, limit)
  const known = monitor.view.row(peerId)
  const row = known ?? strangerRow(source, peerId, `${peerId} is not known`)
  return whyPeer(await peerFacts(source, row, { stranger: row !== known }))
}

/** Why the network is, or was, as it is. @throws NotJoined, InvalidArgument, what the signal was fired with */
export async function whyNetworkOf(
  monitor: Running,
  { at }: ContractInputs['why']['network'],
  signal: AbortSignal = never(),
): Promise<NetworkWhy> {
  if (at !== undefined) return await networkWhyThen(thenParts(monitor, signal, never()), at, signal)
  return whyNetwork(await lastFacts(whySource(monitor, signal, never())))
}

/** Why the network is lost or split now: who ended together without that is not looked for. @throws NotJoined */
export function whyNow(monitor: Running): NetworkWhy {
  return whyNetwork(networkFacts(whySource(monitor, never(), never())))
}

function thenParts(monitor: Running, signal: AbortSignal, limit: AbortSignal): ThenParts {
  const { store } = monitor
  return storedThen(store, monitor.network(), namingWithin(store, signal, limit))
}

/** @param limit ends a long look into the history, without it failing @throws NotJoined */
function whySource(monitor: Running, signal: AbortSignal, limit: AbortSignal): WhySource {
  const { view, store, clock } = monitor
  return {
    ...sourceOf(monitor),
    store,
    links: () => linksAmong(view.rows(), view.edges(), clock.now(), lossIn(view.status)),
    connectedAt: (peerId) => monitor.insight()?.connectedAt(peerId) ?? null,
    naming: namingWithin(store, signal, limit),
    maxDriftMs: monitor.settings().config.maxTimeDrift,
    logFrom: -Infinity,
  }
}

/** @throws NotJoined */
function sourceOf(monitor: Running): HealthSource {
  const { store, view, clock } = monitor
  const shown = monitor.network()
  const found = monitor.insight()
  const networkKey = networkKeyOf(shown)
  return {
    store,
    networkKey,
    network: shown,
    status: view.status,
    state: view.status.state,
    storeStatus: store.status(),
    rows: () => view.rows(),
    islands: found?.islands() ?? null,
    apart: found?.apart() ?? new Set(),
    told: ABILITIES[shown.kind].neighbors,
    purgeAfterMs: found?.purgeAfterMs ?? purgeAfterOf(store, networkKey),
    now: clock.now(),
  }
}
