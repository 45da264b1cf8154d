/** Texts about watching a peer or a filter, about notices, and about what a rule would do. */
import { counted } from '../../../shared/counted.ts'

/** What the window says of it. */
export const WATCH = {
  watch: 'Watch this peer',
  unwatch: 'Stop watching this peer',
  watchIslands: 'Watch the islands',
  unwatchIslands: 'Stop watching the islands',
  islands: 'the islands',
  parts: 'The network splits',
  watchingIslands: 'Watching the islands: you are told when the network splits.',
  watchFilter: 'Watch the peers of the filter',
  unwatchFilter: 'Stop watching the peers of the filter',
  key: 'W',
  mark: 'Watched: an alert rule is about this peer',
  nothing: 'Select a peer or set a filter, then press W to watch it. On the Health page, W watches the islands.',
  notHere: 'This is not the network that you are in: close it, then press W.',
  notJoined: 'No network is joined, so nothing can be watched.',
  leaves: (name: string) => `${name} leaves`,
  slow: (name: string) => `${name} is slow`,
  fewer: (filter: string) => `fewer peers: ${filter}`,
  oneLeaves: (filter: string) => `leaves: ${filter}`,
  watchingPeer: (name: string, limit: string) =>
    `Watching ${name}: you are told when it leaves, goes silent, or answers more slowly than ${limit}.`,
  watchingFilter: (filter: string, count: number) =>
    count === 0
      ? `Watching “${filter}”: you are told when one of these peers departs.`
      : `Watching “${filter}”: you are told when ${count === 1 ? 'no such peer is' : `fewer than ${counted(count, 'peer is', 'peers are')}`} here, or one of them departs.`,
  stopped: (what: string) => `Stopped watching ${what}.`,
  noFilter: 'The filter has a mistake. Correct it, then press W.',
  filterOfEvents: 'Part of this filter is about events, and W watches peers. Remove that part, then press W.',
  tooMany: (limit: number) =>
    `At most ${counted(limit, 'rule is', 'rules are')} allowed. Remove one under Alerts first.`,

  /** What happened, of several alerts of one rule. */
  merged: {
    'peer-departed': (count: number) => `${counted(count, 'peer')} left`,
    'peer-appeared': (count: number) => `${counted(count, 'peer')} appeared`,
    'rtt-above': (count: number) => `${counted(count, 'peer is', 'peers are')} slow`,
    'peer-count': (count: number) => (count === 1 ? 'happened once' : `happened ${count} times`),
    'network-split': (count: number) => (count === 1 ? 'happened once' : `happened ${count} times`),
    'network-lost': (count: number) => (count === 1 ? 'happened once' : `happened ${count} times`),
  },
  notices: 'New alerts',
  newest: (what: string) => `newest: ${what}`,
  moreNotices: (count: number) => `and ${counted(count, 'more alert')}`,
  hide: (name: string) => `Hide ${name}`,

  /** For what the condition of a rule holds now. */
  now: {
    departed: {
      any: (left: number, of: number) => `${left} of ${counted(of, 'peer')} gone now`,
      goodbye: (left: number, of: number) => `${left} of ${counted(of, 'peer')} gone by goodbye now`,
      silent: (left: number, of: number) => `${left} of ${counted(of, 'peer')} silent now`,
    },
    slow: (slow: number, of: number) => `${slow} of ${counted(of, 'measured peer')} slower now`,
    here: (count: number) => `${count} here now`,
    islands: (count: number) => counted(count, 'island'),
    noIslands: 'islands are not known',
    hereOfRule: (count: number) => `${count} here`,
    waits: (count: number) => `waits until there are ${count}`,
    holds: (yes: boolean) => (yes ? 'true now' : 'not true now'),
    elsewhere: 'its network is not joined',
  },
  fired: (count: number) => (count === 0 ? 'would not have fired' : `would have fired ${counted(count, 'time')}`),
  within: (span: string) => `in the last ${span}`,
  day: '24 h',
  how: 'Departures',
  hows: { any: 'Goodbye or silent', goodbye: 'Only those that say goodbye', silent: 'Only those that go silent' },
  tagsOffered: 'Tags in this network',
} as const
