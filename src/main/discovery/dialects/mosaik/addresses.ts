/** The addresses of an entry (rule MO5). */
import { InvalidArgument, LimitExceeded, MalformedMessage } from '../../../../shared/errors.ts'
import { atMost } from '../../base/at-most.ts'
import type { IrohAddress } from '../../../../shared/iroh-address.ts'
import {
  compareIrohAddresses,
  CUSTOM_INLINE_BYTES,
  irohAddressOf,
  plainUrlOf,
  textOfIrohAddress,
} from '../../../../shared/iroh-address.ts'
import type { PostcardReader, PostcardWriter } from '../../../../shared/postcard.ts'
import { fromString, toString } from 'uint8arrays'
import { compareText } from '../../entry/sets.ts'
import type { Layout } from './layout.ts'
import { ForeignEntry } from './layout.ts'
import { MOSAIK_ENTRY_LIMITS as LIMITS } from './limits.ts'

/**
 * Texts of the addresses, sorted as texts.
 * @throws LimitExceeded, MalformedMessage, ForeignEntry
 */
export function readAddresses(reader: PostcardReader, layout: Layout): readonly string[] {
  const texts: string[] = []
  let before: IrohAddress | null = null
  for (let left = reader.count(LIMITS.addresses, 'addresses'); left > 0; left -= 1) {
    const address = readAddress(reader, layout)
    if (before !== null && compareIrohAddresses(before, address) >= 0)
      throw new MalformedMessage('the addresses of an entry are not sorted and without duplicates')
    before = address
    texts.push(textOfIrohAddress(address))
  }
  return texts.sort(compareText)
}

/** @throws LimitExceeded, InvalidArgument for a text that is not that of an address of these networks */
export function writeAddresses(writer: PostcardWriter, texts: readonly string[], layout: Layout): void {
  if (texts.length > LIMITS.addresses) throw new LimitExceeded('addresses', LIMITS.addresses, texts.length)
  const addresses = texts.map((text) => {
    const address = irohAddressOf(text)
    if (address === null) throw new InvalidArgument('an address of an entry is not one of an iroh network')
    return address
  })
  writer.list(addresses.sort(compareIrohAddresses), (_, address) => writeAddress(writer, address, layout))
}

function readAddress(reader: PostcardReader, layout: Layout): IrohAddress {
  switch (reader.variant(3, 'kind of address')) {
    case 0: {
      const url = reader.text(LIMITS.relayUrlBytes, 'bytes a relay URL')
      if (plainUrlOf(url) === null) throw notPlain(url)
      return { kind: 'relay', url }
    }
    case 1: {
      const bytes = reader.fixed(reader.variant(2, 'kind of IP address') === 0 ? 4 : 16)
      return { kind: 'ip', bytes: [...bytes], port: reader.u16() }
    }
    default:
      return { kind: 'custom', id: reader.u64(), data: toString(readData(reader, layout), 'hex') }
  }
}

/**
 * Of a URL that is not plain (names in other scripts, escapes) one version of mosaik may find that it is in its normal form and
 * another not; and one entry that a peer refuses makes it refuse our whole catalog (rule MO12).
 */
function notPlain(url: string): MalformedMessage {
  if (!URL.canParse(url) || new URL(url).href !== url)
    return new MalformedMessage('the URL of a relay is not in its normal form')
  return new ForeignEntry('the URL of a relay has more in it than a host, a port and a path')
}

function readData(reader: PostcardReader, layout: Layout): Uint8Array {
  if (!layout.customEnum) return reader.bytes(LIMITS.customAddressBytes, 'bytes a custom address')
  if (reader.variant(2, 'kind of data') === 1) {
    const data = reader.bytes(LIMITS.customAddressBytes, 'bytes a custom address')
    if (data.length <= CUSTOM_INLINE_BYTES) throw new MalformedMessage('the data of a custom address belongs inline')
    return data
  }
  const length = reader.u8()
  const room = reader.fixed(CUSTOM_INLINE_BYTES)
  if (length > CUSTOM_INLINE_BYTES || room.subarray(length).some((byte) => byte !== 0))
    throw new MalformedMessage('the data of a custom address is longer than its room, or not padded with zeros')
  return room.subarray(0, length)
}

function writeAddress(writer: PostcardWriter, address: IrohAddress, layout: Layout): void {
  switch (address.kind) {
    case 'relay':
      atMost('bytes a relay URL', LIMITS.relayUrlBytes, address.url.length)
      writer.variant(0).text(address.url)
      break
    case 'ip':
      writer
        .variant(1)
        .variant(address.bytes.length === 4 ? 0 : 1)
        .fixed(Uint8Array.from(address.bytes))
        .u16(address.port)
      break
    case 'custom':
      writer.variant(2).u64(address.id)
      writeData(writer, fromString(address.data, 'hex'), layout)
  }
}

function writeData(writer: PostcardWriter, data: Uint8Array, layout: Layout): void {
  atMost('bytes a custom address', LIMITS.customAddressBytes, data.length)
  if (!layout.customEnum) writer.bytes(data)
  else if (data.length > CUSTOM_INLINE_BYTES) writer.variant(1).bytes(data)
  else {
    const room = new Uint8Array(CUSTOM_INLINE_BYTES)
    room.set(data)
    writer.variant(0).u8(data.length).fixed(room)
  }
}
