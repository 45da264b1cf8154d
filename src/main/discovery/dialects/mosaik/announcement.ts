/** What mosaik nodes tell all others by gossip (rule MO8): their entry, and that they leave. */
import { InvalidArgument, LimitExceeded, MalformedMessage } from '../../../../shared/errors.ts'
import type { NetworkId } from '../../../../shared/ids.ts'
import { KEY_BYTES, peerIdOf, publicKeyOf } from '../../../../shared/ids.ts'
import { PostcardReader, PostcardWriter } from '../../../../shared/postcard.ts'
import { formatUtc, parseTime, TimeError } from '../../../../shared/time.ts'
import { blake3 } from '../../../blake3.ts'
import type { Departure, Heard } from '../../announce/heard.ts'
import type { SignedPeerEntry } from '../../entry/entry.ts'
import { SIGNATURE_BYTES } from '../../entry/entry.ts'
import type { Signatures } from '../../ports.ts'
import { isTime, readVersion } from './entry.ts'
import { isForeign } from './layout.ts'
import { MOSAIK_GOSSIP_BYTES, TIMESTAMP_BYTES } from './limits.ts'
import { readSigned } from './signed-entry.ts'

const OWN_ENTRY = 0
const DEPARTURE = 1
const KINDS = 2

/** As RFC 3339 writes a time: `2026-11-28T17:29:38.571000618Z`. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

/** The content has no place for what would tell two broadcasts of one version apart. */
export function encodeAnnouncement({ bytes, signature }: SignedPeerEntry): Uint8Array {
  return new PostcardWriter().variant(OWN_ENTRY).fixed(bytes).fixed(signature).finish()
}

/** @throws InvalidArgument for times that cannot be written */
export function encodeDeparture(
  departure: Departure,
  secret: Uint8Array,
  signatures: Pick<Signatures, 'sign'>,
): Uint8Array {
  const { peerId, lastVersion, timestamp } = departure
  if (![lastVersion.startedAt, lastVersion.updatedAt, timestamp].every(isTime))
    throw new InvalidArgument('a goodbye has times that are not whole milliseconds')
  return new PostcardWriter()
    .variant(DEPARTURE)
    .fixed(publicKeyOf(peerId))
    .i64(BigInt(lastVersion.startedAt))
    .i64(BigInt(lastVersion.updatedAt))
    .text(formatUtc(timestamp))
    .fixed(signatures.sign(secret, departureMessage(departure)))
    .finish()
}

/**
 * @param networkId a goodbye does not name its network: it is of the topic's
 * @throws LimitExceeded, MalformedMessage
 */
export function decodeGossip(message: Uint8Array, networkId: NetworkId): Heard {
  if (message.length > MOSAIK_GOSSIP_BYTES)
    throw new LimitExceeded('bytes a message', MOSAIK_GOSSIP_BYTES, message.length)
  try {
    const reader = new PostcardReader(message)
    return reader.variant(KINDS, 'kind of announcement') === OWN_ENTRY
      ? { kind: 'entry', entry: readSigned(message.subarray(reader.offset)) }
      : readDeparture(reader, networkId)
  } catch (error) {
    // Rule MO12: what others keep is theirs to pass on.
    if (isForeign(error)) return { kind: 'foreign', error }
    throw error
  }
}

function readDeparture(reader: PostcardReader, networkId: NetworkId): Heard {
  const publicKey = Uint8Array.from(reader.fixed(KEY_BYTES))
  const lastVersion = readVersion(reader)
  const timestamp = timeOf(reader.text(TIMESTAMP_BYTES, 'bytes a time'))
  const signature = Uint8Array.from(reader.fixed(SIGNATURE_BYTES))
  const departure = { peerId: peerIdOf(publicKey), networkId, lastVersion, timestamp }
  return { kind: 'departure', departure, claim: { publicKey, message: departureMessage(departure), signature } }
}

/** The message that is signed: `BLAKE3(key ‖ startedAt ‖ updatedAt ‖ timestamp)`, times as eight bytes, big-endian. */
function departureMessage({ peerId, lastVersion, timestamp }: Departure): Uint8Array {
  const signed = new Uint8Array(KEY_BYTES + 24)
  signed.set(publicKeyOf(peerId))
  const view = new DataView(signed.buffer)
  for (const [index, time] of [lastVersion.startedAt, lastVersion.updatedAt, timestamp].entries())
    view.setBigInt64(KEY_BYTES + 8 * index, BigInt(time))
  return blake3(signed)
}

/** Whole milliseconds of a time in RFC 3339; what is finer is cut off. @throws MalformedMessage */
function timeOf(text: string): number {
  const time = TIME.test(text) ? parsed(text) : Number.NaN
  if (!isTime(time)) throw new MalformedMessage('the time of a goodbye is not a time')
  return time
}

function parsed(text: string): number {
  try {
    return parseTime(text).from
  } catch (error) {
    if (error instanceof TimeError) return Number.NaN
    throw error
  }
}
