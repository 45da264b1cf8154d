import { counted } from '../../../shared/counted.ts'
import { ALERTS } from './strings-alerts.ts'
import { BOOTSTRAP } from './strings-bootstrap.ts'
import { COMPARE } from './strings-compare.ts'
import { CRAWL } from './strings-crawl.ts'
import { DEMO } from './strings-demo.ts'
import { DESKTOP } from './strings-desktop.ts'
import { ENGINE } from './strings-engine.ts'
import { EVENTS } from './strings-events.ts'
import { FILTER } from './strings-filter.ts'
import { GRAPH } from './strings-graph.ts'
import { HEALTH } from './strings-health.ts'
import { HISTORY } from './strings-history.ts'
import { IDENTITY } from './strings-identity.ts'
import { JOIN_HELP } from './strings-join.ts'
import { KEYS } from './strings-keys.ts'
import { PAST } from './strings-past.ts'
import { NAMES } from './strings-names.ts'
import { MOSAIK_FIELD, NETWORKS } from './strings-networks.ts'
import { INSPECTOR, PEERS, SEARCH } from './strings-peers.ts'
import { SAID } from './strings-said.ts'
import { STORAGE } from './strings-storage.ts'
import { SNAPSHOTS } from './strings-snapshots.ts'
import { LANE_TEXTS } from './strings-timeline.ts'
import { WATCH } from './strings-watch.ts'
import { REFUSAL_WORDS } from '../../../shared/refusal-words.ts'
import type { PeerState, Source } from '../../../shared/peer.ts'
import { DESERTED, STATE_WORDS, WAS_HERE } from '../../../shared/state-words.ts'

const SOURCES: Readonly<Record<Source, string>> = {
  gossip: 'gossip',
  sync: 'sync',
  ping: 'ping',
  dht: 'DHT',
  manual: 'typed in',
  self: 'ourselves',
}

/** Of one peer, or of several. */
const wasHere = (pronoun: 'it' | 'them'): string =>
  `in the catalog when we lost the network: what became of ${pronoun} is not known`

/** What can be done, beside messages that do not say it themselves. */
const HINTS: Readonly<Record<string, string>> = {
  InvalidArgument: 'Correct the value and try again.',
  ListenFailed: 'Another program may use that port: choose another listen address in Settings, or port 0 for any.',
  DialFailed: 'Check that the other machine runs, that the address is right, and that no firewall is in between.',
  Timeout: 'The peer may be gone or busy: try again.',
  RateLimited: 'Wait a moment and try again.',
  UnknownPeer: 'It may have left meanwhile.',
  StoreFailed: 'Check the free space and the permissions of the data folder.',
  StoreCorrupt: 'The damaged database was set aside; a new one can be started.',
  InvalidSecretKey: 'Check the identity in Settings.',
  DemoFailed: 'Start it again.',
  Internal: 'This is a defect of Peerscope. See the log for details.',
}

