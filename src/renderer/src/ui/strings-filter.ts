/** What the filter's field, its suggestions and the chips above the table say. */

import { STATE_WORDS } from '../../../shared/state-words.ts'
import { counted } from '../../../shared/counted.ts'

/** The filter. */
export const FILTER = {
  suggestions: 'Suggestions',
  /** What is suggested; the keys are those of the filter language. */
  fields: {
    state: 'here, neighbor, left, silent, …',
    tag: 'what it says of itself',
    rtt: 'round-trip time',
    name: 'nickname or your own name',
    silent: 'since it was last heard of',
    source: 'how its newest entry came',
    address: 'where it can be dialed',
    protocol: 'its protocol version',
    known: 'since it was first seen',
    uptime: 'since it started',
    note: 'your note on it',
    id: 'its peer id',
    'last-seen': 'a time, such as 2026-11-29 or "2026-11-29 10:00"',
    'first-seen': 'a time, such as 2026-11-29 or "2026-11-29 10:00"',
    started: 'a time, such as 2026-11-29 or "2026-11-29 10:00"',
    updated: 'when it signed its newest entry',
    at: 'a time, such as 2026-11-29 or "2026-11-29 10:00"',
    stream: 'streams that it offers',
    function: 'functions that it offers',
    group: 'groups that it is in',
    tags: 'number of tags',
    tickets: 'number of tickets',
    neighbor: 'in our gossip mesh: yes or no',
    connected: 'a connection is open: yes or no',
    signed: 'its entry is signed: yes or no',
    self: 'this peer: yes or no',
    kind: 'what happened',
    age: 'how long ago',
    reason: 'why a peer left, or what failed',
    target: 'the address that was dialed',
    changed: 'what of an entry changed',
    seq: 'number of the event',
  } as Readonly<Record<string, string>>,
  joints: { OR: 'either of the two', AND: 'both', NOT: 'turns the next term around' } as Readonly<
    Record<string, string>
  >,
  used: 'used before',
  count: (count: string) => counted(count, 'peer'),
  /** `count`: null where only we have it, who are never counted. */
  key: (values: string, count: string | null) =>
    `${counted(values, 'value')}${count === null ? '' : `, ${counted(count, 'peer')}`}`,
  clear: 'Clear the filter',
  cleared: (filter: string) => `Filter cleared: ${filter.length > 60 ? `${filter.slice(0, 60)}…` : filter}`,
  terms: 'What is set',
  remove: (term: string) => `Remove ${term}`,
  write: (word: string) => `Write ${word}`,
  /** Why a peer is not pinged, synced with or dialed. */
  whyNot: {
    self: 'This is ourselves.',
    departed: 'It left: nobody answers there. Dial it to look whether it is back.',
    purged: 'It went silent: nobody answers there. Dial it to look whether it is back.',
    lost: 'It was purged while we had lost the network. Dial it to look whether it is there.',
    removed: 'You removed it. Dial it to have it back.',
    displaced: 'It made room for another in the full catalog. Dial it to have it back.',
    stored: 'It was not heard of since Peerscope started. Dial it to look whether it is there.',
    /** Of many peers. */
    none: 'None of the chosen peers is here: they do not answer.',
    some: (here: string, chosen: string) => `With ${here} of ${chosen}: the others are not here`,
  },
  /** The chips above the table. */
  shown: 'Which peers are listed',
  shownAll: 'All',
  /** `withUs`: our own row is listed too; it is never counted. */
  shownCount: (word: string, count: string, all: string, withUs: boolean) =>
    `${word} ${count}${count === all ? '' : ` of ${all}`}${withUs ? ' + us' : ''}`,
  withUs: 'Our own row is listed too, and not counted.',
  shownMeaning: {
    here: 'Peers that are in the catalog now, ourselves not counted',
    lost: 'Peers that were in the catalog when we lost the network, ourselves not counted: what became of them is not known',
    left: 'Peers that said goodbye',
    silent: 'Peers that went silent',
    [STATE_WORDS.lost]:
      'Peers that were purged while we had lost the network, and not heard of since: what became of them is not known',
    removed: 'Peers that you removed',
    displaced: 'Peers that made room for others: the catalog is full',
    stored: 'Peers of an earlier session that were not heard of since',
    all: 'Peers in any state, ourselves not counted',
    byFilter: 'The filter asks for states, or for peers by their ids',
  } as Readonly<Record<string, string>>,
  noneShown: (word: string) => `No peer to list under “${word}”.`,
  noneShownFiltered: (word: string) => `No peer under “${word}” matches the filter.`,
  showAll: (count: string) => `Show all ${count}`,
} as const
