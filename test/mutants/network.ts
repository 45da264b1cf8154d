import type { Mutant } from './mutant.ts'

const GOSSIP = 'src/main/network/libp2p/gossip.ts'
const GATE = 'src/main/network/inbound-gate.ts'
const WATCH = 'src/main/network/libp2p/watch.ts'
const STREAMS = 'src/main/network/libp2p/streams.ts'
const RECORDS = 'src/main/network/libp2p/peer-records.ts'
const LEFTOVERS = 'src/main/network/libp2p/leftovers.ts'
const CODEC = 'src/main/discovery/dialects/peerscope/wire/decode.ts'

/** A number of rule BD5, one too large and one too small. */
function gate(what: string, find: string, larger: string, smaller: string): Mutant[] {
  return [
    { rule: 'BD5', name: `more than the bound: ${what}`, file: GATE, find, replace: larger },
    { rule: 'BD5', name: `less than the bound: ${what}`, file: GATE, find, replace: smaller },
  ]
}

/** Gossip, streams and connections on libp2p: rules AN4, BD1, BD5 and BD6. */
export const NETWORK: readonly Mutant[] = [
  {
    rule: 'AN4',
    name: 'a message that is ignored is passed on',
    file: GOSSIP,
    find: 'ignore: TopicValidatorResult.Ignore,',
    replace: 'ignore: TopicValidatorResult.Accept,',
  },
  {
    rule: 'AN4',
    name: 'a message that is rejected is passed on',
    file: GOSSIP,
    find: 'reject: TopicValidatorResult.Reject,',
    replace: 'reject: TopicValidatorResult.Accept,',
  },
  {
    rule: 'AN4',
    name: 'a message that is accepted is not passed on',
    file: GOSSIP,
    find: 'accept: TopicValidatorResult.Accept,',
    replace: 'accept: TopicValidatorResult.Ignore,',
  },
  {
    rule: 'BD9',
    name: "libp2p's records of peers that are gone stay",
    file: RECORDS,
    find: 'else if (kept.loose) this.#drop(name, kept)',
    replace: 'else if (kept.loose) this.#bound(name)',
    tests: ['test/unit/network/libp2p/peer-records.test.ts'],
  },
  {
    rule: 'BD9',
    name: "libp2p's records are bounded by their number only",
    file: RECORDS,
    find: 'if (this.#kept.size <= records && this.#bytes <= bytes) return\n    for',
    replace: 'if (this.#kept.size <= records) return\n    for',
    tests: ['test/unit/network/libp2p/peer-records.test.ts'],
  },
  {
    rule: 'BD9',
    name: 'gossip keeps routes to peers that are gone',
    file: LEFTOVERS,
    find: 'pubsub.removePeer(peerId)\n  }',
    replace: '}',
    tests: ['test/integration/passers-by.test.ts'],
  },
  {
    rule: 'BD9',
    name: 'whom a last message brings back into the mesh stays a neighbor',
    file: LEFTOVERS,
    find: 'pubsub.peers.set(name, peerId)',
    replace: '',
  },
  {
    rule: 'ID5',
    name: 'the second of two nodes with one key is swept away',
    file: LEFTOVERS,
    find: 'connected.has(realId(name))',
    replace: 'connected.has(name)',
  },
  ...gate(
    'connections a second from one address',
    'const HOST_RATE = { perSecond: 20, burst: 20 }',
    'const HOST_RATE = { perSecond: 21, burst: 21 }',
    'const HOST_RATE = { perSecond: 19, burst: 19 }',
  ),
  ...gate(
    'connections a second from one group',
    'const GROUP_RATE = { perSecond: 40,',
    'const GROUP_RATE = { perSecond: 41,',
    'const GROUP_RATE = { perSecond: 39,',
  ),
  ...gate(
    'connections at once in a burst of one group',
    'perSecond: 40, burst: 80 }',
    'perSecond: 40, burst: 81 }',
    'perSecond: 40, burst: 79 }',
  ),
  ...gate('open from one group', 'GROUP_OPEN = 128', 'GROUP_OPEN = 129', 'GROUP_OPEN = 127'),
  ...gate('open in all', 'ALL_OPEN = 300', 'ALL_OPEN = 301', 'ALL_OPEN = 299'),
  ...gate('in the handshake of one group', 'GROUP_PENDING = 32', 'GROUP_PENDING = 33', 'GROUP_PENDING = 31'),
  ...gate('in the handshake in all', 'ALL_PENDING = 64', 'ALL_PENDING = 65', 'ALL_PENDING = 63'),
  ...gate('open from this machine', 'LOCAL_OPEN = 1024', 'LOCAL_OPEN = 1025', 'LOCAL_OPEN = 1023'),
  {
    rule: 'BD5',
    name: 'a connection that closed keeps its place',
    file: GATE,
    find: 'for (const one of both) one.open -= 1',
    replace: '',
  },
  {
    rule: 'BD5',
    name: 'a connection that shook hands still counts as one in the handshake',
    file: GATE,
    find: 'for (const one of both) one.pending -= 1',
    replace: '',
  },
  {
    rule: 'BD5',
    name: 'a connection that was refused is not counted',
    file: GATE,
    find: 'if (!allowed) this.#refused()',
    replace: '',
  },
  {
    rule: 'BD6',
    name: 'any number of streams of one peer are served',
    file: STREAMS,
    find: 'if (running > limits.maxInboundPerPeer) {',
    replace: 'if (running < 0) {',
    tests: ['test/contract/streams.test.ts'],
  },
  {
    rule: 'BD6',
    name: 'a stream that ended makes no room',
    file: STREAMS,
    find: 'const left = (perPeer.get(remote) ?? 1) - 1',
    replace: 'const left = perPeer.get(remote) ?? 1',
    tests: ['test/contract/streams.test.ts'],
  },
  {
    rule: 'BD6',
    name: 'streams over the bound are not counted',
    file: STREAMS,
    find: 'refused()\n          stream.abort(new LimitExceeded',
    replace: 'stream.abort(new LimitExceeded',
    tests: ['test/contract/libp2p.test.ts'],
  },
  {
    rule: 'SY8',
    name: 'known survivor: a stream that was reset counts as closed in order',
    file: STREAMS,
    find: ' && !begun && !/abort|reset/.test(stream.status)',
    replace: ' && !begun',
    tests: ['test/contract/streams.test.ts'],
  },
  {
    rule: 'SY8',
    name: 'known survivor: a stream that ends within a message counts as closed in order',
    file: STREAMS,
    find: "error.name === 'UnexpectedEOFError' && !begun &&",
    replace: "error.name === 'UnexpectedEOFError' &&",
    tests: ['test/contract/libp2p.test.ts'],
  },
  {
    rule: 'BD1',
    name: 'a message on a stream may be larger than its protocol allows',
    file: STREAMS,
    find: 'maxDataLength: limits.maxMessageBytes,',
    replace: 'maxDataLength: 2 * limits.maxMessageBytes,',
    tests: ['test/contract/libp2p.test.ts'],
  },
  {
    rule: 'BD1',
    name: 'the length of a message may go on for ever',
    file: STREAMS,
    find: "if (bytes.length > MAX_LENGTH_BYTES) throw new LimitExceeded('bytes a length', MAX_LENGTH_BYTES, bytes.length)",
    replace: '',
    tests: ['test/unit/network/libp2p/watch.test.ts'],
  },
  {
    rule: 'BD1',
    name: 'a length of any number of bytes is watched on',
    file: WATCH,
    find: 'if (byte >= 0x80 && this.#bytes >= LENGTH_BYTES) return false',
    replace: '',
    tests: ['test/unit/network/libp2p/watch.test.ts'],
  },
  {
    rule: 'BD1',
    name: 'a length may have 16 bytes',
    file: WATCH,
    find: 'const LENGTH_BYTES = 8',
    replace: 'const LENGTH_BYTES = 16',
    tests: ['test/unit/network/libp2p/watch.test.ts'],
  },
  {
    rule: 'BD1',
    name: 'a negotiation may have any length',
    file: WATCH,
    find: 'return this.#seen.length < NEGOTIATION_BYTES',
    replace: 'return this.#seen.length >= 0',
    tests: ['test/unit/network/libp2p/watch.test.ts'],
  },
  {
    rule: 'BD1',
    name: 'what is refused is still read',
    file: WATCH,
    find: 'if (take(data)) pass(data)',
    replace: 'take(data)\n    pass(data)',
    tests: ['test/unit/network/libp2p/watch.test.ts'],
  },
  {
    rule: 'BD1',
    name: 'what came before the watch is not looked at',
    file: WATCH,
    find: 'if (early !== undefined && early.byteLength > 0 && !take(early)) return',
    replace: '',
    tests: ['test/unit/network/libp2p/watch.test.ts'],
  },
  {
    rule: 'BD1',
    name: 'what a decoder throws is no error of ours',
    file: CODEC,
    find: 'throw asOurs(error, limits)',
    replace: 'throw error',
    tests: ['test/unit/fuzz.test.ts'],
  },
  {
    rule: 'AD5',
    name: 'a relayed connection is looked into like a stream of messages',
    file: WATCH,
    find: 'this.#over ||= this.#messages >= BEFORE_RELAYED && this.#relays()',
    replace: '',
  },
  {
    rule: 'AD5',
    name: 'a stream for something else is not looked into after a while',
    file: WATCH,
    find: 'this.#messages >= BEFORE_RELAYED && this.#relays()',
    replace: 'this.#messages >= BEFORE_RELAYED',
  },
]
