/** Pings (rule MO7): the request is empty, the answer is one signed entry. */
import type { SignedPeerEntry, UnverifiedEntry } from '../../entry/entry.ts'
import { joinSigned, readSigned } from './signed-entry.ts'

export function encodePing(): Uint8Array {
  return new Uint8Array()
}

/** Nothing is read of a request: as mosaik does, bytes that are left over are taken (rule MO9). */
export function checkPing(_message: Uint8Array): void {
  // There is nothing in it.
}

export function encodePong(signed: SignedPeerEntry): Uint8Array {
  return joinSigned(signed)
}

/** @throws LimitExceeded, MalformedMessage */
export function decodePong(message: Uint8Array): UnverifiedEntry {
  return readSigned(message)
}
