/** Health and causes from a data folder, also while an app runs on it. */
import type { HealthNow } from '../../../shared/health.ts'
import { UnknownPeer } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { LinksAmong } from '../../../shared/links.ts'
import { linksAmong } from '../../../shared/links.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import { ABILITIES, networkKeyOf } from '../../../shared/network-kind.ts'
import type { Edge, PeerRow } from '../../../shared/peer.ts'
import type { NetworkWhy, PeerWhy } from '../../../shared/why.ts'
import { lastKnownRow } from '../exports/fields.ts'
import type { StoreReader } from '../../store/types.ts'
import type { OfflineCatalog } from '../offline.ts'
import { lastLook, shownLast } from '../journal/last-shown.ts'
import { lastSelf } from '../history-end.ts'
import { lossUpTo } from '../loss.ts'
import { purgeAfterOf } from '../purge-after.ts'
import { loadSettings } from '../settings.ts'
import { runState } from '../deserted.ts'
import { inTurns, turn } from '../turns.ts'
import type { HealthSource } from './health-now.ts'
import { healthNow } from './health-now.ts'
import { islandsAmong } from './island-watch.ts'
import { networkFacts, peerFacts } from './why-facts.ts'
import type { WhySource } from './why-facts.ts'
import { whyNetwork } from './why-network.ts'
import { whyPeer } from './why.ts'

/** Peers that are read before others get a turn. */
const PEERS_AT_ONCE = 500

type Source = HealthSource & WhySource

/** How the network is, or was when it was looked last. */
export async function storedHealth(catalog: OfflineCatalog, now: number): Promise<HealthNow> {
  return await healthNow(await sourceOf(catalog, now))
}

/** Why a stored peer is as it is. @throws UnknownPeer */
export async function storedPeerWhy(catalog: OfflineCatalog, peerId: PeerId, now: number): Promise<PeerWhy> {
  const stored = catalog.store.peer(networkKeyOf(catalog.network), peerId)
  if (stored === null) throw new UnknownPeer(`nothing is stored of ${peerId} in this network`)
  const source = await sourceOf(catalog, now)
  const row = [...source.rows()].find((one) => one.peerId === peerId) ?? lastKnownRow(stored)
  return whyPeer(await peerFacts(source, row))
}

/** Why the network is as it is. */
export async function storedNetworkWhy(catalog: OfflineCatalog, now: number): Promise<NetworkWhy> {
  return whyNetwork(networkFacts(await sourceOf(catalog, now)))
}

/** As it was shown last; of a run without a journal as it was stored last. */
async function sourceOf({ network, store }: OfflineCatalog, clock: number): Promise<Source> {
  const networkKey = networkKeyOf(network)
  const { live, at } = await lastLook(store, networkKey, clock)
  const self = lastSelf(store, networkKey)
  const replay = await shownLast(store, networkKey, at)
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
    state: live ? runState(store, networkKey, loss, then.rows) : loss === null ? 'stored' : 'lost',
    storeStatus: null,
    rows: () => then.rows,
    links: () => links,
    connectedAt: () => null,
    // Nothing else waits for a command.
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
