/** Pings (rule MO7): the request is empty, the answer is one signed entry. */
import { MalformedMessage } from '../../../../shared/errors.ts'
import type { SignedPeerEntry, UnverifiedEntry } from '../../entry/entry.ts'
import { joinSigned, readSigned } from './signed-entry.ts'

export function encodePing(): Uint8Array {
  return new Uint8Array()
}

/** @throws MalformedMessage for a request with anything in it */
export function checkPing(message: Uint8Array): void {
  if (message.length > 0)
    throw new MalformedMessage(`the request of a ping is empty, and this one has ${message.length} bytes`)
}

export function encodePong(signed: SignedPeerEntry): Uint8Array {
  return joinSigned(signed)
}

/** @throws LimitExceeded, MalformedMessage */
export function decodePong(message: Uint8Array): UnverifiedEntry {
  return readSigned(message)
}
