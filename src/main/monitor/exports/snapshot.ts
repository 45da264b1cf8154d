/**
 * Signed snapshots (`.peerscope`): gzip of lines of JSON, and a sum of the file. The first line says what it is, each
 * further one holds a peer with the exact bytes that it signed, the last one our node's signature over all before it
 * (docs/snapshot.md).
 */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { blake3 } from '@noble/hashes/blake3.js'
import { fromString, toString } from 'uint8arrays'
import { z } from 'zod'
import type { NetworkRef } from '../../../shared/contract.ts'
import { MalformedMessage } from '../../../shared/errors.ts'
import type { NetworkId, PeerId } from '../../../shared/ids.ts'
import { isPeerId, peerIdOf, publicKeyOf } from '../../../shared/ids.ts'
import { NETWORK_KINDS } from '../../../shared/network-kind.ts'
import type { Source } from '../../../shared/peer.ts'
import type { MomentSpan } from '../../../shared/reports.ts'
import type { Signatures } from '../../discovery/ports.ts'
import { turn } from '../turns.ts'
import type { PeerRecord } from './records.ts'

/** Versions of the format: of snapshots, and of shared moments. Readers refuse a later one. */
const SNAPSHOT_VERSION = 1
export const MOMENT_VERSION = 2
/** Keeps this signature from serving as one for another kind of message (rule EN4). */
const CONTEXT = 'peerscope/snapshot/1\0'
/** Hex digits of a line's sum. */
const SUM_DIGITS = 16
/** What stands before the file's own SHA-256, in hex, and a line's end. A gzip stream alone has bits that nothing checks. */
export const FILE_SUM = '\npeerscope-sha256:'
/** Bytes of the file's sum. */
export const FILE_SUM_BYTES = FILE_SUM.length + 64 + 1
/** Lines of one part. */
const PAGE = 200

/** What the first line says. Times are milliseconds since the epoch. */
export interface SnapshotHead {
  readonly format: 'peerscope-snapshot'
  readonly formatVersion: number
  readonly network: NetworkRef
  readonly createdAt: number
  /** Who made it, and signed the last line. */
  readonly by: PeerId
  /** The filter that chose the peers; empty for all. */
  readonly filter: string
  readonly peers: number
  /** In a shared moment. */
  readonly moment?: MomentSpan | undefined
}

/** One peer's line. */
export interface SnapshotPeer {
  readonly peerId: PeerId
  readonly state: string
  readonly source: Source
  readonly firstSeen: number
  readonly lastSeen: number
  readonly rttMs: number | null
  /** Base64; null for an entry that was typed in, which nobody signed. */
  readonly entry: string | null
  readonly signature: string | null
}

const hexId = z.custom<NetworkId>((value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value))
const peerId = z.custom<PeerId>((value) => typeof value === 'string' && isPeerId(value))

/** The first line's schema. */
export const headSchema = z.object({
  format: z.literal('peerscope-snapshot'),
  formatVersion: z.number().int(),
  // Files of earlier versions tell no kind.
  network: z.object({
    kind: z.enum(NETWORK_KINDS).default('peerscope'),
    id: hexId,
    name: z.string().max(4096).nullable(),
  }),
  createdAt: z.number(),
  by: peerId,
  filter: z.string(),
  peers: z.number().int().nonnegative(),
  moment: z
    .object({ asOf: z.number(), from: z.number(), to: z.number(), seq: z.number().int().nonnegative().optional() })
    .optional(),
})

/** A peer's line. */
export const peerSchema = z.object({
  peerId,
  state: z.string().max(20),
  source: z.enum(['gossip', 'sync', 'ping', 'dht', 'manual', 'self']),
  firstSeen: z.number(),
  lastSeen: z.number(),
  rttMs: z.number().nullable(),
  entry: z.base64().nullable(),
  signature: z.base64().nullable(),
})

/** The last line. */
export const sealSchema = z.object({ seal: z.base64() })

/** What a snapshot is made with. */
export interface SnapshotMaker {
  readonly network: NetworkRef
  readonly secret: Uint8Array
  readonly signatures: Signatures
  readonly now: number
  readonly filter: string
}

/** What a shared moment has beside its peers. */
export interface Played {
  readonly moment: MomentSpan
  /** Its lines, without their sums. */
  readonly lines: AsyncIterable<string>
}

