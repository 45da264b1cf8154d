/** What both sides of a reconciling sync share. */
import { LimitExceeded, MalformedMessage, SyncFailed } from '../../../../../shared/errors.ts'
import type { PeerId } from '../../../../../shared/ids.ts'
import { KEY_BYTES, peerIdOf } from '../../../../../shared/ids.ts'
import type { IndexItem } from '../../../sync/reconcile.ts'
import { RECONCILE_BOUNDS } from './bounds.ts'

/** Counts a sync's messages and bytes in both directions, against its budget (rule SY4). */
export class SyncMeter {
  bytes = 0
  #messages = 0

  /** @throws LimitExceeded */
  count(message: Uint8Array): Uint8Array {
    this.bytes += message.length
    this.#messages += 1
    if (this.bytes > RECONCILE_BOUNDS.bytes) throw new LimitExceeded('bytes a sync', RECONCILE_BOUNDS.bytes)
    if (this.#messages > 2 * RECONCILE_BOUNDS.requests)
      throw new LimitExceeded('requests a sync', RECONCILE_BOUNDS.requests)
    return message
  }
}

/** The other side answers or asks for what it was not asked for or offered. */
export function unasked(): SyncFailed {
  return new SyncFailed('the peer sent what was not asked for')
}

/** A peer by its key, as it came. @throws MalformedMessage */
export function peerOf(publicKey: Uint8Array): PeerId {
  if (publicKey.length !== KEY_BYTES) throw new MalformedMessage(`a public key in a sync has not ${KEY_BYTES} bytes`)
  return peerIdOf(publicKey)
}

/** An item of the wire, checked. */
export function itemOf(item: { publicKey: Uint8Array; startedAt: number; updatedAt: number }): IndexItem {
  return { peerId: peerOf(item.publicKey), version: { startedAt: item.startedAt, updatedAt: item.updatedAt } }
}
