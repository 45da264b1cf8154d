import { andList } from '../../../shared/and-list.ts'
import { counted } from '../../../shared/counted.ts'
import { formatBytes, formatCount } from './format.ts'

/** What became of an entry that was offered to the catalog. */
const OUTCOMES: Readonly<Record<string, string>> = {
  New: 'new',
  Updated: 'newer than what was known',
  Rejected: 'known already',
  Outdated: 'too old',
  Departed: 'of peers that said goodbye since',
  FromTheFuture: 'from the future',
  DifferentNetwork: 'of another network',
  Full: 'without room',
  Unsigned: 'not signed',
}

/** Texts of the snapshots view. */
export const SNAPSHOTS = {
  badFile: 'This file cannot be opened',
  badFileHint: 'Choose a .peerscope file that Peerscope made: a snapshot or a shared moment.',
  exportTitle: 'Export',
  exportNote: 'What is stored of this network, as a file.',
  what: 'What to export',
  whats: { catalog: 'Catalog', events: 'Events', sessions: 'Presences' },
  format: 'Format',
  formats: {
    snapshot: 'Signed snapshot',
    json: 'JSON',
    ndjson: 'JSON lines',
    csv: 'CSV',
    parquet: 'Parquet',
    graphml: 'GraphML',
    gexf: 'GEXF',
    dot: 'DOT',
    sqlite: 'SQLite',
  },
  formatMeanings: {
    snapshot: 'Signed by every peer and by us: others can verify it.',
    json: 'One document.',
    ndjson: 'One object a line.',
    csv: 'For spreadsheets.',
    parquet: 'Typed columns, for data tools.',
    graphml: 'The graph, for many tools.',
    gexf: 'The graph with time, for Gephi.',
    dot: 'The graph, for Graphviz.',
    sqlite: 'The whole database, without the identity.',
  },
  filter: 'Filter',
  filterHelp: 'As in the table of peers; for events also “kind:” and “reason:”.',
  filterOfEvents: 'asked of events: choose “Events” above',
  span: 'Time',
  spanHelp: 'Seen or happened since then.',
  spans: { all: 'everything', hour: 'the last hour', day: 'the last day', week: 'the last week' },
  export: 'Export',
  openTitle: 'Check a snapshot',
  openNote:
    'A .peerscope file that you or somebody else made: choose it, or drop it here. Every signature is checked. A shared moment that is dropped opens at once where it verifies.',
  choose: 'Choose a file …',
  checking: (name: string) => `Checking ${name} …`,
  taking: (name: string) => `Taking in the entries of ${name} …`,
  reading: (name: string) => `Reading ${name} …`,
  /** How far it is: `Checking a.peerscope … 1,024 of 5,000 peers`. */
  steps: {
    upload: (done: number, total: number) => `${formatBytes(done)} of ${formatBytes(total)}`,
    check: (done: number, total: number) => `${formatCount(done)} of ${counted(total, 'peer')}`,
    offer: (done: number, total: number) => `${formatCount(done)} of ${counted(total, 'entry', 'entries')} offered`,
  },
  checkCancelled: 'Checking was cancelled.',
  importCancelled: 'Taking in was cancelled. What was taken in before stays.',
  lookCancelled: 'Reading was cancelled.',
  lookElsewhere: (name: string) =>
    `${name} was read but not shown, because you went to another moment. Open it in Snapshots.`,
  notHeld:
    'The file that was looked at here is not held by this window. Choose it in Snapshots, or drop it on the window.',
  /** Of files that the window held before it was loaded again. */
  gone: (names: readonly string[]) =>
    `${andList(names)} ${names.length === 1 ? 'was' : 'were'} closed when this window was loaded again. Choose ${names.length === 1 ? 'the file' : 'them'} in Snapshots once more, or drop ${names.length === 1 ? 'it' : 'them'} on the window.`,
  importEnded: (name: string) =>
    `Taking in the entries of ${name} ended when this window was loaded again. What was taken in before stays.`,
  verified: 'every signature holds',
  notVerified: (count: number) => `does not verify: ${counted(count, 'fault')}`,
  holds: (count: string, network: string) => `${counted(count, 'peer')} of ${network}`,
  madeBy: 'Made by',
  chosenBy: (filter: string) => `with the filter ${filter}`,
  fault: (line: number | null, peerId: string | null, what: string) =>
    `${line === null ? 'The file' : `Line ${line}`}${peerId === null ? '' : `, ${peerId}`}: ${what}`,
  moreFaults: (count: number) => `… and ${count} more`,
  import: 'Take its entries into the catalog',
  imported: (outcomes: readonly (readonly [string, number])[]) =>
    outcomes.length === 0
      ? 'There is nothing in it to take.'
      : `Taken in: ${outcomes.map(([name, count]) => `${formatCount(count)} ${OUTCOMES[name] ?? name}`).join(', ')}.`,
  needsNetwork: 'Join a network to take its entries in, or to compare it with now.',
  compareNow: 'Compare with now',
  compareNext: 'Compare with the file before',
} as const