/** The lines of a snapshot, in parts; to be compressed by gzip. */
export function* snapshotText(maker: SnapshotMaker, peers: readonly PeerRecord[]): Generator<string> {
  const seal = new Seal()
  yield* peersText(maker, peers, null, seal)
  yield sealLine(maker, seal)
}

/** The same of a shared moment; in turns. */
export async function* momentText(
  maker: SnapshotMaker,
  peers: readonly PeerRecord[],
  { moment, lines }: Played,
): AsyncGenerator<string> {
  const seal = new Seal()
  for (const part of peersText(maker, peers, moment, seal)) {
    yield part
    await turn()
  }
  for await (const line of lines) {
    yield seal.add(summed(line))
    await turn()
  }
  yield sealLine(maker, seal)
}

function* peersText(
  maker: SnapshotMaker,
  peers: readonly PeerRecord[],
  moment: MomentSpan | null,
  seal: Seal,
): Generator<string> {
  const head: SnapshotHead = {
    format: 'peerscope-snapshot',
    formatVersion: moment === null ? SNAPSHOT_VERSION : MOMENT_VERSION,
    network: maker.network,
    createdAt: Math.floor(maker.now),
    by: peerIdOf(maker.signatures.publicKey(maker.secret)),
    filter: maker.filter,
    peers: peers.length,
    ...(moment === null ? {} : { moment }),
  }
  yield seal.add(summed(JSON.stringify(head)))
  for (let from = 0; from < peers.length; from += PAGE) {
    yield peers
      .slice(from, from + PAGE)
      .map((peer) => seal.add(summed(JSON.stringify(lineOf(peer)))))
      .join('')
  }
}

function sealLine({ secret, signatures }: SnapshotMaker, seal: Seal): string {
  return `${JSON.stringify({ seal: toString(signatures.sign(secret, seal.message()), 'base64pad') })}\n`
}

/** A snapshot as a file: its text compressed, and the sum of that at the end. */
export async function* snapshotFile(text: Iterable<string> | AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  const compressed = Readable.from(text, { objectMode: true }).pipe(createGzip())
  for await (const chunk of compressed as AsyncIterable<Buffer>) {
    hash.update(chunk)
    yield chunk
  }
  yield fromString(`${FILE_SUM}${hash.digest('hex')}\n`, 'utf8')
}

/** Gathers all lines, and gives the message that the last line signs. */
export class Seal {
  readonly #hash = createHash('sha256')

  /** @returns the line with its end */
  add(line: string): string {
    const whole = `${line}\n`
    this.#hash.update(whole)
    return whole
  }

  message(): Uint8Array {
    const digest = this.#hash.copy().digest()
    return blake3.create().update(fromString(CONTEXT, 'utf8')).update(digest).digest()
  }

  /** Whether the node signed these lines. */
  holds(by: PeerId, signature: Uint8Array, signatures: Signatures): boolean {
    return signatures.verify({ publicKey: publicKeyOf(by), message: this.message(), signature })
  }
}

/**
 * A line's JSON, without its sum: a sum of its own tells which line a damage is in, which the seal cannot.
 * @throws MalformedMessage when it has no sum, or the sum is not that of the line
 */
export function checkedLine(line: string): string {
  const match = /^(\{.*),"sum":"([0-9a-f]{16})"\}$/s.exec(line)
  const [, body, sum] = match ?? []
  if (body === undefined || sum === undefined) throw new MalformedMessage('the line is not whole')
  if (sumOf(body) !== sum) throw new MalformedMessage('the line was changed: its sum does not hold')
  return `${body}}`
}

function summed(json: string): string {
  const body = json.slice(0, -1)
  return `${body},"sum":"${sumOf(body)}"}`
}

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, SUM_DIGITS)
}

function lineOf({ row, proof }: PeerRecord): SnapshotPeer {
  return {
    peerId: row.peerId,
    state: row.state,
    source: row.source,
    firstSeen: row.firstSeen,
    lastSeen: row.lastSeen,
    rttMs: row.rtt?.srtt ?? null,
    entry: proof && toString(proof.entry, 'base64pad'),
    signature: proof && toString(proof.signature, 'base64pad'),
  }
}