/** Every text of the interface. */
export const strings = {
  app: 'Peerscope',
  states: STATE_WORDS,
  sources: SOURCES,
  rejected: REFUSAL_WORDS,
  hints: HINTS,
  desktop: DESKTOP,
  engine: ENGINE,
  bootstrap: BOOTSTRAP,
  networks: NETWORKS,
  joinHelp: JOIN_HELP,
  names: NAMES,
  stateMeaning: {
    online: 'in the catalog',
    departed: 'said goodbye',
    purged: 'went silent',
    lost: 'purged while we had lost the network: what became of it is not known',
    removed: 'removed by you',
    displaced: 'made room for another: the catalog is full',
    stored: 'known from an earlier session, not heard of since',
  } satisfies Readonly<Record<PeerState, string>>,
  wasHereMeaning: wasHere('it'),
  groups: {
    self: 'ourselves',
    neighbor: 'neighbor',
    connected: 'connected',
    known: STATE_WORDS.online,
    wasHere: WAS_HERE,
    stored: STATE_WORDS.stored,
    departed: STATE_WORDS.departed,
    purged: STATE_WORDS.purged,
    lost: STATE_WORDS.lost,
    removed: STATE_WORDS.removed,
    displaced: STATE_WORDS.displaced,
    other: 'other tags',
    none: 'no tag',
    unmeasured: 'not measured',
  } as Readonly<Record<string, string>>,
  edges: { connection: 'live connection', neighbor: 'gossip neighbor', holds: 'its catalog holds' },
  nav: {
    label: 'Views',
    health: 'Health',
    network: 'Network',
    peers: 'Peers',
    timeline: 'Timeline',
    bootstrap: 'Bootstrap',
    alerts: 'Alerts',
    snapshots: 'Snapshots',
    settings: 'Settings',
  },
  header: {
    status: 'Network status',
    /** While something else than the present is looked at. */
    now: (state: string) => `now: ${state}`,
    search: 'Search peers and commands',
    searchKey: 'Ctrl K',
    searchKeyMac: '⌘ K',
    theme: 'Switch between dark and light',
    networkMenu: 'Network menu',
    peers: (count: string) => counted(count, 'peer'),
    here: (count: string) => counted(count, 'peer here', 'peers here'),
    hereMeaning: 'Peers that are in the catalog now, ourselves not counted',
    hereLost: (count: string) => counted(count, 'was here', 'were here'),
    hereLostMeaning: `Peers that were ${wasHere('them')}. Ourselves not counted.`,
    neighbors: (count: string) => counted(count, 'neighbor'),
    neighborsMeaning:
      'Peers that are connected to us in the gossip mesh. One whose entry is still to come, or was refused, is a neighbor and not yet here.',
    medianRtt: (rtt: string) => `median ${rtt}`,
  },
  status: {
    none: 'not joined',
    joining: 'joining',
    alone: 'alone',
    online: 'online',
    lost: 'connection lost',
    deserted: DESERTED,
    leaving: 'leaving',
    failed: 'failed',
    connecting: 'starting',
    unlinked: 'no answer',
    ended: 'stopped',
  },
  join: {
    title: 'Join network',
    lead: 'Become a peer of a network and see who is there.',
    network: 'Network',
    networkHelp: 'A name, or an id of 64 hex digits. All peers that share it form one network.',
    bootstrap: 'Bootstrap addresses',
    bootstrapHelp: 'One address a line, of peers that are there already. Empty to start alone.',
    bootstrapExample: '/ip4/203.0.113.5/tcp/4001/p2p/12D3Koo…',
    tags: 'Tags',
    tagsHelp: 'What this peer says of itself. Enter adds one.',
    submit: 'Join',
    demoTitle: 'First look',
    demo: 'Start a local demo swarm',
    demoAgain: 'Start the demo swarm again',
    demoHelp:
      'Real peers on this machine play a story in about two minutes, longer on a busy machine. Nothing leaves the machine.',
    recent: 'Recent networks',
    recentNone: 'Networks you join appear here.',
    recentPeers: (peers: string, ago: string) => `${counted(peers, 'known peer')} · joined ${ago}`,
    use: (name: string) => `Fill in ${name}`,
    forget: (name: string) => `Forget ${name}`,
    forgetTitle: (name: string) => `Forget ${name}?`,
    forgetText:
      'What is stored of this network is deleted: its peers, events, round-trip times and notes. This cannot be undone.',
    forgetYes: 'Forget it',
    otherSpelling: (id: string) =>
      `A network joined earlier has this name in another spelling. That is another network, with its own history: id ${id.slice(0, 12)}….`,
    otherSpellingTake: 'Join that one instead',
    networkEmpty: 'Give the network a name or an id.',
    failedTitle: 'Could not join',
    dismiss: 'Dismiss',
  },
  field: {
    address: (line: number, text: string) =>
      `Line ${line}: “${text}” is not a multiaddr. Write it like /ip4/203.0.113.5/tcp/4001/p2p/12D3Koo…`,
    peerId: (line: number) => `Line ${line}: what follows /p2p/ is not a peer id (12D3Koo…)`,
    port: (line: number) => `Line ${line}: a port is a number from 0 to 65535`,
    host: (line: number, text: string) => `Line ${line}: “${text}” is not an address of this kind`,
    tooMany: (limit: number) => `At most ${counted(limit, 'address', 'addresses')}`,
    tagLong: (tag: string) => `“${tag.slice(0, 20)}…” is longer than 64 bytes`,
    tagsMany: 'At most 64 tags',
    needAddress: 'Give at least one address.',
    mosaik: MOSAIK_FIELD,
  },
  joining: (name: string) => `Joining ${name} …`,
  otherNetwork: (id: string) =>
    `This link is about the network ${id.slice(0, 12)}…. Join it, then open the link again.`,
  unreadParts: (names: readonly string[]) => `Part of this link could not be read: ${names.join(', ')}.`,
  unreadLink: 'This link could not be read. You see what you saw before.',
  leaving: 'Saying goodbye …',
  alone: {
    title: 'Alone on the network so far',
    lead: 'Peerscope keeps looking. To bring in a second machine, hand it one of these addresses:',
    leadLocal: 'Peerscope keeps looking. It listens on:',
    leadDemo: 'The peers of the demo swarm run on this machine. They appear as soon as they answer.',
    trying: 'Being tried now',
    tryingNothing: 'Waiting to be found by others.',
    problems: 'Could not be reached',
    dial: 'Dial an address …',
  },
  demo: DEMO,
  banner: {
    lost: 'We lost the network: no neighbor answers.',
    lostNow: 'Now: we have lost the network, no neighbor answers.',
    picture: (age: string) => `This is the picture as of ${age}.`,
    memory: (reason: string) => `Nothing is being stored: ${reason}`,
    readOnly: (reason: string) => `The store is read-only: ${reason}`,
    demo: 'Local demo swarm: these peers run on this machine.',
    noTokenTitle: 'This tab is not connected yet',
    noToken:
      'A copied link says only what to show. To let this browser in, open the link that Peerscope printed when it started; ' +
      'it ends in “#token=…”. This tab then goes on by itself.',
    refusedTitle: 'This window may not connect',
    refused:
      'Its link is not valid, since each start of Peerscope has a link of its own, or too many pages are open. ' +
      'Open the link that Peerscope printed when it started last; this page then goes on by itself.',
    starting: 'Starting Peerscope …',
  },
  link: {
    lost: 'Peerscope does not answer; trying again.',
    lostLong:
      'Peerscope does not answer. If it still runs, this page reconnects by itself. If not, start it again, ' +
      'for example with “npm start”, and open the link that it prints.',
    lostLongDesktop: 'Peerscope does not answer. If it stays like this, quit Peerscope and start it again.',
    silent: 'Peerscope’s engine does not answer.',
    silentLong: 'Peerscope’s engine does not answer. If it stays like this, stop Peerscope and start it again.',
    silentFor: (time: string) => `It has not answered for ${time}.`,
    shownAsOf: (time: string) => `What is shown is as of ${time}.`,
    ended: 'Peerscope was stopped. Start it again, for example with “npm start”, and open the link that it prints.',
  },
  broken: {
    title: 'This part of the window broke',
    text: 'It is a defect of Peerscope. What is joined and stored goes on; nothing is lost.',
    again: 'Try again',
    reload: 'Load the window again',
  },
  graph: GRAPH,
  health: HEALTH,
  identity: IDENTITY,
  filter: FILTER,
  peers: PEERS,
  inspector: INSPECTOR,
  search: SEARCH,
  timeline: {
    ...LANE_TEXTS,
    title: 'Timeline',
    filtered: 'by the filter above',
    zone: (offset: string) => `Local time, UTC${offset}`,
    events: 'Events',
    filter: 'Filter: fox, tag:role:*, kind:silent, age<10m',
    filterHelp:
      'The filter of graph and table: an event passes when its peer does, as it is known now. Of events themselves: ' +
      'kind, reason, changed, target, source, seq, age, at.',
    kinds: 'Kinds of events',
    allKinds: 'All kinds',
    peer: (name: string) => `Only ${name}`,
    clearPeer: 'All peers',
    empty: 'Nothing happened yet.',
    loading: 'Loading older events …',
    reading: 'Reading …',
    histogram: 'Events over time',
    toggle: 'Show or hide the timeline',
    toTop: 'Newest',
  },
  events: EVENTS,
  /** What can be copied. */
  things: {
    id: 'id',
    shortId: 'short id',
    endpointId: 'endpoint id',
    peerId: 'libp2p id',
    tag: 'tag',
    networkId: 'network id',
    address: 'address',
    key: 'key',
    class: 'class',
    folder: 'folder',
  },
  verbs: {
    dial: 'Dial an address …',
    sync: 'Sync with a peer …',
    ping: 'Ping a peer …',
    tags: 'My tags …',
    export: 'Export catalog as JSON',
    leave: 'Leave network',
    copyNetwork: 'Copy network id',
    copyLink: 'Copy a link to this view',
    copyAddress: 'Copy our address',
    goto: (view: string) => `Go to ${view}`,
    theme: 'Switch theme',
    dialTitle: 'Dial an address',
    dialField: 'Addresses',
    peerField: 'Peer',
    peerHelp: { peerscope: 'Its id (12D3Koo…)', mosaik: 'Its endpoint id: 64 hex digits' },
    syncTitle: 'Sync with a peer',
    pingTitle: 'Ping a peer',
    tagsTitle: 'My tags',
    leaveTitle: 'Leave the network?',
    leaveText: 'The other peers are told. What is stored stays.',
    leaveTextLost:
      'We have lost the network, so nobody can be told: the other peers see us go silent. What is stored stays.',
    cancel: 'Cancel',
    close: 'Close',
    save: 'Save',
    paletteNone: 'Nothing found',
    palettePlaceholder: 'Search for a command, a peer, a time, or what happened',
    groupCommands: 'Commands',
    groupPeers: 'Peers',
    exportStarts: 'Exporting …',
    exporting: (done: string, total: string | null) => `Exporting: ${done}${total === null ? '' : ` of ${total}`}`,
    exported: (name: string) => `Saved ${name}`,
    exportCancelled: 'Export cancelled',
    copied: 'Copied',
    copy: (what: string) => `Copy ${what}`,
    dialed: 'Connected',
    dialedSome: (reached: number, all: number, reasons: string) => `Connected to ${reached} of ${all}.\n${reasons}`,
    moreReasons: (count: number) => `… and ${count} more, see the timeline`,
    noAddress: 'no address of this peer is known',
    left: 'Left the network',
  },
  keys: KEYS,
  past: PAST,
  history: HISTORY,
  said: SAID,
  storage: STORAGE,
  compare: COMPARE,
  crawl: CRAWL,
  snapshots: SNAPSHOTS,
  alerts: ALERTS,
  watch: WATCH,
  settings: {
    title: 'Settings',
    appearance: 'Appearance',
    theme: 'Theme',
    themes: { system: 'System', dark: 'Dark', light: 'Light' },
    network: 'Listening and tags',
    listen: 'Listen addresses',
    listenHelp: 'One a line; port 0 takes any free port.',
    tags: 'Default tags',
    tagsHelp: 'Offered in the join dialog.',
    discovery: 'Discovery',
    nextJoin: 'Acts at the next join.',
    now: 'Acts now.',
    defaultIs: (value: string) => `default ${value}`,
    thisRun: (value: string, flag: string) => `This run: ${value}, by --${flag}.`,
    save: 'Save settings',
    reset: 'Defaults',
    saved: 'Settings saved',
    about: 'About',
    version: (version: string, node: string, platform: string) => `Peerscope ${version} · Node ${node} · ${platform}`,
    folder: 'Data folder',
    none: 'none',
    loading: 'Loading settings …',
  },
} as const
