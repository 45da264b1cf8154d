/** Health and causes from a data folder, also while an app runs on it. */
import type { HealthNow } from '../../../shared/health.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { LinksAmong } from '../../../shared/links.ts'
import { linksAmong } from '../../../shared/links.ts'
import type { Loss } from '../../../shared/loss.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import { ABILITIES, networkKeyOf } from '../../../shared/network-kind.ts'
import type { Edge, PeerRow } from '../../../shared/peer.ts'
import type { NetworkWhy, PeerWhy } from '../../../shared/why.ts'
import { lastKnownRow } from '../exports/fields.ts'
import type { StoreReader } from '../../store/types.ts'
import type { OfflineCatalog } from '../offline.ts'
import { lastLook, shownLast } from '../journal/last-shown.ts'
import { lastSelf } from '../history-end.ts'
import type { Replay } from '../journal/replay.ts'
import { lossUpTo } from '../loss.ts'
import { purgeAfterOf } from '../purge-after.ts'
import { loadSettings } from '../settings.ts'
import { aloneAt, desertedAt, runState } from '../deserted.ts'
import { inTurns, turn } from '../turns.ts'
import type { HealthSource } from './health-now.ts'
import { healthNow } from './health-now.ts'
import { islandsAmong } from './island-sight.ts'
import { lastFacts } from './why-crashes.ts'
import { peerFacts } from './why-facts.ts'
import type { WhySource } from './why-facts.ts'
import { whyNetwork } from './why-network.ts'
import { strangerRow } from './why-stranger.ts'
import type { ThenParts } from './why-then.ts'
import { networkWhyThen, peerWhyThen, stateThen, storedThen } from './why-then.ts'
import { whyPeer } from './why.ts'

/** Peers that are read before others get a turn. */
const PEERS_AT_ONCE = 500

type Source = HealthSource & WhySource

/** What a data folder tells. `asOf`: the moment that it is of, milliseconds since the epoch; null where it is of now, or of none that is known. */
export type Stored<T> = T & { readonly asOf: number | null }

/** How the network is, or was when it was looked last. */
export async function storedHealth(catalog: OfflineCatalog, now: number): Promise<Stored<HealthNow>> {
  const look = await lookAt(catalog, now)
  return { ...(await healthNow(await sourceOf(catalog, look))), asOf: look.asOf }
}

/** Why a stored peer is, or was when it was looked last, as it is. @throws UnknownPeer, what the signal was fired with */
export async function storedPeerWhy(
  catalog: OfflineCatalog,
  peerId: PeerId,
  now: number,
  signal?: AbortSignal,
): Promise<Stored<PeerWhy>> {
  const { store } = catalog
  const networkKey = networkKeyOf(catalog.network)
  const stored = store.peer(networkKey, peerId)
  const unknown = `nothing is stored of ${peerId} in this network`
  const kept = stored === null ? strangerRow({ store, networkKey }, peerId, unknown) : lastKnownRow(stored)
  const look = await lookAt(catalog, now)
  const { asOf } = look
  if (isPast(look) && rowIn(look.replay?.rows() ?? [], peerId) !== undefined)
    return { ...(await peerWhyThen(thenOf(catalog), peerId, look.at, signal)), asOf }
  const source = await sourceOf(catalog, look)
  const row = rowIn(source.rows(), peerId)
  return { ...whyPeer(await peerFacts(source, row ?? kept, { stranger: row === undefined && stored === null })), asOf }
}

/** Why the network is, or was when it was looked last, as it is. @throws what the signal was fired with */
export async function storedNetworkWhy(
  catalog: OfflineCatalog,
  now: number,
  signal?: AbortSignal,
): Promise<Stored<NetworkWhy>> {
  const look = await lookAt(catalog, now)
  const { asOf } = look
  if (isPast(look)) return { ...(await networkWhyThen(thenOf(catalog), look.at, signal)), asOf }
  return { ...whyNetwork(await lastFacts(await sourceOf(catalog, look))), asOf }
}

/** The past of a data folder. */
export function thenOf({ store, network }: OfflineCatalog): ThenParts {
  // Nothing else waits for a command.
  return storedThen(store, network, async (query) => store.eventsNaming(query))
}

