/** Everything that parses texts of people, files and pages. */
import { parseDuration } from '../../src/shared/config.ts'
import { EVENT_FIELDS } from '../../src/shared/filter-events.ts'
import { PEER_FIELDS } from '../../src/shared/filter-peers.ts'
import { FilterError, parseFilter } from '../../src/shared/filter.ts'
import { networkIdFrom, parsePeerId, publicKeyOf, peerIdOf } from '../../src/shared/ids.ts'
import { formatLocal, parseMoment, parseTime } from '../../src/shared/time.ts'
import { isRequestMessage } from '../../src/main/monitor/request-check.ts'
import { parseListenAddress, parseTarget } from '../../src/main/network/libp2p/targets.ts'
import { idOf } from '../support/discovery/entries.ts'
import type { Target } from './fuzz.ts'
import { decoder } from './fuzz.ts'
import { textLike } from './inputs.ts'

const PEER = idOf('rich')
const FILTER_WORDS = [
  'tag:',
  'state:',
  'rtt',
  '>',
  '<=',
  '200ms',
  '5m',
  '-',
  'NOT ',
  ' OR ',
  '(',
  ')',
  '"',
  '*',
  ' ',
  ':',
  '\\',
]
const FILTERS = ['tag:role:* -state:purged rtt>200ms', '(name:fox OR 12D3Koo*) NOT "two words"', 'age>5m (a (b (c)))']
const ADDRESSES = [`/ip4/127.0.0.1/tcp/4001/p2p/${PEER}`, '/ip6/::1/tcp/0', '/dns4/a.example/tcp/443/ws', PEER]
const REQUESTS = [
  JSON.stringify({ i: '1', p: { u: '/session/join', b: { json: { network: 'a' } }, h: {}, m: 'POST' } }),
  JSON.stringify({ i: '2', t: 3, p: { e: 'message', d: null } }),
  JSON.stringify({ i: '3', t: 4 }),
]

/** A filter's fault must point into its text, or just behind it. */
function filter(text: string, compile: (text: string) => unknown): void {
  try {
    compile(text)
  } catch (error) {
    if (error instanceof FilterError && (error.position < 0 || error.position > text.length))
      throw new Error(`the fault is said to be at character ${error.position}`, { cause: error })
    throw error
  }
}

export const TEXTS: readonly Target[] = [
  decoder({
    name: 'filter of peers',
    inputs: textLike(FILTERS, FILTER_WORDS),
    decode: (text) => filter(text, (one) => parseFilter(one, PEER_FIELDS)),
  }),
  decoder({
    name: 'filter of events',
    inputs: textLike(['kind:PeerDeparted reason:purged', ...FILTERS], FILTER_WORDS),
    decode: (text) => filter(text, (one) => parseFilter(one, EVENT_FIELDS)),
  }),
  decoder({
    name: 'peer id',
    inputs: textLike([PEER], ['12D3Koo', '1', 'Qm', 'z', '0']),
    decode: parsePeerId,
    encode: (peerId) => peerIdOf(publicKeyOf(peerId)),
  }),
  decoder({
    name: 'network name',
    inputs: textLike(['demo', 'a'.repeat(64)], ['0x', 'f', ' ']),
    decode: (text) => void networkIdFrom(text),
  }),
  decoder({ name: 'dial address', inputs: textLike(ADDRESSES, ADDRESSES.join('/').split('/')), decode: parseTarget }),
  decoder({
    name: 'listen address',
    inputs: textLike(ADDRESSES, ADDRESSES.join('/').split('/')),
    decode: parseListenAddress,
  }),
  decoder({
    name: 'time',
    inputs: textLike(
      ['2026-11-23', '2026-11-23 10:00', '2026-11-23T10:00:07.123+01:00', '@1795882164.634', '1795882164634', '2h ago'],
      ['2026', '-02-30', 'T', ':', '60', 'Z', '+', '-', '.', '@', '9'],
    ),
    decode: (text) => {
      const { from, to } = parseMoment(text, 1_795_882_164_634)
      if (!(from <= to) || parseTime(formatLocal(from)).from !== from) throw new Error(`a span from ${from} to ${to}`)
    },
  }),
  decoder({
    name: 'duration',
    inputs: textLike(['45s', '500ms', '1.5h', '2d'], ['1', '0', '.', '-', 'e9', 'ms', 's', 'm', 'h', 'd']),
    decode: (text) => {
      const ms = parseDuration(text)
      if (!Number.isNaN(ms) && ms < 0) throw new Error(`a duration of ${ms} ms`)
    },
  }),
  decoder({
    name: 'message of a page',
    inputs: textLike(REQUESTS, ['{', '}', '"i"', ':', '"t"', '3', ',', '"p"', '[', ']', 'null']),
    decode: isRequestMessage,
  }),
]
