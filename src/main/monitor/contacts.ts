/** The peers that a run had to do with, kept for the next one: where they answered, how long, and what failed (rule BS1). */
import { z } from 'zod'
import type { DiscoveryEvent } from '../../shared/events.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import { isPeerId } from '../../shared/ids.ts'
import { addressClass } from '../../shared/reachability.ts'
import type { Discovery } from '../discovery/handle.ts'
import type { Clock } from '../discovery/ports.ts'
import type { KnownPlace } from '../discovery/bootstrap/known-places.ts'
import { bestPlaces, PLACES } from '../discovery/bootstrap/known-places.ts'
import type { PeersPage, Store, StoredPeer, StoreReader } from '../store/types.ts'

/** Peers that are kept, and addresses of each. */
const KEPT = 128
const ADDRESSES = 8
/** Stored peers that are read at once. */
const PEERS_AT_ONCE = 200
/** How soon after a change it is written, and how often at most, milliseconds. */
const SOON_MS = 1000
const SAVE_MS = 30_000

const contact = z.object({
  peerId: z.custom<PeerId>((value) => typeof value === 'string' && isPeerId(value)),
  addresses: z.array(z.string().max(512)).max(ADDRESSES),
  seenAt: z.number(),
  connected: z.boolean(),
  failures: z.number().int().min(0),
  presentMs: z.number().min(0),
  departed: z.boolean(),
})
type Contact = z.infer<typeof contact>

/** Where contacts are kept: settings of the store. */
export type ContactStore = Pick<Store, 'getSetting' | 'setSetting'>

/** Keeps nothing. */
export const NOWHERE: ContactStore = { getSetting: () => undefined, setSetting: () => undefined }

/** The contacts of one network, as far as they can be read. */
export function readContacts(store: Pick<Store, 'getSetting'>, networkKey: NetworkKey): readonly KnownPlace[] {
  const stored = store.getSetting(keyOf(networkKey))
  if (!Array.isArray(stored)) return []
  return stored.slice(0, KEPT).flatMap((one: unknown) => contact.safeParse(one).data ?? [])
}

/** Forgets them with the network. */
export function forgetContacts(store: ContactStore, networkKey: NetworkKey): void {
  store.setSetting(keyOf(networkKey), undefined)
}

/**
 * What a warm start has to go by: contacts, and peers that only the catalog of the earlier run knew. That is read page by page:
 * what a flood left there must not be in memory at once.
 */
export function storedPlaces(
  store: Pick<StoreReader, 'getSetting' | 'peersPage'>,
  networkKey: NetworkKey,
  now: number,
): KnownPlace[] {
  const known = new Map(readContacts(store, networkKey).map((place) => [place.peerId, place]))
  const contacts = new Set(known.keys())
  let after: number | null = null
  do {
    const page: PeersPage = store.peersPage(networkKey, after, PEERS_AT_ONCE)
    addPlaces(known, page.peers)
    keepPromising(known, contacts, now)
    after = page.next
  } while (after !== null)
  return [...known.values()]
}

/** Adds peers that the catalog of the earlier run knew to the places that are known. */
export function addPlaces(known: Map<PeerId, KnownPlace>, peers: Iterable<StoredPeer>): void {
  for (const peer of peers) {
    const { peerId, addresses, lastSeen, firstSeen, version, state } = peer
    if (state === 'removed') {
      known.delete(peerId)
      continue
    }
    const place = known.get(peerId)
    known.set(peerId, {
      peerId,
      addresses: [...new Set([...(place?.addresses ?? []), ...addresses])].slice(0, ADDRESSES),
      seenAt: Math.max(place?.seenAt ?? 0, lastSeen),
      connected: place?.connected ?? peer.rtt !== null,
      failures: place?.failures ?? 0,
      presentMs: Math.max(place?.presentMs ?? 0, lastSeen - Math.max(firstSeen, version.startedAt)),
      departed: state === 'departed',
    })
  }
}

/**
 * Drops the places that a warm start would not dial, so that it need not choose among thousands at once. Contacts stay:
 * the page of the catalog that tells more of them may be still to come.
 */
export function keepPromising(known: Map<PeerId, KnownPlace>, contacts: ReadonlySet<PeerId>, now: number): void {
  const others = [...known.values()].filter(({ peerId }) => !contacts.has(peerId))
  // One more than are dialed, for one of them may be ourselves.
  const best = new Set(bestPlaces(others, now, PLACES + 1).map(({ peerId }) => peerId))
  for (const { peerId } of others) if (!best.has(peerId)) known.delete(peerId)
}

/** Follows a running node and keeps its contacts. */
export class Contacts {
  readonly #store: ContactStore
  readonly #networkKey: NetworkKey
  readonly #clock: Clock
  readonly #contacts = new Map<PeerId, Contact>()
  readonly #cleanups: (() => void)[] = []
  /** Who is connected, and since when by the monotonic clock. */
  readonly #since = new Map<PeerId, number>()
  #discovery: Discovery | null = null
  #cancelSave: (() => void) | null = null
  #savedAt: number | null = null
  #looking = false
  #ended = false

