/** Who holds a slot of a mosaik network's chain in the DHT, and where (rule DH8). */
import { fromString } from 'uint8arrays'
import { peerIdOf } from '../../../../shared/ids.ts'
import { irohAddressOf, textOfIrohAddress } from '../../../../shared/iroh-address.ts'
import { parseSocket } from '../../../../shared/ip.ts'
import type { DhtRecord } from '../../dht/record.ts'
import { decodeMosaikRecord } from '../../dht/record.ts'

/** The record with addresses as entries have them. What is none is left out. @throws MalformedMessage */
export function decodeHolder(publicKey: Uint8Array, value: Uint8Array): DhtRecord {
  const { holder, addresses } = decodeMosaikRecord(publicKey, value)
  return {
    holder: peerIdOf(fromString(holder, 'base58btc')),
    addresses: addresses.map((text) => socketOf(text) ?? relayOf(text)).filter((address) => address !== null),
  }
}

function socketOf(text: string): string | null {
  const socket = parseSocket(text)
  return socket === null ? null : textOfIrohAddress({ kind: 'ip', ...socket })
}

function relayOf(url: string): string | null {
  const text = textOfIrohAddress({ kind: 'relay', url })
  return irohAddressOf(text) === null ? null : text
}
