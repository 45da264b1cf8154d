/** The kind of network that the tests of a run are in: vitest.config.ts says which in the environment. */
import type { Departure } from '../../../src/main/discovery/announce/heard.ts'
import type { Dialect } from '../../../src/main/discovery/dialect.ts'
import { dialectOf } from '../../../src/main/discovery/dialects/dialects.ts'
import { peerscope } from '../../../src/main/discovery/dialects/peerscope/peerscope.ts'
import type { SignedPeerEntry } from '../../../src/main/discovery/entry/entry.ts'
import { sortedSet } from '../../../src/main/discovery/entry/sets.ts'
import type { Exchange, ExchangeInput } from '../../../src/main/discovery/exchange/exchange.ts'
import type { SyncView } from '../../../src/main/discovery/sync/parts.ts'
import { ReconcileIndex } from '../../../src/main/discovery/sync/reconcile.ts'
import type { NetworkKind } from '../../../src/shared/network-kind.ts'
import { NETWORK_KINDS } from '../../../src/shared/network-kind.ts'
import { TestSignatures } from './signatures.ts'

/** The variable that names it. */
export const KIND_VARIABLE = 'PEERSCOPE_TEST_KIND'

const kind: NetworkKind = NETWORK_KINDS.find((one) => one === process.env[KIND_VARIABLE]) ?? 'peerscope'

export const dialect: Dialect = dialectOf(kind)

/** A TCP address as peers of this kind of network state it: on iroh it is one of QUIC. */
export function addressHere(tcp: string): string {
  return dialect.kind === 'mosaik' ? tcp.replace(/\/tcp\/(\d+)$/, '/udp/$1/quic-v1') : tcp
}

/** The tags for these words, as an entry has them. */
export function tagsHere(...words: readonly string[]): readonly string[] {
  return sortedSet(words.map((word) => dialect.tagOf(word)))
}

const EMPTY: SyncView = {
  index: new ReconcileIndex(),
  entry: () => null,
  isNews: () => false,
  mayBeNews: () => false,
  hasRoom: () => true,
}

/** How a peer begins a sync with us whose catalog is empty. */
export function syncRequest(): Uint8Array {
  return said(dialect.askSync(EMPTY), { kind: 'begin' })
}

/** The answer that ends a sync of ours: both catalogs hold the same, or the peer's is empty. */
export const SAME: Uint8Array = sameOf()

function sameOf(): Uint8Array {
  const answering = dialect.answerSync(EMPTY)
  answering.step({ kind: 'begin' }, 0)
  return said(answering, { kind: 'message', bytes: syncRequest() })
}

function said(exchange: Exchange<unknown>, input: ExchangeInput): Uint8Array {
  const action = exchange.step(input, 0)
  if (action.kind !== 'send') throw new Error(`nothing was said: ${action.kind}`)
  return action.message
}

/** The gossip message that announces these bytes with this signature, whether it holds or not. */
export function announcement({ bytes, signature }: Bytes, repeat = 0): Uint8Array {
  return dialect.encodeAnnouncement({ bytes, signature } as SignedPeerEntry, repeat)
}

/** The answer to a ping with these bytes and this signature. */
export function pong({ bytes, signature }: Bytes): Uint8Array {
  return dialect.encodePong({ bytes, signature } as SignedPeerEntry)
}

/** A goodbye that this secret signs. */
export function goodbye(departure: Departure, secret: Uint8Array): Uint8Array {
  return dialect.encodeDeparture(departure, secret, new TestSignatures())
}

type Bytes = Pick<SignedPeerEntry, 'bytes' | 'signature'>

/** Peerscope's dialect with so few announcements a second that a handful of peers are a large network (rule AN14). */
export function pacedAt(perSecond: number): Dialect {
  if (peerscope.pace === null) throw new Error('nobody announces itself more rarely')
  return { ...peerscope, pace: { ...peerscope.pace, perSecond } }
}

/** Peerscope's dialect in a network whose peers can do nothing that a network may lack. Each minor version is a line. */
export const lean: Dialect = leanStating('1.0.0')

function leanStating(protocolVersion: string): Dialect {
  return {
    ...peerscope,
    abilities: {
      reconciles: false,
      neighbors: false,
      tagNames: false,
      functions: false,
      claimsDhtSlots: false,
      lan: false,
      relayUrls: false,
    },
    connectsEach: true,
    neighbors: null,
    protocolIds: (networkId) => ({ ...peerscope.protocolIds(networkId), neighbors: null }),
    dht: { ...peerscope.dht, encodeRecord: null },
    protocolVersion,
    lineOf: (version) => /^1\.\d+(?=\.)/.exec(version)?.[0] ?? null,
    stating: leanStating,
  }
}
