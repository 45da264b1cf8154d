/** Bytes as an attacker writes them: no encoder stands between. */
import { randomBytes } from 'node:crypto'
import { concat, fromString } from 'uint8arrays'

/** A number as protobuf and length prefixes write it. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  return Uint8Array.from([...bytes, rest])
}

/** One field of bytes of a protobuf message. */
export function field(number: number, bytes: Uint8Array): Uint8Array {
  return concat([varint(number * 8 + 2), varint(bytes.length), bytes])
}

export function lengthPrefixed(message: Uint8Array): Uint8Array {
  return concat([varint(message.length), message])
}

/** A frame of gossipsub with one message. */
export function meshFrame(topic: string, data: Uint8Array): Uint8Array {
  return field(2, concat([field(2, data), field(4, fromString(topic))]))
}

/** A frame that joins a topic. */
export function subscription(topic: string): Uint8Array {
  return field(1, concat([Uint8Array.of(8, 1), field(2, fromString(topic))]))
}

/** So many groups, each in the one before: decoders that descend run out of stack. */
export function nestedGroups(depth: number): Uint8Array {
  return new Uint8Array(depth).fill(0x0b)
}

/** A message within a message, and so on, of the first field, to at most so many bytes. */
export function nestedMessages(bytes: number): Uint8Array {
  const heads: Uint8Array[] = []
  let size = 0
  for (
    let head = Uint8Array.of(0x0a, 0);
    size + head.length <= bytes;
    head = concat([Uint8Array.of(0x0a), varint(size)])
  ) {
    heads.push(head)
    size += head.length
  }
  return concat(heads.toReversed())
}

/** Random bytes. */
export function noiseBytes(length: number): Uint8Array {
  return new Uint8Array(randomBytes(length))
}
