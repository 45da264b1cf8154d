import { andList } from '../../../shared/and-list.ts'
import type { Attempt, BootstrapPath } from '../../../shared/bootstrap.ts'
import type { DhtSlotState } from '../../../shared/dht.ts'
import type { AddressClass } from '../../../shared/reachability.ts'
import { counted } from '../../../shared/counted.ts'
import { NOT_DIALED } from '../../../shared/state-words.ts'

const PATHS: Readonly<Record<BootstrapPath, string>> = {
  given: 'given address',
  store: 'earlier run',
  dht: 'DHT',
  lan: 'local network',
  relay: 'relay',
  incoming: 'they dialed us',
  gossip: 'gossip',
  sync: 'sync',
  manual: 'typed in or imported',
}

/** How a place that is dialed was learned: of one that dialed us, that is over. */
const ATTEMPT_PATHS: Readonly<Record<BootstrapPath, string>> = { ...PATHS, incoming: 'it dialed us before' }

const ATTEMPTS: Readonly<Record<Attempt['state'] | 'elsewhere' | 'since' | 'incoming' | 'over', string>> = {
  waiting: 'waiting',
  dialing: 'dialing',
  connected: 'connected',
  since: 'connected since',
  elsewhere: 'connected by another address',
  incoming: 'it connected to us',
  over: 'was connected',
  notDialed: NOT_DIALED,
  failed: 'failed',
}

const SLOTS: Readonly<Record<DhtSlotState, string>> = {
  empty: 'empty',
  healthy: 'answers',
  unhealthy: 'no answer',
  unchecked: 'not asked yet',
  invalid: 'not readable',
  ours: 'ours',
}

const CLASSES: Readonly<Record<AddressClass, string>> = {
  public: 'public',
  private: 'local network',
  loopback: 'this machine',
  relayed: 'through a relay',
  reserved: 'not an address to dial',
}

const CLASS_MEANING: Readonly<Record<AddressClass, string>> = {
  public: 'Can be dialed from the internet, unless a firewall is in between.',
  private: 'Can be dialed by machines on the same local network.',
  loopback: 'Can be dialed by programs on this machine only.',
  relayed: 'Can be dialed from anywhere, by way of another peer.',
  reserved:
    'Nothing can be dialed there: the range is reserved, or the address is of a kind that Peerscope does not know.',
}

