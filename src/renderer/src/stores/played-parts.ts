import { eventFields } from '../../../shared/filter-events.ts'
import type { App } from './app-context.tsx'
import type { Client } from './client.ts'
import { createEventStore } from './event-store.ts'
import type { EventStore } from './event-store.ts'
import type { PeerStore } from './peer-store.ts'
import type { PictureStore } from './picture-store.ts'

/** Newest events of a shared moment that are there at once. */
const FIRST_EVENTS = 1000

/** The events of the shared moment that is played, and a client that asks it in place of the network's history. */
export function createPlayedParts(
  client: Client,
  picture: PictureStore,
  other: PeerStore,
): Pick<App, 'client' | 'events'> {
  const file = (): string => picture.getState().played?.file ?? ''
  const page: Client['events']['page'] = (query, ...rest) => client.snapshots.events({ file: file(), query }, ...rest)
  const counts: Client['history']['counts'] = (query, ...rest) =>
    client.snapshots.counts({ file: file(), query }, ...rest)
  const span = async (): Promise<{ readonly from: number | null; readonly to: number | null }> => {
    const moment = picture.getState().played?.moment
    return { from: moment?.from ?? null, to: moment?.to ?? null }
  }
  const ofFile = replacing(client, {
    events: replacing(client.events, { page }),
    history: replacing(client.history, { counts, span }),
  })
  const events = createEventStore(
    ofFile,
    eventFields((peerId) => other.getState().peers.get(peerId)),
  )
  followFile(picture, events, ofFile)
  return { client: ofFile, events }
}

/** The list holds what happened up to the moment that is shown, as that of the network does. */
function followFile(picture: PictureStore, events: EventStore, client: Pick<Client, 'events'>): void {
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
    const at = state.picture?.kind === 'file' ? state.picture.at : null
    const { filter } = events.getState()
    if (at !== null && filter.to !== at) events.setFilter({ ...filter, from: null, to: at })
  })
}

/** The object with some of its members replaced; it may be a proxy, whose members cannot be listed. */
function replacing<T extends object>(whole: T, members: Partial<T>): T {
  return new Proxy(whole, {
    get: (target, name): unknown =>
      name in members ? members[name as keyof T] : (Reflect.get(target, name) as unknown),
  })
}
