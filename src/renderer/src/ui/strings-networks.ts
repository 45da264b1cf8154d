/** Texts about the kinds of network. */
import { KIND_NAMES } from '../../../shared/network-kind.ts'
import type { NetworkKind } from '../../../shared/network-kind.ts'

/** What the join page asks of a kind. */
export const NETWORKS = {
  kind: 'Kind of network',
  names: KIND_NAMES,
  about: {
    peerscope: 'Peers that speak Peerscope’s own protocol, over libp2p.',
    mosaik: 'Nodes of the Rust crate mosaik, over iroh. Peerscope becomes a member that only watches.',
  } satisfies Readonly<Record<NetworkKind, string>>,
  chip: (kind: string) => `A ${kind} network`,

  bootstrapHelp: 'One a line, of nodes that are there already: endpoint id @ IP address : UDP port.',
  bootstrapExample: '<64 hex digits>@203.0.113.5:4433',
  tagsHelp: 'Words that this peer says of itself. They travel as hashes. Enter adds one.',

  relay: 'Relays',
  relays: { off: 'Off', default: 'iroh’s public relays', url: 'Another relay' },
  relayMeaning: {
    off: 'No relay is contacted. Only nodes that this machine can reach directly are seen.',
    default:
      'On joining, the public relays of iroh’s makers (number 0) are contacted. They learn this machine’s IP address and endpoint id, and which nodes it talks to through them.',
    url: 'On joining, only the relay that you name is contacted. It learns this machine’s IP address and endpoint id, and which nodes it talks to through it.',
  },
  relayUrl: 'URL of the relay',
  relayExample: 'https://relay.example.org/',
  relayUrlEmpty: 'Give the URL of the relay, or turn relays off.',
  relayNames: (url: string) => `the relay ${url}`,
  contacted: {
    addresses: 'On joining, the bootstrap addresses are contacted.',
    dht: {
      public: 'The public Mainline DHT is read for this network’s members; nothing is written there.',
      given:
        'The DHT is read for this network’s members, from the nodes that the command line names; nothing is written there.',
      off: 'The public Mainline DHT is not read.',
    },
    router: 'iroh asks the router for a port.',
  },

  more: 'More',
  entryVersion: 'Version that our entry states',
  entryVersionHelp: (own: string) =>
    `Nodes read an entry by the mosaik version that it states. Empty: ${own}. Give another where the network runs another version, such as 0.3.19.`,
  entryVersionWrong: 'A version has three numbers, like 0.4.2.',

  /** What a mosaik network does not tell. */
  links: {
    title: 'Only our own links are known',
    button: 'Links',
    short: 'only our own links',
    text: 'Nodes of a mosaik network do not tell whom they are linked to, so there is nothing to crawl. The lines are our own connections and gossip neighbors; others may be linked where no line is drawn.',
    close: 'Close the note',
  },
} as const

/** What is wrong with a bootstrap address of a mosaik network. Lines count from 1. */
export const MOSAIK_FIELD = {
  form: (line: number, text: string) =>
    `Line ${line}: “${text}” is not a bootstrap address. Write the endpoint id, @, and where it listens: <64 hex digits>@203.0.113.5:4433`,
  id: (line: number, text: string) => `Line ${line}: “${text}” is not an endpoint id, which has 64 hex digits`,
  idLength: (line: number, digits: number) => `Line ${line}: an endpoint id has 64 hex digits, this one has ${digits}`,
  noId: (line: number) => `Line ${line}: the endpoint id is missing: <64 hex digits>@203.0.113.5:4433`,
  noPlace: (line: number) => `Line ${line}: an address is missing after the endpoint id: @203.0.113.5:4433`,
  noPort: (line: number) => `Line ${line}: the UDP port is missing, as in 203.0.113.5:4433`,
  port: (line: number) => `Line ${line}: a port is a number from 1 to 65535`,
  host: (line: number, text: string) => `Line ${line}: “${text}” is not an IP address`,
  name: (line: number, text: string) =>
    `Line ${line}: “${text}” is a name. iroh dials IP addresses: give the address that it stands for`,
  brackets: (line: number, text: string) =>
    `Line ${line}: an IPv6 address stands in brackets before its port: [${text}]:4433`,
  relay: (line: number, text: string) => `Line ${line}: “${text}” is not the URL of a relay`,
  relaysOff: (line: number) => `Line ${line} leads through a relay, and relays are off: choose relays below`,
  engine: (line: number, reason: string) => `Line ${line}: ${reason}`,
  tcp: (line: number) => `Line ${line}: mosaik nodes listen on UDP (QUIC), not on TCP`,
} as const
