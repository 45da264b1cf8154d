/** Records of slots in the DHT, as nodes of this kind of network write them. */
import { encode } from 'dns-packet'
import { toString } from 'uint8arrays'
import { encodeRecord } from '../../../src/main/discovery/dht/record.ts'
import { z32 } from '../../../src/main/discovery/dht/z32.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { publicKeyOf } from '../../../src/shared/ids.ts'
import { dialect } from './dialect.ts'

/** An authoritative answer, as pkarr writes it. */
const FLAGS = 0x400

/** That the peer holds the slot with this key, and is reached at this IPv4 address. */
export function slotRecord(publicKey: Uint8Array, holder: PeerId, ip: string): Uint8Array {
  if (dialect.kind === 'peerscope') return encodeRecord(publicKey, { holder, addresses: [`/ip4/${ip}/tcp/1`] }).value
  const texts = [
    ['_id', toString(publicKeyOf(holder), 'base58btc')],
    ['_ip', `${ip}:1`],
  ] as const
  const answers = texts.map(([name, data]) => ({
    type: 'TXT' as const,
    class: 'IN' as const,
    ttl: 600,
    name: `${name}.${z32(publicKey)}`,
    data,
  }))
  return Uint8Array.from(encode({ id: 0, type: 'response', flags: FLAGS, answers }))
}
