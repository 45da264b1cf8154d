/** Messages of the gossip topic. */
import { LimitExceeded, MalformedMessage } from '../../../../shared/errors.ts'
import type { Departure, Heard } from '../../announce/heard.ts'
import type { SignedPeerEntry } from '../../entry/entry.ts'
import type { Signatures } from '../../ports.ts'
import { parseDeparture, signDeparture } from './departure.ts'
import { GOSSIP_MESSAGE_BYTES } from './protocols.ts'
import { parseWireEntry, wireEntryOf } from './signed-entry.ts'
import { decodeMessage } from './wire/decode.ts'
import { GossipMessage } from './wire/generated/discovery.js'

/** Rule AN2. `repeat` tells broadcasts of one version apart: the mesh passes on only what it has not seen. */
export function encodeAnnouncement(signed: SignedPeerEntry, repeat: number): Uint8Array {
  return GossipMessage.encode({ entry: wireEntryOf(signed), repeat })
}

/** Rule AN6. */
export function encodeDeparture(
  departure: Departure,
  secret: Uint8Array,
  signatures: Pick<Signatures, 'sign'>,
): Uint8Array {
  return GossipMessage.encode({ departure: signDeparture(departure, secret, signatures), repeat: 0 })
}

/** @throws LimitExceeded, MalformedMessage, BadSignature where a signature has not the length of one */
export function decodeGossip(message: Uint8Array): Heard {
  if (message.length > GOSSIP_MESSAGE_BYTES)
    throw new LimitExceeded('bytes a message', GOSSIP_MESSAGE_BYTES, message.length)
  const { entry, departure } = decodeMessage(GossipMessage, message)
  if (entry !== undefined) return { kind: 'entry', entry: parseWireEntry(entry) }
  if (departure === undefined) throw new MalformedMessage('an empty message')
  return parseDeparture(departure.departure, departure.signature)
}
