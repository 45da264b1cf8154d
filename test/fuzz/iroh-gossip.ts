/** Gossip of iroh networks: what decodes its messages, and the machine that they go into. */
import * as fc from 'fast-check'
import { BOUNDS } from '../../src/main/network/iroh/gossip/config.ts'
import type { Input, Output } from '../../src/main/network/iroh/gossip/io.ts'
import { GossipMachine } from '../../src/main/network/iroh/gossip/machine.ts'
import { decodePeerData, encodePeerData } from '../../src/main/network/iroh/gossip/peer-data.ts'
import { idOf as contentId } from '../../src/main/network/iroh/gossip/plumtree.ts'
import type { Message } from '../../src/main/network/iroh/gossip/wire.ts'
import { decodeMessage, encodeMessage } from '../../src/main/network/iroh/gossip/wire.ts'
import { PeerscopeError } from '../../src/shared/errors.ts'
import type { PeerId } from '../../src/shared/ids.ts'
import { SeededRandom } from '../sim/random.ts'
import { idOf } from '../support/discovery/entries.ts'
import type { Target } from './fuzz.ts'
import { decoder, target } from './fuzz.ts'
import { bytesLike } from './inputs.ts'

const ME = idOf('me')
/** More than both views hold, and ourselves. */
const PEERS = [ME, ...Array.from({ length: 39 }, (_, at) => idOf(`peer ${at}`))]
const ANY = PEERS[1] ?? ME
const DATA = encodePeerData({
  relay: 'https://relay.example/',
  addresses: [
    { ip: Uint8Array.of(127, 0, 0, 1), port: 4433 },
    { ip: new Uint8Array(16).fill(1), port: 1 },
  ],
})
const CONTENTS = ['one', 'two', 'three', 'four'].map((text) => Uint8Array.from(Buffer.from(text)))
const IDS = CONTENTS.map(contentId)

const nodes = PEERS.slice(0, 10).map((id, at) => ({ id, data: at % 2 === 0 ? DATA : null }))
const SAMPLES: readonly Message[] = [
  { type: 'Join', data: DATA },
  { type: 'ForwardJoin', peer: { id: ANY, data: null }, ttl: 3 },
  { type: 'Shuffle', origin: ANY, nodes, ttl: 6 },
  { type: 'ShuffleReply', nodes },
  { type: 'Neighbor', priority: 'Low', data: null },
  { type: 'Disconnect', alive: true, respond: false },
  { type: 'Gossip', id: IDS[0] ?? '', content: CONTENTS[0] ?? DATA, scope: { kind: 'Swarm', round: 2 } },
  { type: 'Gossip', id: IDS[1] ?? '', content: CONTENTS[1] ?? DATA, scope: { kind: 'Neighbors' } },
  { type: 'Prune' },
  { type: 'Graft', id: IDS[0] ?? '', round: 1 },
  { type: 'IHave', messages: IDS.map((id, round) => ({ id, round })) },
]

const peer = fc.constantFrom(...PEERS)
const info = fc.record({ id: peer, data: fc.option(fc.constantFrom(DATA, new Uint8Array(2000)), { nil: null }) })
const number16 = fc.oneof(fc.nat(8), fc.nat(65_535))
const content = fc.oneof(fc.constantFrom(...CONTENTS), fc.uint8Array({ minLength: 1, maxLength: 40 }))
const data = fc.option(fc.constant(DATA), { nil: null })
const announced = fc.record({ id: fc.constantFrom(...IDS, 'ab'.repeat(32)), round: number16 })
const scope = fc.oneof(
  fc.record({ kind: fc.constant('Swarm' as const), round: number16 }),
  fc.constant({ kind: 'Neighbors' as const }),
)
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ type: fc.constant('Join' as const), data }),
  fc.record({ type: fc.constant('ForwardJoin' as const), peer: info, ttl: number16 }),
  fc.record({
    type: fc.constant('Shuffle' as const),
    origin: peer,
    nodes: fc.array(info, { maxLength: 20 }),
    ttl: number16,
  }),
  fc.record({ type: fc.constant('ShuffleReply' as const), nodes: fc.array(info, { maxLength: 20 }) }),
  fc.record({
    type: fc.constant('Neighbor' as const),
    priority: fc.constantFrom('High' as const, 'Low' as const),
    data,
  }),
  fc.record({ type: fc.constant('Disconnect' as const), alive: fc.boolean(), respond: fc.boolean() }),
  fc.tuple(content, scope, fc.boolean()).map(([bytes, to, forged]) => ({
    type: 'Gossip' as const,
    id: forged ? 'ab'.repeat(32) : contentId(bytes),
    content: bytes,
    scope: to,
  })),
  fc.constant({ type: 'Prune' as const }),
  fc.record({
    type: fc.constant('Graft' as const),
    id: fc.option(fc.constantFrom(...IDS), { nil: null }),
    round: number16,
  }),
  fc.record({ type: fc.constant('IHave' as const), messages: fc.array(announced, { maxLength: 10 }) }),
)

