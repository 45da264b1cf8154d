/** What a gossip message says, before any signature is looked at. */
import { LimitExceeded, MalformedMessage } from '../../../shared/errors.ts'
import type { UnverifiedEntry } from '../entry/entry.ts'
import { parseSignedEntry } from '../entry/entry.ts'
import { GOSSIP_MESSAGE_BYTES } from '../protocols.ts'
import { decodeMessage } from '../wire/decode.ts'
import { GossipMessage } from '../wire/generated/discovery.js'
import type { ParsedDeparture } from './departure.ts'
import { parseDeparture } from './departure.ts'

/** A message that was decoded and is within all limits. */
export type Heard =
  | { readonly kind: 'entry'; readonly entry: UnverifiedEntry }
  | {
      readonly kind: 'departure'
      readonly departure: ParsedDeparture
      /** What was signed, and the signature that is claimed for it. */
      readonly bytes: Uint8Array
      readonly signature: Uint8Array
    }

/** Decodes a message. The simulator shares the work among its nodes; nothing else replaces `decodeGossip`. */
export type GossipDecoder = (message: Uint8Array) => Heard

/** @throws LimitExceeded, MalformedMessage, BadSignature where a signature has not the length of one */
export function decodeGossip(message: Uint8Array): Heard {
  if (message.length > GOSSIP_MESSAGE_BYTES)
    throw new LimitExceeded('bytes a message', GOSSIP_MESSAGE_BYTES, message.length)
  const { entry, departure } = decodeMessage(GossipMessage, message)
  if (entry !== undefined) return { kind: 'entry', entry: parseSignedEntry(entry.entry, entry.signature) }
  if (departure === undefined) throw new MalformedMessage('an empty message')
  const { departure: bytes, signature } = departure
  return { kind: 'departure', departure: parseDeparture(bytes, signature), bytes, signature }
}
