/** Entries of mosaik networks for tests, and the recorded bytes of real mosaik nodes (test/vectors/mosaik). */
import { readFileSync } from 'node:fs'
import type { Dialect } from '../../../src/main/discovery/dialect.ts'
import { mosaikEntries } from '../../../src/main/discovery/dialects/mosaik/entry.ts'
import { joinSigned } from '../../../src/main/discovery/dialects/mosaik/signed-entry.ts'
import type { SignedPeerEntry, UnverifiedEntry } from '../../../src/main/discovery/entry/entry.ts'
import { signEntry, verifyEntry } from '../../../src/main/discovery/entry/entry.ts'
import { sortedSet } from '../../../src/main/discovery/entry/sets.ts'
import type { Exchange, ExchangeInput } from '../../../src/main/discovery/exchange/exchange.ts'
import { PeerscopeError } from '../../../src/shared/errors.ts'
import type { IrohAddress } from '../../../src/shared/iroh-address.ts'
import { textOfIrohAddress } from '../../../src/shared/iroh-address.ts'
import { parseIp } from '../../../src/shared/ip.ts'
import type { PeerEntry } from '../../../src/shared/peer.ts'
import { PostcardWriter } from '../../../src/shared/postcard.ts'
import { Bench } from './bench.ts'
import { entryOf, secretOf, signatures } from './entries.ts'

/** Versions of mosaik that were recorded. */
export const RECORDED = ['0.3.13', '0.4.2'] as const
export type Recorded = (typeof RECORDED)[number]

/** An entry as the recorder read it. */
export interface RecordedEntry {
  readonly protocol: string
  readonly network: string
  readonly startedAt: number
  readonly updatedAt: number
  readonly id: string
  readonly addresses: readonly ({ kind: 'relay'; url: string } | { kind: 'ip'; ip: string; port: number })[]
  readonly tags: readonly string[]
  readonly streams: readonly string[]
  readonly functions?: readonly string[]
  readonly groups: readonly string[]
  readonly tickets: readonly { readonly id: string; readonly class: string; readonly data: string }[]
}

/** One recorded thing; which fields it has depends on the file. */
export interface VectorRecord<Decoded> {
  readonly name: string
  readonly hex: string
  readonly decoded: Decoded
  readonly role?: string
  readonly signed?: string
  readonly signature?: string
  readonly digest?: string
  readonly secretKey?: string
  readonly messageId?: string
  readonly timestampMillis?: number
  readonly verified?: boolean | null
  readonly protocol?: string
  readonly outcome?: { readonly answered?: boolean; readonly close?: string; readonly authorListed: boolean }
}

/** The records of a file. */
export function vectorsOf<Decoded>(version: Recorded, file: string): readonly VectorRecord<Decoded>[] {
  const url = new URL(`../../vectors/mosaik/${version}/${file}.json`, import.meta.url)
  return (JSON.parse(readFileSync(url, 'utf8')) as { records: VectorRecord<Decoded>[] }).records
}

export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'))
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

/** The message in a recorded frame, without its length. */
export function messageOf(frame: string): Uint8Array {
  const bytes = bytesOf(frame)
  const length = new DataView(bytes.buffer).getUint32(0)
  if (length !== bytes.length - 4) throw new Error('the frame has another length than it says')
  return bytes.subarray(4)
}

/** What a recorded entry is as one of ours, in plain data. */
export function plainOf(entry: RecordedEntry): unknown {
  const tickets = entry.tickets.map(({ class: of, data }) => `${of} ${data}`)
  return {
    protocolVersion: entry.protocol,
    networkId: entry.network,
    version: { startedAt: entry.startedAt, updatedAt: entry.updatedAt },
    key: entry.id,
    addresses: entry.addresses.map((one) => textOfIrohAddress(addressOf(one))).sort(),
    tags: entry.tags,
    streams: entry.streams,
    functions: entry.functions ?? [],
    groups: entry.groups,
    tickets: tickets.sort(),
  }
}

