/** Rule DH2: what stands in a slot, a pkarr packet. Its signature and sequence number are the DHT item's. */
import { decode, encode } from 'dns-packet'
import type { Packet, TxtAnswer } from 'dns-packet'
import { fromString } from 'uint8arrays'
import { MalformedMessage } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { isPeerId, KEY_BYTES } from '../../../shared/ids.ts'
import { ENTRY_LIMITS } from '../limits.ts'
import { z32 } from './z32.ts'

/** Seconds for which resolvers may keep a record. */
export const RECORD_TTL_S = 600
/** BEP 44 allows 1000 bytes of a bencoded value; the length before it takes four. */
export const MAX_RECORD_BYTES = 995
/** Longest DNS character string; longer addresses stay out. */
const MAX_STRING = 255
/** A DNS header's flags that make it an authoritative answer, as pkarr in Rust writes it. */
const AUTHORITATIVE = 0x400

/** What a record says. */
export interface DhtRecord<Holder extends string = PeerId> {
  readonly holder: Holder
  readonly addresses: readonly string[]
}

/** A record as it goes into the DHT, with the addresses that found room in it. */
export interface EncodedRecord {
  readonly value: Uint8Array
  readonly addresses: readonly string[]
}

/** Encodes our record. Of the addresses, best first, what does not fit stays out. */
export function encodeRecord(publicKey: Uint8Array, record: DhtRecord): EncodedRecord {
  const origin = z32(publicKey)
  const answers: TxtAnswer[] = [txt('_id', origin, record.holder)]
  const addresses: string[] = []
  let value = encodeAnswers(answers)
  for (const address of record.addresses) {
    if (address.length > MAX_STRING) continue
    const longer = encodeAnswers([...answers, txt('_a', origin, address)])
    if (longer.length > MAX_RECORD_BYTES) continue
    answers.push(txt('_a', origin, address))
    addresses.push(address)
    value = longer
  }
  return { value, addresses }
}

/**
 * Reads a record of our chain.
 * @throws MalformedMessage
 */
export function decodeRecord(publicKey: Uint8Array, value: Uint8Array): DhtRecord {
  const texts = textsOf(publicKey, value)
  const holder = texts.get('_id')?.[0]
  if (holder === undefined || !isPeerId(holder)) throw new MalformedMessage('the record names no peer')
  const addresses = (texts.get('_a') ?? []).filter((address) => /^\/[\x21-\x7e]+$/.test(address))
  return { holder, addresses: addresses.slice(0, ENTRY_LIMITS.addresses) }
}

/**
 * Reads a record of a mosaik network's chain: `_id` with the base58 key, `_ip` socket addresses, `_r` relay URLs.
 * @throws MalformedMessage
 */
export function decodeMosaikRecord(publicKey: Uint8Array, value: Uint8Array): DhtRecord<string> {
  const texts = textsOf(publicKey, value)
  const holder = texts.get('_id')?.[0] ?? ''
  if (!isBase58Key(holder)) throw new MalformedMessage('the record names no peer')
  const addresses = [...(texts.get('_ip') ?? []), ...(texts.get('_r') ?? [])].filter((one) =>
    /^[\x21-\x7e]+$/.test(one),
  )
  return { holder, addresses: addresses.slice(0, ENTRY_LIMITS.addresses) }
}

function txt(name: string, origin: string, text: string): TxtAnswer {
  return { type: 'TXT', class: 'IN', ttl: RECORD_TTL_S, name: `${name}.${origin}`, data: text }
}

function encodeAnswers(answers: readonly TxtAnswer[]): Uint8Array {
  return Uint8Array.from(encode({ id: 0, type: 'response', flags: AUTHORITATIVE, answers: [...answers] }))
}

/** The texts of a packet's TXT records by name, without the key that all names end with. */
function textsOf(publicKey: Uint8Array, value: Uint8Array): ReadonlyMap<string, readonly string[]> {
  const suffix = `.${z32(publicKey)}`
  const texts = new Map<string, string[]>()
  for (const answer of answersOf(value)) {
    if (answer.type !== 'TXT') continue
    const name = answer.name.endsWith(suffix) ? answer.name.slice(0, -suffix.length) : answer.name
    texts.set(name, [...(texts.get(name) ?? []), textOf(answer.data)])
  }
  return texts
}

function answersOf(value: Uint8Array): NonNullable<Packet['answers']> {
  try {
    return decode(Buffer.from(value)).answers ?? []
  } catch (error) {
    throw new MalformedMessage('the record is no DNS packet', { cause: error })
  }
}

/** The character strings of a TXT record as one text. */
function textOf(data: TxtAnswer['data']): string {
  return (Array.isArray(data) ? data : [data]).map((part) => part.toString()).join('')
}

function isBase58Key(text: string): boolean {
  try {
    return text.length <= 64 && fromString(text, 'base58btc').length === KEY_BYTES
  } catch {
    return false
  }
}