/** Texts of the Bootstrap view. */
export const BOOTSTRAP = {
  title: 'Bootstrap',
  lead: 'How this node finds others, and how others find it.',
  alwaysNow: 'This page shows now, and the network that is joined. What was tried in the past is in the Timeline.',
  failed: 'Peerscope does not answer; this is the last state it reported.',
  loading: 'Looking …',
  none: 'No network is joined',
  noneHelp: 'Join one, and this page shows how its peers are found.',
  noneJoin: 'Join a network',
  joining: (name: string) => `Joining ${name}: this node is not listening yet.`,
  paths: PATHS,
  classes: CLASSES,
  classMeaning: CLASS_MEANING,

  addresses: 'Addresses of this node',
  addressesNote: 'What another machine needs to dial this one.',
  addressesNone: 'This node listens on nothing',
  addressesNoneHelp: 'It can dial others; others reach it only through a relay. Listen addresses are under Settings.',
  addressesLocal: 'Only programs on this machine can dial these.',
  addressesLocalMend:
    'No address that others can reach was found. Connect this machine to a network, and listen on all interfaces (/ip4/0.0.0.0/tcp/0 and /ip6/::/tcp/0) in Settings.',
  addressesLocalMendPlain:
    'No address that others can reach was found. Connect this machine to a network, or join again with relays.',
  addressesUnheard: (listen: readonly string[]) =>
    `Nothing listens on ${andList(listen)}: this machine has no such address, or the port is taken.`,
  addressesLan:
    'Machines on the same local network can dial these. From the internet you need a port that your router opens, or a relay.',
  toSettings: 'Open Settings',

  invite: 'Invitation',
  inviteNote: 'A link that brings somebody else into this network: its name, and addresses to start from.',
  inviteAddresses: 'Addresses in the link',
  inviteNoAddresses:
    'Without an address, those who are invited have to find the network by the DHT or on the same local network.',
  inviteNoAddressesNoLan: 'Without an address, those who are invited have to find the network by the DHT.',
  inviteLocal: 'This link works on this machine only: no other machine can dial its addresses.',
  inviteLink: 'The link',
  copyLink: 'Copy link',
  copyText: 'Copy as text',
  inviteTooLong: 'No link can hold this: ',
  paste: 'Join by an invitation',
  pasteExample: 'peerscope://join?network=…',
  pasteHelp: 'Paste a peerscope:// link. You are shown what it would contact before anything happens.',
  pasteGo: 'Look at it',
  pasteNone: 'Paste a link first.',

  attempts: 'What is being tried',
  forget: 'Forget',
  forgetName: (address: string) => `Forget ${address}`,
  forgotten: 'The address is no longer tried.',
  attemptsNote: 'Places that are dialed to find peers, the newest first.',
  attemptsNone: 'Nothing was dialed so far',
  attemptsNoneHelp:
    'No address was given and no peer is known from an earlier run. Dial an address, or wait for the DHT, for a peer on the local network, or for others to connect.',
  attemptsNoneHelpNoLan:
    'No address was given and no peer is known from an earlier run. Dial an address, or wait for the DHT or for others to connect.',
  attemptStates: ATTEMPTS,
  attemptPaths: ATTEMPT_PATHS,
  attemptCounts: (counts: readonly (readonly [keyof typeof ATTEMPTS, number])[]) =>
    counts
      .map(([state, count]) => `${count} ${state === 'incoming' ? 'connected to us' : ATTEMPTS[state]}`)
      .join(' · '),
  attemptMore: (count: number) => `Show ${count} more`,
  attemptLess: 'Show fewer',
  columns: { state: 'State', path: 'Path', target: 'Peer and address', when: 'When' },
  /** How often it was dialed; empty where the row says so already. */
  tries: (count: number, state: Attempt['state']) => {
    const isBefore = state === 'waiting' || state === 'notDialed'
    if (count < (isBefore ? 1 : 2)) return ''
    return `${counted(count, 'try', 'tries')}${isBefore ? ' before' : ''}`
  },
  slotName: (slot: number) => `slot ${slot}`,
  took: (span: string) => `in ${span}`,
  unknownPeer: 'any peer that answers',
  dial: 'Dial an address …',
  warmRunning: (dialed: number, places: number) => `Peers of earlier runs: ${dialed} of ${places} dialed.`,
  warmDone: (dialed: number, places: number) => `Peers of earlier runs: ${dialed} of ${places} were dialed.`,
  warmNext: (span: string) => `Still alone: they are dialed again in ${span}.`,
  warmNow: 'Still alone: they are dialed again now.',

  learned: 'How peers were first learned',
  learnedNote: 'Peers that are in the catalog now, by the path on which this run first heard of each.',
  learnedNone: 'No other peer is known yet.',
  pathMeaning: {
    given: 'at an address that you gave',
    store: 'known from an earlier run, and dialed again',
    dht: 'holds a slot of this network in the DHT',
    lan: 'found by multicast DNS',
    relay: 'a place at a relay',
    incoming: 'connected to us by itself',
    gossip: 'announced itself, and others passed it on',
    sync: 'stood in the catalog of another peer',
    manual: 'you typed it in or imported it',
  } satisfies Readonly<Record<BootstrapPath, string>>,

  slots: 'DHT slots',
  slotsNote:
    '16 public places in the Mainline DHT that belong to this network’s name. A peer that holds one can be found by the name alone.',
  slotsReadOnly: 'They are only read: Peerscope takes none from the members of a mosaik network.',
  slotStates: SLOTS,
  slotsRead: 'Read',
  slotsHeld: (held: number, total: number) => `${held} of ${total} held`,
  slotsOurs: (index: number) => `slot ${index} is ours`,
  slotsNotOurs: 'none is ours',
  slotsOff: 'The DHT is not used',
  slotsOffHelp:
    'It is turned off in Settings, or this node listens on this machine only. With it, two machines find each other by the network’s name alone.',
  slotsStarting: 'The slots are being read for the first time; that takes some seconds.',
  slotsFailing: (reason: string) => `The DHT could not be read: ${reason}`,
  slotsFailingHelp: 'It is tried again by itself. UDP must be let out by the firewall. All other ways go on.',
  slotTitle: (index: number, state: string, holder: string | null, age: string | null) =>
    [`Slot ${index}: ${state}`, holder, age === null ? null : `written ${age}`]
      .filter((part) => part !== null)
      .join(', '),

  lan: 'Local network',
  lanNote: 'Peers of this network that answer multicast DNS nearby.',
  lanOff: 'Not looked for: it is off in Settings, or this node listens on this machine only.',
  lanFailed: (reason: string) => `It does not work here: ${reason}`,
  lanFailedHelp: 'A firewall or a network without multicast is the usual cause. All other ways go on.',
  lanNone: 'Nobody answered so far. That is normal where no other machine of the network is nearby.',

  reach: 'Reachability',
  reachNote: 'Whether others can dial this node, and what helps with it.',
  relays: 'Relays',
  relaysNote: 'Nodes that cannot be dialed directly are reached through relays, which only pass on what is encrypted.',
  relayMode: 'Chosen at the join',
  relayModes: { off: 'off', default: 'iroh’s public relays' },
  relayOurs: 'Our relay',
  relayOursNone: { off: 'None: no relay is contacted.', on: 'None yet.' },
  relayChange: 'To choose others, leave the network and join it again.',
  verdict: 'From the internet',
  verdicts: { public: 'others can dial us', private: 'nobody could dial us', unknown: 'not known yet' },
  verdictMeaning: {
    public: 'Peers tried, and got through.',
    private: 'Peers tried and did not get through: a router or a firewall is in between.',
    unknown: 'No peer outside of this network tried so far.',
  },
  ports: 'Ports opened by the router',
  portsNone: { on: 'No router answered so far.', off: 'The router is not asked.', failed: 'The router refused.' },
  relay: 'Relay in use',
  relayNone: 'None. One is used where nobody can dial us and a peer offers to relay.',
  relayLost: (reason: string) => `The last one was lost: ${reason}`,
  serving: 'Relaying for others',
  servingOff: 'No.',
  servingOn: (count: number) => `Yes, for ${count} now.`,
  observed: 'Our address as others see it',
  observedNone: 'Nobody told yet.',
  punched: 'Relayed connections that became direct',
} as const
