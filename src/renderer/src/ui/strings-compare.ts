import type { ListField, ValueField } from '../../../shared/compare-peers.ts'
import type { Edge } from '../../../shared/peer.ts'
import { counted } from '../../../shared/counted.ts'

const KINDS: Readonly<Record<Edge['kind'], string>> = {
  connection: 'live connection',
  neighbor: 'gossip neighbor',
  holds: 'in its catalog',
}

/** The same of what we see ourselves. */
const OUR_KINDS: Readonly<Record<Edge['kind'], string>> = {
  connection: 'our live connection',
  neighbor: 'our gossip neighbor',
  holds: 'in our catalog',
}

const VALUES: Readonly<Record<ValueField, string>> = {
  state: 'State',
  protocol: 'Protocol',
  source: 'Heard of by',
  rtt: 'Round-trip time',
  started: 'Started',
  updated: 'Newest entry',
  firstSeen: 'First seen',
  lastSeen: 'Last seen',
}

const LISTS: Readonly<Record<ListField, string>> = {
  tags: 'Tags',
  addresses: 'Addresses',
  streams: 'Streams',
  functions: 'Functions',
  groups: 'Groups',
}

/** Texts of comparisons. */
export const COMPARE = {
  title: 'Compare',
  verb: 'Compare',
  with: 'Compare with …',
  chooseTwo: 'Two peers are compared: choose two, or one',
  peersVerb: 'Compare two peers …',
  momentsVerb: 'Compare two moments or snapshots …',
  spanVerb: 'Compare the two ends of this span',
  close: 'Close the comparison',
  what: 'What to compare',
  whats: { peers: 'Peers', pictures: 'Moments and snapshots' },
  sides: ['A', 'B'],
  swap: 'Swap A and B',
  peer: (side: string) => `Peer ${side}`,
  peerHint: 'Name, id or tag',
  /** Of what was typed: a part of a name, an id or a tag. */
  noPeerOf: (text: string) => `No peer has “${text}” in its name, id or tags.`,
  samePeer: 'That is the other one of the two.',
  /** `sides`: A, B, or both. */
  sideWrong: (sides: string) =>
    `Nothing is compared while what stands in ${sides} is wrong. Escape in that field brings back what stood there.`,
  choosePeers: 'Choose two peers. Their links, catalogs, tags, versions and addresses are set side by side.',
  picture: (side: string) => `${side === 'A' ? 'Before' : 'After'} (${side})`,
  /** `why`: why it is not a time. */
  noPicture: (why: string) => `${why} No snapshot that is open has that in its name.`,
  pictureHint: 'now, 1h ago, 16:05, or a snapshot that is open',
  now: 'now',
  offered: ['now', '10m ago', '1h ago', '24h ago'],
  ofPlayed: {
    history: 'Times here are those of this history: now is its last moment, and “10m ago” counts from there.',
    file: 'Times here are those of this shared moment’s recording: now is its last moment, and “10m ago” counts from there.',
  },
  choosePictures:
    'Choose two moments: a time such as “1h ago” or “16:05”, now, or a snapshot that was opened under Snapshots.',
  comparing: 'Comparing …',
  cancel: 'Cancel',
  field: 'Field',
  values: VALUES,
  listFields: LISTS,
  differs: 'different',
  notMeasured: 'not measured',
  none: 'none',
  links: 'Links',
  linked: (count: string) => `linked to ${count}`,
  toldAgo: 'told',
  notAsked: 'it was not asked: only what others say of it is known',
  ourOwn: 'our own links, as they are now',
  untold: 'Peers of this network do not tell who their neighbors are: only our own links are known.',
  ask: 'Ask',
  askOf: (name: string) => `Ask ${name} who its neighbors are`,
  answered: (neighbors: string, connected: string) =>
    `It named ${counted(neighbors, 'neighbor')} and ${counted(connected, 'connection')}.`,
  catalog: 'Catalog',
  catalogHolds: (count: string) => `held ${counted(count, 'peer')} at its last sync with us,`,
  /** Of those; follows the time of that sync. */
  catalogLeft: (count: string) => `, ${count} of them left since`,
  catalogBack: (count: string) => ` (${count} came back)`,
  catalogOurs: (count: string) => `ours: ${counted(count, 'peer')}`,
  linksGone: 'what it told is no longer known since it went: only what others say of it is',
  catalogGone: 'what it held is no longer known since it went',
  catalogNever: 'not read: it did not sync with us in this session',
  catalogPast: 'not known of the past',
  catalogPart: (count: string) => `${counted(count, 'peer')} of it known, as of its last sync with us,`,
  syncVerb: 'Sync',
  syncOf: (name: string) => `Sync catalogs with ${name}: each gives the other what it lacks`,
  synced: (received: string, sent: string, cost: string) =>
    `Before the sync it knew ${counted(received, 'entry', 'entries')} that we lacked or had older, and lacked ${sent} of ours. ${cost}`,
  syncCost: (bytes: string, span: string) => `(${bytes} in ${span})`,
  between: 'Between them',
  betweenNone: 'No link between them is known.',
  knowledge: 'What each of them knows',
  scope: 'What counts',
  scopes: { all: 'Links and catalogs', links: 'Links', catalogs: 'Catalogs' },
  only: (a: string, b: string) => `${a} knows, ${b} doesn’t`,
  both: 'Both know',
  knownAs: (kinds: string, by: string) => `${kinds}, told by ${by}`,
  since: (ours: string) => `${ours}, since`,
  /** `known`: one of the two above. */
  cameSince: (other: string, known: string) => `came after ${other} told: ${known}`,
  leftSince: 'Left since',
  /** `what`: how it left, or that nothing is known of it. */
  leftAs: (what: string, by: string) => `${what}; was in the catalog of ${by}; last seen`,
  /** Followed by that time. */
  cameBack: (by: string) => `was in the catalog of ${by}, left since, and came back`,
  notListed: (by: string) => `not listed any longer; was in the catalog of ${by}`,
  /** Followed by the time of its last sync. */
  asOfSync: (name: string) => `What ${name} holds in its catalog is as of its last sync with us,`,
  again: (verbs: string) => `Press ${verbs} above to look again.`,
  /** Of a B that did not tell all: that it does not know them would be a guess. */
  onlyKnown: (a: string, b: string) => `${a} knows, ${b} may too`,
  orMore: (count: string) => `${count} or more`,
  emptyKnown: 'Nobody that we know of.',
  /** `why`: one of `untoldWhy`, or two of them. */
  notTold: (name: string, why: string) => `What ${name} knows is not known: ${why}.`,
  partlyTold: (name: string, why: string) => `${name} may know more than is listed: ${why}.`,
  untoldWhy: {
    'not asked': 'it was not asked for its links',
    'not told here': 'peers of this network do not tell their links',
    'not read': 'its catalog was not read in this session',
    gone: 'what it told is no longer known since it went',
    'not kept': 'what its catalog held then is not known',
    'in part': 'of its catalog then only a part is known',
  },
  /** `verbs`: what buttons above say. */
  pressAbove: (verbs: string) => `Press ${verbs} above to find out.`,
  cannotAsk: 'It is not here, so it cannot be asked.',
  kinds: KINDS,
  ourKinds: OUR_KINDS,
  lists: { came: 'Came', left: 'Left', changed: 'Changed', same: 'The same' },
  /** Followed by that time. */
  wentAs: (how: string) => `${how}; last seen`,
  cameAs: { new: 'new', back: 'came back' },
  restarted: 'restarted',
  came: (count: string) => `${count} came`,
  left: (count: string, reasons: string) => `${count} left${reasons === '' ? '' : ` (${reasons})`}`,
  changed: (count: string) => `${count} changed`,
  same: (count: string) => `${count} the same`,
  gone: (count: string) => `${count} gone in both`,
  sideHere: (count: string) => `${count} here`,
  sideWas: (count: string) => counted(count, 'was here', 'were here'),
  faults: (count: string) => `${counted(count, 'fault')}; what does not verify was left out`,
  linksUnknown: 'Links are not compared: they are not known of both sides.',
  backwards:
    'A is later than B: what came between them is told as left, and what left as come. Swap A and B to read it in order.',
  sidesLost: (sides: string) =>
    `At ${sides} the network was lost: what became of the peers is not known, and they count as they were before.`,
  linksChange: (came: string, went: string, same: string) => `Links: ${came} came, ${went} went, ${same} the same`,
  otherNetworks: (before: string, after: string) =>
    `These are two networks, ${before} and ${after}: the comparison says little.`,
  otherKinds: (before: string, after: string) =>
    `These are networks of different kinds, ${before} and ${after}. The same key may be a peer of both, but their entries are not the same: what changed says little.`,
  list: 'Which list',
  empty: 'Nobody.',
  copy: 'Copy ids',
  csv: 'Save as CSV',
  filter: 'Show in the table',
  filterMany: (most: string) => `A filter names at most ${counted(most, 'peer')}; save the list instead.`,
  open: (name: string) => `Open ${name} in the inspector`,
  file: 'comparison.csv',
  saved: 'Saved comparison.csv',
} as const