const input: fc.Arbitrary<
  Input | { readonly kind: 'pass'; readonly ms: number } | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('message' as const), from: peer, message }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('bytes' as const), bytes: bytesLike(SAMPLES.map(encodeMessage)) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1, 5, 40, 500, 11_000, 61_000) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('disconnected' as const), peer, reached: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('join' as const), peers: fc.array(peer, { maxLength: 5 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('broadcast' as const),
      content,
      reach: fc.constantFrom('Swarm' as const, 'Neighbors' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('judged' as const), id: fc.constantFrom(...IDS), passOn: fc.boolean() }),
  },
)

/** Runs one life of a machine. What it told last is all that its adapter goes by: it must make sense. */
function live(inputs: readonly (typeof input extends fc.Arbitrary<infer T> ? T : never)[], seed: number): void {
  const machine = new GossipMachine(ME, new SeededRandom(seed))
  const neighbors = new Set<PeerId>()
  const put = new Map<string, number>()
  let now = 0
  let timerAt: number | null = null
  const step = (given: Input): void => {
    const outputs = machine.step(given, now)
    const faults = machine.check()
    if (faults.length > 0) throw new Error(faults.join('; '))
    if (outputs.length > 400) throw new Error(`${outputs.length} outputs for one input`)
    for (const output of outputs) see(output)
    if ([...neighbors].sort().join() !== machine.neighbors().sort().join()) throw new Error('told other neighbors')
  }
  const see = (output: Output): void => {
    if (output.kind === 'timer') timerAt = output.at
    if (output.kind === 'neighborUp') neighbors.add(output.peer)
    if (output.kind === 'neighborDown') neighbors.delete(output.peer)
    if ('peer' in output && output.peer === ME) throw new Error('it deals with itself')
    if (output.kind === 'send' && encodeMessage(output.message).length >= 4096) throw new Error('a message too large')
    if (output.kind !== 'received') return
    if (now - (put.get(output.id) ?? -Infinity) < 90_000) throw new Error('a content was put out again')
    put.set(output.id, now)
    if (output.hops > BOUNDS.hops) throw new Error('a content from too far')
    step({ kind: 'judged', id: output.id, passOn: output.id.charCodeAt(0) % 2 === 0 })
  }
  const pass = (ms: number): void => {
    const until = now + ms
    for (let turns = 0; timerAt !== null && timerAt <= until; turns += 1) {
      if (turns > 10_000) throw new Error('timers without end')
      now = Math.max(now, timerAt)
      step({ kind: 'time' })
    }
    now = until
  }
  for (const given of inputs) {
    if (given.kind === 'pass') pass(given.ms)
    else if (given.kind === 'bytes')
      for (const message of decoded(given.bytes)) step({ kind: 'message', from: ANY, message })
    else step(given)
  }
  pass(200_000)
  const { ids, bytes, missing, unjudged } = machine.sizes()
  if (ids + bytes + missing + unjudged > 0) throw new Error('something is kept for ever')
  step({ kind: 'quit' })
  if (timerAt !== null || neighbors.size > 0) throw new Error('it goes on after it has left')
}

/** The message, or none where there is none: an adapter ends the stream then. */
function decoded(bytes: Uint8Array): Message[] {
  try {
    return [decodeMessage(bytes)]
  } catch (error) {
    if (error instanceof PeerscopeError) return []
    throw error
  }
}

export const IROH_GOSSIP_TARGETS: readonly Target[] = [
  decoder({
    name: 'iroh gossip message',
    inputs: bytesLike(SAMPLES.map(encodeMessage)),
    decode: decodeMessage,
    encode: encodeMessage,
  }),
  decoder({
    name: 'iroh address data',
    inputs: bytesLike([DATA, encodePeerData({ relay: null, addresses: [] })]),
    decode: (bytes) => {
      const { relay, addresses } = decodePeerData(bytes)
      return { relay, addresses: addresses.map(({ ip, port }) => ({ ip: Uint8Array.from(ip), port })) }
    },
  }),
  target('iroh gossip machine', 50, fc.tuple(fc.array(input, { maxLength: 150 }), fc.nat(1000)), ([inputs, seed]) => {
    live(inputs, seed)
    return Promise.resolve()
  }),
]