  constructor(store: ContactStore, networkKey: NetworkKey, clock: Clock) {
    this.#store = store
    this.#networkKey = networkKey
    this.#clock = clock
    for (const place of readContacts(store, networkKey)) {
      this.#contacts.set(place.peerId, { ...place, addresses: [...place.addresses] })
    }
  }

  /** What is known before anything was dialed. */
  places(): readonly KnownPlace[] {
    return [...this.#contacts.values()]
  }

  /** The node is online. */
  follow(discovery: Discovery): void {
    this.#discovery = discovery
    this.#cleanups.push(discovery.onChange(() => this.#look()))
    this.#look()
  }

  /** Every event of the node. */
  record(event: DiscoveryEvent): void {
    if (event.kind === 'DialFailed') {
      if (event.notDialed !== undefined) return
      const known = this.#contacts.get(peerIn(event.target))
      if (known === undefined) return
      this.#contacts.set(known.peerId, { ...known, failures: known.failures + 1 })
      this.#changed()
    } else if (event.kind === 'PeerDeparted') {
      const known = this.#contacts.get(event.peerId)
      if (known === undefined) return
      if (event.reason === 'removed') this.#contacts.delete(event.peerId)
      else if (event.reason === 'graceful') this.#contacts.set(event.peerId, { ...known, departed: true })
      this.#changed()
    }
  }

  /** Writes what is known, now. Idempotent. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    for (const cleanup of this.#cleanups.splice(0)) cleanup()
    this.#cancelSave?.()
    // Nothing is written over the contacts of earlier runs by a node that never came online.
    if (this.#discovery !== null) this.#save()
  }

  /** At most one look in a turn of the loop, however much changes. */
  #look(): void {
    if (this.#looking || this.#ended) return
    this.#looking = true
    this.#clock.schedule(0, () => {
      this.#looking = false
      if (!this.#ended) this.#takeOver()
    })
  }

  #takeOver(): void {
    if (this.#discovery === null) return
    const open = new Set(this.#discovery.connectedPeers())
    // Mostly nobody is: to put connections into words costs more than all else here.
    const isNew = (peerId: PeerId): boolean => !this.#since.has(peerId) && this.#discovery?.get(peerId) !== null
    const connections = [...open].some(isNew) ? this.#discovery.connections() : []
    let changed = false
    for (const { peerId, direction, remoteAddress } of connections) {
      if (this.#since.has(peerId)) continue
      const entry = this.#discovery.get(peerId)?.entry
      // Whoever is no peer of this network, or did not show yet that it is, is none to come back to.
      if (entry === undefined) continue
      this.#since.set(peerId, this.#clock.monotonic())
      const known = this.#contacts.get(peerId)
      // The far end of an incoming connection is no address to dial, nor is the relay that lent its own.
      const good = direction === 'outbound' && addressClass(remoteAddress) !== 'relayed' ? [remoteAddress] : []
      this.#contacts.set(peerId, {
        peerId,
        addresses: [...new Set([...good, ...entry.addresses])].slice(0, ADDRESSES),
        seenAt: this.#clock.now(),
        connected: true,
        failures: 0,
        presentMs: known?.presentMs ?? 0,
        departed: false,
      })
      changed = true
    }
    for (const peerId of this.#since.keys()) {
      if (open.has(peerId)) continue
      this.#touch(peerId)
      this.#since.delete(peerId)
      changed = true
    }
    if (changed) this.#changed()
  }

  /** It is heard of until now. */
  #touch(peerId: PeerId): void {
    const known = this.#contacts.get(peerId)
    const since = this.#since.get(peerId)
    if (known === undefined || since === undefined) return
    const presentMs = Math.max(known.presentMs, this.#clock.monotonic() - since)
    this.#contacts.set(peerId, { ...known, presentMs, seenAt: this.#clock.now() })
  }

  #changed(): void {
    this.#trim(2 * KEPT)
    if (this.#cancelSave !== null || this.#ended) return
    const due = this.#savedAt === null ? 0 : this.#savedAt + SAVE_MS - this.#clock.monotonic()
    this.#cancelSave = this.#clock.schedule(Math.max(SOON_MS, due), () => {
      this.#cancelSave = null
      this.#save()
    })
  }

  #save(): void {
    for (const peerId of this.#since.keys()) this.#touch(peerId)
    this.#trim(KEPT)
    this.#savedAt = this.#clock.monotonic()
    this.#store.setSetting(keyOf(this.#networkKey), [...this.#contacts.values()])
  }

  /** The least promising go. */
  #trim(limit: number): void {
    if (this.#contacts.size <= limit) return
    const best = new Set(bestPlaces(this.places(), this.#clock.now(), KEPT).map(({ peerId }) => peerId))
    for (const peerId of this.#contacts.keys()) if (!best.has(peerId)) this.#contacts.delete(peerId)
  }
}

function keyOf(networkKey: NetworkKey): string {
  return `contacts:${networkKey}`
}

/** The peer that a dial was meant for. */
function peerIn(target: string): PeerId {
  return target.slice(target.lastIndexOf('/') + 1) as PeerId
}
