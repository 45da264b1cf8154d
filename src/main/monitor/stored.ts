/** A network that was joined before, looked at without joining: what is stored of it. Nothing is written. */
import type {
  ContractInputs,
  EventsFound,
  MomentSpan,
  NetworkRef,
  PastPicture,
  SessionRow,
  StoredNetwork,
} from '../../shared/contract.ts'
import { InvalidArgument } from '../../shared/errors.ts'
import type { Breakdown, HealthSeries } from '../../shared/health.ts'
import { isHere } from '../../shared/loss.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import { DEFAULT_KIND, networkKeyOf } from '../../shared/network-kind.ts'
import type { EventCounts } from '../../shared/lanes.ts'
import type { PeerRow } from '../../shared/peer.ts'
import type { NetworkWhy, PeerWhy } from '../../shared/why.ts'
import type { Store } from '../store/types.ts'
import { knownNetworks } from './demos.ts'
import { eventCounts } from './event-counts.ts'
import { EventsThen } from './events-then.ts'
import { eventsPage } from './events-page.ts'
import type { EventsSource } from './events-page.ts'
import { crawlsAmong, peersPassing } from './exports/fields.ts'
import { sourceOf } from './exports/moment.ts'
import type { ExportSource } from './exports/records.ts'
import { storedPages } from './exports/records.ts'
import { historyEnd } from './history-end.ts'
import { breakdown } from './insight/breakdown.ts'
import { namingLimit, namingWithin } from './insight/naming.ts'
import { healthSeries, storedSeries } from './insight/series.ts'
import type { ThenParts } from './insight/why-then.ts'
import { networkWhyThen, peerWhyThen, storedThen } from './insight/why-then.ts'
import { recordingFrom } from './journal/beginning.ts'
import { lastShownAt } from './journal/last-shown.ts'
import type { LinesThen } from './journal/lines-of-loss.ts'
import { listedNames, storedNames } from './names/name-book.ts'
import { lossLasting } from './loss.ts'
import { networkRef } from './network-ref.ts'
import { notedPeers } from './noted-peers.ts'
import type { PastParts } from './past.ts'
import { drawnPicture, pastPicture } from './past.ts'
import { purgeAfterOf } from './purge-after.ts'
import { storedRow } from './rows.ts'
import { inTurns, never } from './turns.ts'

/** Most peers that are shown of a catalog: as many as one holds. */
const MAX_PEERS = 50_000

type Calls = ContractInputs['stored']

/** A network that was joined before, and when, milliseconds since the epoch. */
interface KnownNetwork {
  readonly network: NetworkRef
  readonly demo: boolean
  readonly joinedAt: number
}

/** Looks at networks that are stored. */
export class StoredNetworks {
  readonly #store: Store
  readonly #events = new EventsThen()
  readonly #lines: LinesThen

  constructor(store: Store, lines: LinesThen) {
    this.#store = store
    this.#lines = lines
  }

