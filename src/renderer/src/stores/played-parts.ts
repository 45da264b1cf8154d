import type { StoredNetwork } from '../../../shared/contract.ts'
import { eventFields } from '../../../shared/filter-events.ts'
import type { App } from './app-context.tsx'
import type { Client } from './client.ts'
import { createEventStore } from './event-store.ts'
import type { EventStore } from './event-store.ts'
import type { NoteStore } from './note-store.ts'
import type { PeerStore } from './peer-store.ts'
import type { PictureStore } from './picture-store.ts'
import { isForeign, shownAt } from './picture-store.ts'

/** Newest events of what is played that are there at once. */
const FIRST_EVENTS = 1000

/** The events of what is played, and a client that asks that in place of the joined network's history. */
export function createPlayedParts(
  client: Client,
  picture: PictureStore,
  other: PeerStore,
  notes: NoteStore,
): Pick<App, 'client' | 'events'> {
  const stored = (): Which | null => whichOf(picture.getState().played?.stored)
  const file = (): string => picture.getState().played?.file ?? ''
  const page: Client['events']['page'] = (query, ...rest) => {
    const which = stored()
    if (which !== null) return client.stored.events({ ...which, query }, ...rest)
    return client.snapshots.events({ file: file(), query }, ...rest)
  }
  const counts: Client['history']['counts'] = (query, ...rest) => {
    const which = stored()
    if (which !== null) return client.stored.counts({ ...which, query }, ...rest)
    return client.snapshots.counts({ file: file(), query }, ...rest)
  }
  const sessions: Client['history']['sessions'] = (query, ...rest) => {
    const which = stored()
    if (which === null || query.peerId === undefined) return client.history.sessions(query, ...rest)
    return client.stored.sessions({ ...which, peerId: query.peerId, limit: query.limit }, ...rest)
  }
  const series: Client['health']['series'] = (query, ...rest) => {
    const which = stored()
    if (which !== null) return client.stored.series({ ...which, query }, ...rest)
    return client.snapshots.series({ file: file(), query }, ...rest)
  }
  const breakdown: Client['health']['breakdown'] = (query, ...rest) => {
    const which = stored()
    if (which !== null) return client.stored.breakdown({ ...which, query }, ...rest)
    return client.snapshots.breakdown({ file: file(), query }, ...rest)
  }
  const peer: Client['why']['peer'] = async ({ peerId, at = 0 }, ...rest) => {
    const which = stored()
    if (which !== null) return await client.stored.whyPeer({ ...which, peerId, at }, ...rest)
    return await client.snapshots.whyPeer({ file: file(), peerId, at }, ...rest)
  }
  const network: Client['why']['network'] = async ({ at = 0 }, ...rest) => {
    const which = stored()
    if (which !== null) return await client.stored.whyNetwork({ ...which, at }, ...rest)
    return await client.snapshots.whyNetwork({ file: file(), at }, ...rest)
  }
  const span = async (): Promise<{ readonly from: number | null; readonly to: number | null }> => {
    const moment = picture.getState().played?.moment
    return { from: moment?.from ?? null, to: moment?.to ?? null }
  }
  const ofPlayed = replacing(client, {
    events: replacing(client.events, { page }),
    history: replacing(client.history, { counts, sessions, span }),
    health: replacing(client.health, { series, breakdown }),
    why: replacing(client.why, { peer, network }),
  })
  const events = createEventStore(
    ofPlayed,
    eventFields((peerId) => other.getState().peers.get(peerId), notes.fields),
    () => shownAt(picture.getState().picture),
  )
  followPlayed(picture, events, ofPlayed)
  return { client: ofPlayed, events }
}

/** How the engine is asked for a stored network. */
export interface Which {
  readonly network: string
  readonly kind: StoredNetwork['network']['kind']
}

/** Null where a file is played. */
export function whichOf(stored: StoredNetwork | undefined): Which | null {
  return stored === undefined ? null : { network: stored.network.id, kind: stored.network.kind }
}

/** The list holds what happened up to the moment that is shown, as that of the network does. */
function followPlayed(picture: PictureStore, events: EventStore, client: Pick<Client, 'events'>): void {
  picture.subscribe((state, before) => {
    if (state.played !== before.played) {
      events.begin([])
      if (state.played !== null)
        void client.events
          .page({ limit: FIRST_EVENTS })
          .then((found) => picture.getState().played === state.played && events.begin(found.events))
          // The list asks again, and says what fails.
          .catch(() => undefined)
    }
    const { picture: shown } = state
    if (shown === before.picture || shown === null || !isForeign(shown) || shown.at === null) return
    const to = shown.at
    const { filter } = events.getState()
    const lastSeq = shown.kind === 'file' ? shown.seq : null
    if (filter.to !== to || filter.lastSeq !== lastSeq) events.setFilter({ ...filter, from: null, to, lastSeq })
  })
}

/** The object with some of its members replaced; it may be a proxy, whose members cannot be listed. */
function replacing<T extends object>(whole: T, members: Partial<T>): T {
  return new Proxy(whole, {
    get: (target, name): unknown =>
      name in members ? members[name as keyof T] : (Reflect.get(target, name) as unknown),
  })
}
