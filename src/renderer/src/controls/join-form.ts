import { isPeerId } from '../../../shared/ids.ts'
import type { NetworkKind } from '../../../shared/network-kind.ts'
import { strings } from '../ui/strings.ts'
import { readMosaikAddress } from './mosaik-form.ts'

/** Addresses that are sent at most in one call. */
const ADDRESSES_MAX = 1000
const TAGS_MAX = 64
const TAG_BYTES_MAX = 64

/** A list of addresses, or what is wrong with the text at its field. */
export type AddressList =
  { readonly ok: true; readonly addresses: readonly string[] } | { readonly ok: false; readonly error: string }

/** One line as the engine takes it, or what is wrong with it. */
export type AddressLine = { readonly address: string } | { readonly error: string }

const READERS: Readonly<Record<NetworkKind, (line: string, number: number) => AddressLine>> = {
  peerscope: readAddress,
  mosaik: readMosaikAddress,
}

/** Reads addresses, one a line; empty lines are skipped. Main has the last word: this finds what is plainly wrong. */
export function parseAddresses(text: string, kind: NetworkKind = 'peerscope'): AddressList {
  const addresses: string[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '') continue
    const read = READERS[kind](line, index + 1)
    if ('error' in read) return { ok: false, error: read.error }
    addresses.push(read.address)
  }
  if (addresses.length > ADDRESSES_MAX) return { ok: false, error: strings.field.tooMany(ADDRESSES_MAX) }
  return { ok: true, addresses: [...new Set(addresses)] }
}

const PORT = /^\d{1,5}$/
const HOSTS: Readonly<Record<string, RegExp>> = {
  ip4: /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/,
  ip6: /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/,
  dns: /^[^\s/]+$/,
  dns4: /^[^\s/]+$/,
  dns6: /^[^\s/]+$/,
  dnsaddr: /^[^\s/]+$/,
}

function readAddress(text: string, line: number): AddressLine {
  const error = addressError(text, line)
  return error === null ? { address: text } : { error }
}

/** What is wrong with one address, or null. `line` counts from 1. */
function addressError(text: string, line: number): string | null {
  const [empty, kind = '', host = '', ...rest] = text.split('/')
  const hostRule = HOSTS[kind]
  if (empty !== '' || hostRule === undefined || text.length > 1024)
    return strings.field.address(line, text.slice(0, 80))
  if (!hostRule.test(host)) return strings.field.host(line, host)
  const transport = rest[0]
  if (kind !== 'dnsaddr' && transport !== 'tcp' && transport !== 'udp') return strings.field.address(line, text)
  if ((transport === 'tcp' || transport === 'udp') && !(PORT.test(rest[1] ?? '') && Number(rest[1]) <= 65_535)) {
    return strings.field.port(line)
  }
  const p2p = rest.indexOf('p2p')
  if (p2p >= 0 && !isPeerId(rest[p2p + 1] ?? '')) return strings.field.peerId(line)
  return null
}

/** What is wrong with a list of tags, or null. */
export function tagsError(tags: readonly string[]): string | null {
  if (tags.length > TAGS_MAX) return strings.field.tagsMany
  const long = tags.find((tag) => new TextEncoder().encode(tag).length > TAG_BYTES_MAX)
  return long === undefined ? null : strings.field.tagLong(long)
}
