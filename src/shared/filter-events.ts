/** What filters can ask of events: what the event says, and what is known of the peer that it is about. */
import { peerMeant } from './dialed-peer.ts'
import type { LoggedEvent, DiscoveryEvent } from './events.ts'
import { EVENT_KINDS } from './events.ts'
import { OWN } from './filter-events-own.ts'
import { addressForms, idsOf, namesOf, NOTED_FIELDS, PEER_FIELDS } from './filter-peers.ts'
import type { FilterFields } from './filter.ts'
import type { PeerId } from './ids.ts'
import type { PeerRow } from './peer.ts'
import { kindsOf, kindValues } from './state-words.ts'

/** What can be asked of kinds. Reasons of failures are sentences, and have no end. */
const VALUES: FilterFields<LoggedEvent>['values'] = { kind: kindValues(EVENT_KINDS) }

/** What an event may say itself of something that its peer has too; null where it does not. */
const SAID: Readonly<Record<string, (event: DiscoveryEvent) => readonly string[] | null>> = {
  tag: (event) => ('tags' in event ? event.tags : null),
  address: (event) => ('addresses' in event ? addressForms(event.addresses) : null),
  source: (event) => ('source' in event ? [event.source] : null),
}

/** What events are searched by, kept with the event, which never changes. */
const haystacks = new WeakMap<LoggedEvent, string>()

/**
 * The fields of events: `kind`, `reason`, `changed`, `target`, `seq`, `age` and `at`, and all fields of peers, so that a filter of
 * the table is one of the timeline too. `rowOf` tells what is known of a peer, as it is now.
 */
export function eventFields(
  rowOf: (peerId: PeerId) => PeerRow | undefined,
  peers: FilterFields<PeerRow> = PEER_FIELDS,
): FilterFields<LoggedEvent> {
  const about = ({ event }: LoggedEvent): PeerRow | undefined => {
    const peerId = peerMeant(event)
    return peerId === null ? undefined : rowOf(peerId)
  }
  const texts = Object.entries(peers.texts).map(([field, of]): [string, (logged: LoggedEvent) => readonly string[]] => [
    field,
    (logged) => {
      const said = SAID[field]?.(logged.event) ?? null
      if (said !== null) return said
      const row = about(logged)
      return row === undefined ? unknown(field, peerMeant(logged.event)) : of(row)
    },
  ])
  const numbers = Object.entries(peers.numbers).map(
    ([field, of]): [string, (logged: LoggedEvent, now: number) => number | null] => [
      field,
      (logged, now) => {
        const row = about(logged)
        return row === undefined ? null : of(row, now)
      },
    ],
  )
  const times = Object.entries(peers.times).map(([field, of]): [string, (logged: LoggedEvent) => number | null] => [
    field,
    (logged) => {
      const row = about(logged)
      return row === undefined ? null : of(row)
    },
  ])
  return {
    texts: { ...Object.fromEntries(texts), ...OWN.texts },
    numbers: { ...Object.fromEntries(numbers), ...OWN.numbers },
    ...(peers.hashed === undefined ? {} : { hashed: peers.hashed }),
    values: { ...peers.values, ...VALUES },
    durations: new Set([...peers.durations, ...OWN.durations]),
    times: { ...Object.fromEntries(times), ...OWN.times },
    everything: (logged) => {
      const row = about(logged)
      return row === undefined ? wordsOf(logged) : `${wordsOf(logged)}\n${peers.everything(row)}`
    },
  }
}

/** The same where nothing is known of peers: to tell whether a filter is valid. */
export const EVENT_FIELDS = eventFields(() => undefined, NOTED_FIELDS)

/** A peer of which nothing is known still has an id, and so a name. */
function unknown(field: string, peerId: PeerId | null): readonly string[] {
  return field === 'id' ? idsOf(peerId) : field === 'name' ? namesOf(peerId) : []
}

function wordsOf(logged: LoggedEvent): string {
  const known = haystacks.get(logged)
  if (known !== undefined) return known
  const peerId = peerMeant(logged.event)
  const said = [...kindsOf(logged.event), JSON.stringify(logged.event)]
  const text = [...namesOf(peerId), ...idsOf(peerId), ...said].join('\n').toLowerCase()
  haystacks.set(logged, text)
  return text
}
