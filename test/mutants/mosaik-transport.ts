import type { Mutant } from './mutant.ts'

const LINK = 'src/main/network/iroh/link.ts'
const STREAMS = 'src/main/network/iroh/streams.ts'
const PARKING = 'src/main/network/iroh/parking.ts'
const BYTES = 'src/main/network/iroh/bytes.ts'
const PLACES = 'src/main/network/iroh/places.ts'
const MEETINGS = 'src/main/network/iroh/meetings.ts'
const GOSSIP = 'src/main/network/iroh/gossip.ts'
const INLET = 'src/main/network/iroh/inlet.ts'

/** How the ports are carried by iroh: rules MO30 to MO37. */
export const MOSAIK_TRANSPORT: readonly Mutant[] = [
  {
    rule: 'MO30',
    name: 'an exchange that we began is closed with the reason of its end',
    file: LINK,
    find: "this.#wire.close(this.#wire.direction === 'outbound' ? SUCCESS : reason)",
    replace: 'this.#wire.close(reason)',
  },
  {
    rule: 'MO30',
    name: 'a read that was called off leaves the connection open',
    file: LINK,
    find: 'this.#over(typed instanceof LimitExceeded ? closeReasonOf(typed) : UNEXPECTED_CLOSE, streamError(what, error))',
    replace: 'if (!signal.aborted) this.#over(UNEXPECTED_CLOSE, streamError(what, error))',
  },
  {
    rule: 'MO30',
    name: 'a stream that cannot be opened leaves its connection open',
    file: STREAMS,
    find: 'wire?.close(SUCCESS)',
    replace: 'wire?.look()',
  },
  {
    rule: 'MO30',
    name: 'what nobody answered is waited for much longer',
    file: LINK,
    find: 'const ARRIVE_MS = 500',
    replace: 'const ARRIVE_MS = 5000',
  },
  {
    rule: 'MO31',
    name: 'a connection that nobody uses waits on',
    file: PARKING,
    find: 'const PARKED_MS = 500',
    replace: 'const PARKED_MS = 30_000',
  },
  {
    rule: 'MO31',
    name: 'a connection that was taken is closed all the same',
    file: PARKING,
    find: '    spot.cancel()\n    const left',
    replace: '    const left',
  },
  {
    rule: 'MO32',
    name: 'who connects and says nothing is waited for',
    file: STREAMS,
    find: 'const BEGIN_MS = 5000',
    replace: 'const BEGIN_MS = 500_000',
  },
  {
    rule: 'MO32',
    name: 'one exchange too many of a peer is served',
    file: STREAMS,
    find: 'if (running > limits.maxInboundPerPeer) {',
    replace: 'if (running > limits.maxInboundPerPeer + 1) {',
  },
  {
    rule: 'MO32',
    name: 'the close of the other side is waited for much longer',
    file: LINK,
    find: 'const CLOSE_MS = 5000',
    replace: 'const CLOSE_MS = 60_000',
  },
  {
    rule: 'MO32',
    name: 'a close within a message is an end in order',
    file: LINK,
    find: 'if (isClosed && !this.#reader.isWithin && !signal.aborted)',
    replace: 'if (isClosed && !signal.aborted)',
  },
  {
    rule: 'MO32',
    name: 'a frame over the limit is read before it is refused',
    file: BYTES,
    find: 'if (length > this.#maxBytes) throw',
    replace: 'if (length > this.#maxBytes && (await this.#take(length)) !== null) throw',
  },
  {
    rule: 'MO33',
    name: 'whatever relay a peer names is used',
    file: PLACES,
    find: "if (parsed?.kind === 'relay' && relays.has(parsed.url))",
    replace: "if (parsed?.kind === 'relay' && relays.size >= 0)",
  },
  {
    rule: 'MO34',
    name: 'direct addresses are dialed wherever they lead',
    file: PLACES,
    find: 'const allowed = await policy.choose({ ...target, addresses: target.addresses.filter(isDirect) })',
    replace: 'const allowed = target.addresses.filter(isDirect)',
  },
  {
    rule: 'MO34',
    name: 'any number of connections with one peer live',
    file: MEETINGS,
    find: 'if (wires.length > A_PEER)',
    replace: 'if (wires.length > 100 * A_PEER)',
  },
  {
    rule: 'MO34',
    name: 'the oldest connection is sent on',
    file: MEETINGS,
    find: 'findLast(',
    replace: 'find(',
  },
  {
    rule: 'MO35',
    name: 'whoever connects to us is asked to be a neighbor',
    file: GOSSIP,
    find: "if (wire.direction === 'outbound' && ",
    replace: 'if (',
  },
  {
    rule: 'MO35',
    name: 'addresses that the mesh names do not rest',
    file: GOSSIP,
    find: 'const allowed = this.#ledger.allows(address, peerId, began)',
    replace: 'const allowed = this.#ledger.allows(address, peerId, Infinity)',
  },
  {
    rule: 'MO35',
    name: 'rumors push out what a peer said itself',
    file: 'src/main/network/iroh/address-book.ts',
    find: 'const known = this.#known[source]',
    replace: 'const known = this.#known.said',
  },
  {
    rule: 'MO36',
    name: 'what was rejected is passed on',
    file: GOSSIP,
    find: "!== 'reject'",
    replace: "!== 'accepted'",
  },
  {
    rule: 'MO36',
    name: 'what was ignored is not passed on',
    file: GOSSIP,
    find: "topic.validate(Uint8Array.from(content), from) !== 'reject'",
    replace: "topic.validate(Uint8Array.from(content), from) === 'accept'",
  },
  {
    rule: 'MO36',
    name: 'what is too large for us is passed on',
    file: GOSSIP,
    find: 'const passOn = !isTooLarge &&',
    replace: 'const passOn = isTooLarge ||',
  },
  {
    rule: 'MO37',
    name: 'any number of streams is read',
    file: INLET,
    find: 'const STREAMS = 4',
    replace: 'const STREAMS = 400',
  },
  {
    rule: 'MO37',
    name: 'a stream may keep its topic to itself',
    file: INLET,
    find: 'const HEADER_MS = 5000',
    replace: 'const HEADER_MS = 500_000',
  },
  {
    rule: 'MO37',
    name: 'frames are taken as fast as they come',
    file: INLET,
    find: 'perSecond: 200, burst: 1000',
    replace: 'perSecond: 200, burst: 5000',
  },
  {
    rule: 'MO37',
    name: 'what is no message is passed over',
    file: INLET,
    find: 'wire.close(PROTOCOL_VIOLATION)',
    replace: 'wire.look()',
  },
]