/** The last look at a network. */
interface Look {
  /** Whether an app watches it. */
  readonly live: boolean
  readonly at: number
  /** As of `Stored`. */
  readonly asOf: number | null
  /** What was shown; null where the journal tells nothing of it. */
  readonly replay: Replay | null
}

async function lookAt({ network, store }: OfflineCatalog, clock: number): Promise<Look> {
  const networkKey = networkKeyOf(network)
  const { live, at } = await lastLook(store, networkKey, clock)
  const known = live ? at < clock : store.lastWrittenAt(networkKey) !== null
  return { live, at, asOf: known ? at : null, replay: await shownLast(store, networkKey, at) }
}

/** Whether the look is a moment of the past that is kept: it is told as history and shared moments tell it. */
function isPast({ asOf, replay }: Look): boolean {
  return asOf !== null && replay !== null
}

function rowIn(rows: Iterable<PeerRow>, peerId: PeerId): PeerRow | undefined {
  return [...rows].find((one) => one.peerId === peerId)
}

/** As it was shown last; of a run without a journal as it was stored last. */
async function sourceOf({ network, store }: OfflineCatalog, look: Look): Promise<Source> {
  const networkKey = networkKeyOf(network)
  const { live, at, replay } = look
  const self = lastSelf(store, networkKey)
  const then =
    replay === null
      ? await storedPicture(store, networkKey)
      : { at, rows: [...replay.rows()], edges: [...replay.edges()] }
  const loss = lossUpTo(store, networkKey, at)
  const links = withUs(linksAmong(then.rows, then.edges, then.at ?? at, loss), self)
  const known = then.at === null ? null : await islandsAmong(links)
  return {
    store,
    networkKey,
    network,
    status: null,
    state: live ? runState(store, networkKey, loss, then.rows) : stateLast(store, networkKey, look, then.rows, loss),
    storeStatus: null,
    rows: () => then.rows,
    links: () => links,
    connectedAt: () => null,
    naming: async (query) => store.eventsNaming(query),
    islands: known?.islands ?? null,
    apart: known?.apart ?? new Set(),
    told: ABILITIES[network.kind].neighbors,
    purgeAfterMs: purgeAfterOf(store, networkKey),
    maxDriftMs: loadSettings(store).config.maxTimeDrift,
    now: at,
    logFrom: -Infinity,
  }
}

/** How it was when it was looked last. Online is over by then: that counts as stored. */
function stateLast(
  store: StoreReader,
  networkKey: NetworkKey,
  look: Look,
  peers: readonly PeerRow[],
  loss: Loss | null,
): HealthNow['state'] {
  if (loss === null && !isPast(look)) return 'stored'
  const deserted = desertedAt(store, networkKey, look.at, loss, peers)
  const state = stateThen({ loss, deserted, alone: aloneAt(store, networkKey, look.at, loss, peers) })
  return state === 'online' ? 'stored' : state
}

/** We are there as well: our own row is not stored with those of peers. */
function withUs(links: LinksAmong, self: PeerId | null): LinksAmong {
  const peers = new Set(self === null ? links.peers : [...links.peers, self])
  return { ...links, self, peers, here: (peerId) => peers.has(peerId) }
}

/** The stored peers, and the links that were stored last: those at that time, null where there are none. */
async function storedPicture(
  store: StoreReader,
  networkKey: NetworkKey,
): Promise<{ readonly at: number | null; readonly rows: readonly PeerRow[]; readonly edges: readonly Edge[] }> {
  const rows: PeerRow[] = []
  for (let after: number | null = null, more = true; more;) {
    const page = store.peersPage(networkKey, after, PEERS_AT_ONCE)
    rows.push(...page.peers.map(lastKnownRow))
    after = page.next
    more = after !== null
    await turn()
  }
  const [newest] = store.topologies(networkKey).slice(-1)
  const links = newest === undefined ? null : await inTurns(store.topologySteps(networkKey, newest.id))
  return { at: links?.at ?? null, rows, edges: links?.edges ?? [] }
}
