import type { Lane } from '../../../shared/lanes.ts'
import { STATE_WORDS } from '../../../shared/state-words.ts'
import { counted } from '../../../shared/counted.ts'
import { formatCount } from './format.ts'

const LANES: Readonly<Record<Lane, string>> = {
  joined: 'joined',
  goodbye: 'said goodbye',
  silent: 'went silent',
  lost: STATE_WORDS.lost,
  restarted: 'restarted',
  failed: 'failed',
  islands: 'islands',
  own: 'our own troubles',
  other: 'other',
  again: 're-announced',
}

const LANE_HELP: Readonly<Record<Lane, string>> = {
  joined: 'Peers that were discovered',
  goodbye: 'Peers that said goodbye before they left',
  silent: 'Peers that were purged because they did not announce themselves for too long: a crash, or a lost connection',
  lost: 'Peers that were purged while we had lost the network: what became of them is not known',
  restarted: 'Peers whose entry has a new start: they crashed and came back, or were restarted',
  failed: 'Dials and syncs that failed, peers that were not dialed, and entries that were refused',
  islands: 'The known links split into islands, or grew together again',
  own: 'Trouble of this machine: stalls, its clock, its key, missed events, the DHT, a network that we lost or that ended',
  other: 'Changed entries, gossip neighbors, syncs, peers removed or displaced, and what we did ourselves',
  again: 'Rows of the log that hold the announcements of one peer in ten minutes, without a change',
}

/** How many rows hold announcements without a change: what is counted of them. */
const rowsOfAgain = (count: string): string => `${counted(count, 'row')} of re-announcements`

/** Texts of lanes, bars and typed times. */
export const LANE_TEXTS = {
  emptyOf: (what: string) => `No event matches ${what}.`,
  noOlder: (what: string) => `No older event matches ${what}.`,
  conditions: { text: 'the filter', kinds: 'the chosen kinds', peer: 'the chosen peer', span: 'the span' },
  showAll: 'Show all events',
  start: 'The beginning of what is stored.',
  startOfSpan: 'The beginning of the span.',
  lanes: LANES,
  laneHelp: LANE_HELP,
  legend: 'What happened',
  laneHint: (help: string) => `${help}. Click to show only these.`,
  /** Of events. @param more there are older ones, which are not loaded yet */
  count: (count: number, more: boolean) =>
    more ? `${formatCount(count)}+ events` : counted(formatCount(count), 'event'),
  bars: 'bars',
  show: (what: string) => `Show ${what}`,
  againHidden: (count: string) => `${rowsOfAgain(count)} hidden`,
  againShown: (count: string) => `${rowsOfAgain(count)} shown`,
  againHint:
    'Show or hide peers that announced themselves again without a change. A row holds the announcements of one peer in ten minutes, and says how many.',
  estimated: 'estimated',
  estimatedHint: 'There are too many events to count each: these numbers are estimated from a sample.',
  bar: (from: string, to: string) => `${from} to ${to}`,
  barNone: 'nothing',
  barKeys:
    'Arrow keys move between bars, Page keys by ten, Enter goes to that moment, Shift with the arrow keys selects a span',
  zoom: 'Zoom to this span',
  custom: 'Span',
  typed: 'Go to a time',
  typedPlaceholder: 'Now · 1h ago',
  typedHint: 'Type a time, then Enter or Tab: 1h ago, 16:05, yesterday 16:05, or a date with a time',
  typedFuture: 'That time is still to come. Type one that is over: 1h ago, 16:05, yesterday 16:05.',
  typedWrong: (text: string) =>
    `“${text}” is not a time. Type 1h ago, 16:05, yesterday 16:05, 2026-11-23 16:05, or 2026-11-23T16:05Z.`,
  strip: 'Time',
  stripToggle: 'Show or hide the bars',
  /** What an event is called that brought something new of its peer. */
  changed: 'changed',
  /** Lines that stand for several events. `count` is a number with separators. */
  /** `names`: those whose entries have the address that was dialed. */
  addressOf: (names: string) => `address of ${names}`,
  moreHolders: (count: string) => `${count} more`,
  bursts: {
    joined: (count: string) => `${counted(count, 'peer')} joined`,
    departed: {
      graceful: (count: string) => `${counted(count, 'peer')} said goodbye`,
      purged: (count: string) => `${counted(count, 'peer')} went silent`,
      lost: (count: string) => `${counted(count, 'peer')} ${STATE_WORDS.lost}: purged while we had lost the network`,
      removed: (count: string) => `${counted(count, 'peer')} removed by you`,
      displaced: (count: string) => `${counted(count, 'peer')} displaced from the full catalog`,
    },
    restarted: (count: string) => `${counted(count, 'peer')} restarted`,
    changed: (count: string) => `${counted(count, 'entry', 'entries')} changed`,
    again: rowsOfAgain,
    neighborUp: (count: string) => counted(count, 'new gossip neighbor'),
    neighborDown: (count: string) => `${counted(count, 'gossip neighbor')} lost`,
    synced: (count: string) => `${counted(count, 'catalog')} synced`,
    refused: (count: string, why: string) => `${counted(count, 'entry', 'entries')} refused: ${why}`,
    dialFailed: (times: string) => `not reached ${times === '1' ? 'once' : `${times} times`}`,
    notDialed: (times: string) => `not dialed ${times === '1' ? 'once' : `${times} times`}`,
    syncFailed: (times: string) => `${counted(times, 'sync')} failed`,
    other: (count: string, kind: string) => `${count} × ${kind}`,
    /** Where the same peers did it several times. */
    ofPeers: (words: string, peers: string) => `${words} (${counted(peers, 'peer')})`,
    lasting: (since: string, last: string) => `since ${since}, last ${last}`,
  },
} as const