function addressOf(address: RecordedEntry['addresses'][number]): IrohAddress {
  if (address.kind === 'relay') return address
  const bytes = parseIp(address.ip)
  if (bytes === null) throw new Error(`not an IP address: ${address.ip}`)
  return { kind: 'ip', bytes, port: address.port }
}

/** A named test peer's entry in a mosaik network. */
export function mosaikEntryOf(name: string, changes: Partial<PeerEntry> = {}): PeerEntry {
  return entryOf(name, { protocolVersion: '0.4.2', addresses: ['/ip4/127.0.0.1/udp/4001/quic-v1'], ...changes })
}

/** A named test peer's signed entry in a mosaik network. */
export function mosaikSignedOf(name: string, changes: Partial<PeerEntry> = {}): SignedPeerEntry {
  return signEntry(mosaikEntryOf(name, changes), secretOf(name), signatures, mosaikEntries)
}

/** So many ids, sorted. */
export function someIds(count: number): readonly string[] {
  return sortedSet(Array.from({ length: count }, (_, index) => `${index}`.padStart(64, 'a')))
}

/** The message of a sync with these signed entries, given as bytes or as entries. */
export function catalogMessage(entries: readonly (SignedPeerEntry | Uint8Array)[]): Uint8Array {
  return new PostcardWriter()
    .list(entries, (writer, one) => writer.fixed(one instanceof Uint8Array ? one : joinSigned(one)))
    .finish()
}

/** How an exchange went, one step after the other. */
export interface Played<Result> {
  readonly sent: readonly Uint8Array[]
  /** What it did, by kind. */
  readonly steps: readonly string[]
  readonly outcome: Result | PeerscopeError
}

/** Lets a machine run against a peer that says these things and then ends; what it wants to store is offered to the catalog. */
export function play<Result>(
  exchange: Exchange<Result>,
  messages: readonly Uint8Array[],
  accept: (entries: readonly SignedPeerEntry[]) => number = (entries) => entries.length,
): Played<Result> {
  const waiting = [...messages]
  const sent: Uint8Array[] = []
  const steps: string[] = []
  const next = (): ExchangeInput => {
    const bytes = waiting.shift()
    return bytes === undefined ? { kind: 'ended' } : { kind: 'message', bytes }
  }
  const begun: (readonly UnverifiedEntry[])[] = []
  let input: ExchangeInput = { kind: 'begin' }
  for (;;) {
    const action = exchange.step(input, 0)
    steps.push(action.kind)
    switch (action.kind) {
      case 'send':
        sent.push(action.message)
        input = next()
        break
      case 'sendAhead':
        sent.push(action.message)
        input = { kind: 'resumed' }
        break
      case 'read':
        input = next()
        break
      case 'verify':
        begun.push(action.entries)
        input = { kind: 'verified', entries: (begun.shift() ?? []).map(verified) }
        break
      case 'verifyAhead':
        begun.push(action.entries)
        input = { kind: 'resumed' }
        break
      case 'awaitVerdicts':
        input = { kind: 'verified', entries: (begun.shift() ?? []).map(verified) }
        break
      case 'store':
        input = { kind: 'stored', changed: accept(action.entries) }
        break
      case 'yield':
      case 'expectMany':
      case 'close':
        input = { kind: 'resumed' }
        break
      case 'done':
        if (action.last !== undefined) sent.push(action.last)
        return { sent, steps, outcome: action.result }
      case 'fail':
        return { sent, steps, outcome: action.error }
    }
  }
}

function verified(entry: UnverifiedEntry): SignedPeerEntry | null {
  try {
    return verifyEntry(entry, signatures)
  } catch (error) {
    if (error instanceof PeerscopeError) return null
    throw error
  }
}

/** A core that has joined a mosaik network. */
export function onlineIn(dialect: Dialect): Bench {
  const bench = new Bench({ dialect })
  bench.step({ kind: 'online', addresses: ['/ip4/127.0.0.1/udp/1/quic-v1'] })
  bench.step({ kind: 'joined' })
  bench.take()
  return bench
}