  /** @throws InvalidArgument for a network that is not among the recent ones */
  async open(which: Calls['open']): Promise<StoredNetwork> {
    const { network, demo } = this.#known(which)
    const networkKey = networkKeyOf(network)
    return {
      network,
      demo,
      moment: await this.#span(networkKey, which),
      end: historyEnd(this.#store, networkKey),
      notes: notedPeers(this.#store, networkKey),
      names: listedNames(this.#store, networkKey),
    }
  }

  /** What was shown of it at a moment, as a window draws it. @throws InvalidArgument, what the signal was fired with */
  async at({ at, ...which }: Calls['at'], signal?: AbortSignal): Promise<PastPicture> {
    const parts = this.#past(which)
    return await this.#orCatalog(which, await drawnPicture(parts, this.#lines, at, signal))
  }

  /** @throws InvalidArgument, FilterError, Cancelled */
  async events({ query, ...which }: Calls['events'], signal?: AbortSignal): Promise<EventsFound> {
    return await eventsPage(await this.#events.from(this.#source(which), query, signal), query, signal)
  }

  /** @throws InvalidArgument, FilterError, Cancelled */
  async counts({ query, ...which }: Calls['counts'], signal?: AbortSignal): Promise<EventCounts> {
    return await eventCounts(await this.#events.from(this.#source(which), query, signal), query, signal)
  }

  /** @throws InvalidArgument */
  sessions({ peerId, limit, ...which }: Calls['sessions']): {
    readonly sessions: readonly SessionRow[]
    readonly more: boolean
  } {
    return this.#store.sessionsPage({ networkKey: this.#key(which), peerId, limit: limit ?? 200 })
  }

  /** @throws FilterError, InvalidArgument also where the span ends before it begins, what the signal was fired with */
  async series(
    { query: { from, to, points = 200, filter = '', left = false }, ...which }: Calls['series'],
    signal?: AbortSignal,
  ): Promise<HealthSeries> {
    const source = this.#source(which)
    const purgeAfterMs = purgeAfterOf(this.#store, source.networkKey)
    const among = peersPassing(source, filter, source.now)
    const crawls = left ? crawlsAmong(source) : null
    const series = storedSeries({ ...source, purgeAfterMs, joined: false, among, crawls })
    return await healthSeries(series, { from, to, points }, signal)
  }

  /** Those that were here at the moment, or at the last one. @throws InvalidArgument */
  async breakdown({ query: { by, at }, ...which }: Calls['breakdown'], signal?: AbortSignal): Promise<Breakdown> {
    const networkKey = this.#key(which)
    const moment = at ?? (await this.#span(networkKey, which)).asOf
    const { peers, loss } = await this.#told(which, moment, signal)
    const here = peers.filter((row) => isHere(row, loss))
    return await inTurns(breakdown(by, here, storedNames(this.#store, networkKey)), signal)
  }

  /** Why a peer was as it was at a moment. @throws InvalidArgument, UnknownPeer, what the signal was fired with */
  async whyPeer(
    { peerId, at, ...which }: Calls['whyPeer'],
    signal: AbortSignal = never(),
    limit: AbortSignal = namingLimit(),
  ): Promise<PeerWhy> {
    return await peerWhyThen(this.#then(which, signal, limit), peerId, at, signal)
  }

  /** Why the network was. @throws InvalidArgument, what the signal was fired with */
  async whyNetwork({ at, ...which }: Calls['whyNetwork'], signal: AbortSignal = never()): Promise<NetworkWhy> {
    return await networkWhyThen(this.#then(which, signal, never()), at, signal)
  }

  /** What an export of it is made of, as it was at a moment. @throws InvalidArgument */
  async exported(which: Calls['open'], at: number | null, now: number, signal?: AbortSignal): Promise<ExportSource> {
    const { network } = this.#known(which)
    const known = { network, store: this.#store, live: new Map<string, PeerRow>(), links: null, now }
    const source = { ...known, loss: lossLasting(this.#store, networkKeyOf(network), now) }
    if (at === null) return source
    return sourceOf(source, await this.#told(which, at, signal))
  }

  /** What was shown at a moment, without the links that a window keeps drawn in a loss: no count and no file has those. */
  async #told(which: Calls['open'], at: number, signal?: AbortSignal): Promise<PastPicture> {
    return await this.#orCatalog(which, await pastPicture(this.#past(which), at, signal))
  }

  /** The catalog as it is stored, where nothing is known of the last moment. */
  async #orCatalog(which: Calls['open'], picture: PastPicture): Promise<PastPicture> {
    const networkKey = this.#key(which)
    if (picture.peers.length > 0 || picture.at < (await this.#span(networkKey, which)).to) return picture
    return { ...picture, nearest: null, peers: await this.#catalog(networkKey) }
  }

  #past(which: Calls['open']): PastParts {
    return { store: this.#store, networkKey: this.#key(which), self: undefined }
  }

  #known({ network, kind = DEFAULT_KIND }: Calls['open']): KnownNetwork {
    const { id } = networkRef(network, kind)
    const found = knownNetworks(this.#store).find((one) => one.id === id && one.kind === kind)
    if (found === undefined)
      throw new InvalidArgument(
        `there is no history of the network '${network}' here: it was not joined, or was forgotten`,
      )
    return { network: { kind, id, name: found.name }, demo: found.demo === true, joinedAt: found.lastJoinedAt }
  }

  #then(which: Calls['open'], signal: AbortSignal, limit: AbortSignal): ThenParts {
    return storedThen(this.#store, this.#known(which).network, namingWithin(this.#store, signal, limit))
  }

  #key(which: Calls['open']): NetworkKey {
    return networkKeyOf(this.#known(which).network)
  }

  #source(which: Calls['open']): EventsSource {
    const networkKey = this.#key(which)
    const store = this.#store
    const now = store.lastEventAt(networkKey) ?? 0
    // A moment that is asked for has a loss of its own; of one that nobody is in, none goes on.
    return { store, networkKey, live: () => undefined, loss: null, now }
  }

  /** From the first to the last moment at which the network was shown. */
  async #span(networkKey: NetworkKey, which: Calls['open']): Promise<MomentSpan> {
    const last = await lastShownAt(this.#store, networkKey)
    // Of peers that were imported, or whose history is too old to be kept, there are no events.
    const asOf = last ?? this.#known(which).joinedAt
    return { asOf, to: asOf, from: Math.min(asOf, (await recordingFrom(this.#store, networkKey)) ?? asOf) }
  }

  async #catalog(networkKey: NetworkKey): Promise<readonly PeerRow[]> {
    const rows: PeerRow[] = []
    for await (const page of storedPages(this.#store, networkKey)) {
      rows.push(...page.map(storedRow))
      if (rows.length >= MAX_PEERS) break
    }
    return rows.slice(0, MAX_PEERS)
  }
}
