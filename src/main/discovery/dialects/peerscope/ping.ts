/** Rules PG: the messages of a ping. */
import type { SignedPeerEntry, UnverifiedEntry } from '../../entry/entry.ts'
import { parseWireEntry, wireEntryOf } from './signed-entry.ts'
import { decodeMessage } from './wire/decode.ts'
import { PingAnswer, PingRequest } from './wire/generated/discovery.js'

export function encodePing(): Uint8Array {
  return PingRequest.encode({})
}

/** @throws MalformedMessage */
export function checkPing(message: Uint8Array): void {
  decodeMessage(PingRequest, message)
}

export function encodePong(signed: SignedPeerEntry): Uint8Array {
  return PingAnswer.encode({ entry: wireEntryOf(signed) })
}

/** @throws LimitExceeded, MalformedMessage, BadSignature where the signature has not the length of one */
export function decodePong(message: Uint8Array): UnverifiedEntry {
  return parseWireEntry(decodeMessage(PingAnswer, message).entry)
}
