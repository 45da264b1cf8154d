/** Reads signed snapshots, from anybody: every size is bounded, every signature checked, every fault named. */
import { stat } from 'node:fs/promises'
import { fromString } from 'uint8arrays'
import { counted } from '../../../shared/counted.ts'
import { Cancelled, InvalidArgument, MalformedMessage, PeerscopeError, StoreFailed } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { peerIdText } from '../../../shared/peer-form.ts'
import type { Rtt, Source } from '../../../shared/peer.ts'
import { dialectOf } from '../../discovery/dialects/dialects.ts'
import { peerscope } from '../../discovery/dialects/peerscope/peerscope.ts'
import type { EntryCodec } from '../../discovery/entry/codec.ts'
import type { UnverifiedEntry } from '../../discovery/entry.ts'
import { parseSignedEntry, verifyEntries } from '../../discovery/entry.ts'
import type { SignedPeerEntry } from '../../discovery/entry.ts'
import type { Signatures } from '../../discovery/ports.ts'
import { turn } from '../turns.ts'
import type { OnStep } from '../work.ts'
import { CountedEvents } from './counted-events.ts'
import type { MomentLine } from './moment-lines.ts'
import { isMomentLine, momentLineFrom } from './moment-lines.ts'
import { headSchema, MOMENT_VERSION, peerSchema, Seal, sealSchema } from './snapshot.ts'
import type { SnapshotHead, SnapshotPeer } from './snapshot.ts'
import { endsAsSnapshot, packedParts } from './snapshot-parts.ts'
import type { SnapshotFault, SnapshotVerdict } from './snapshot-verdict.ts'
export type { SnapshotFault, SnapshotVerdict } from './snapshot-verdict.ts'
import { parsed, parsedJson, peerNamed } from './snapshot-verdict.ts'
import { behind, closerTo, damageMet, smallFrom, unzipped } from './unzip.ts'

/**
 * Longest line, in characters: an entry at its limit as base64, and what stands around it; of a moment some rows, each of them as
 * large as that.
 */
const MAX_LINE = 64 * 1024
const MAX_MOMENT_LINE = 4 * 1024 * 1024
/** Most peers of a snapshot. */
const MAX_PEERS = 1_000_000
/** Largest content, in bytes. */
const MAX_BYTES = 1024 * 1024 * 1024
/** Faults that are listed; the rest is counted. */
const MAX_FAULTS = 100
/** Faults after which reading stops: a small file may hold millions of lines, each of them wrong. */
const FAULTS_AT_END = 10_000
/** Signatures that are checked together. */
const BATCH = 64
/** Lines, and bytes of the content, that are read before others get a turn: a small file may unpack to much. */
const LINES_AT_ONCE = 32
const BYTES_AT_ONCE = 64 * 1024

/** One peer of a snapshot. Times are milliseconds since the epoch. */
export interface SnapshotEntry {
  readonly peerId: PeerId
  readonly state: string
  readonly source: Source
  readonly firstSeen: number
  readonly lastSeen: number
  readonly rtt: Rtt | null
  /** Null for entries that nobody signed, and for those whose signature does not hold. */
  readonly signed: SignedPeerEntry | null
}

/** How a snapshot is read. */
export interface ReadOptions {
  readonly signatures: Signatures
  readonly signal: AbortSignal
  /** Called for each peer whose line is whole, good or not, in the order of the file. */
  readonly onPeer?: (entry: SnapshotEntry) => void
  /** Called for each line of a shared moment that is whole, in the order of the file. */
  readonly onMoment?: (line: MomentLine) => void
  /** Called when some more were checked. */
  readonly onStep?: OnStep
}

/**
 * Reads a snapshot to its end and checks everything in it. What is wrong with it is in the verdict.
 * @throws StoreFailed when the file cannot be read, InvalidArgument when it is no snapshot or of a later version, Cancelled
 */
export async function readSnapshot(source: string | Uint8Array, options: ReadOptions): Promise<SnapshotVerdict> {
  const { signal } = options
  const reader = new SnapshotReader(options)
  let told = false
  // The end of a file whose content is cut off is met twice.
  const wrongSum = (what: string): void => {
    if (!told) reader.fault(null, null, what)
    told = true
  }
  const read = async (parts: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of behind(reader.bytes, unzipped(parts))) {
      signal.throwIfAborted()
      await reader.take(chunk)
    }
    signal.throwIfAborted()
    await reader.end()
  }
  try {
    await mustBeFile(source)
    const damage = await damageMet(() => read(packedParts(source, signal, wrongSum)))
    if (damage !== null) {
      // Read on more closely, so that everything before the damage is read, and the entry that it lies in is named.
      const closer = await closerTo(damage, () => packedParts(source, signal, () => undefined))
      await read(smallFrom(closer, packedParts(source, signal, wrongSum)))
    }
  } catch (error) {
    if (signal.aborted) throw new Cancelled('reading the snapshot was cancelled')
    if (error instanceof ReadEnough) return reader.verdict()
    if (error instanceof LineTooLong && reader.begun) await reader.broken(error.message)
    else if (error instanceof PeerscopeError) throw error
    else {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      const message = error instanceof Error ? error.message : String(error)
      if (/^E[A-Z]+$/.test(code)) throw new StoreFailed(`the snapshot cannot be read: ${message}`, { cause: error })
      // Damaged at its very beginning, or something else altogether: the end tells.
      if (!reader.begun && !(await endsAsSnapshot(source)))
        throw new InvalidArgument(`this is no snapshot of Peerscope (${message})`, { cause: error })
      await reader.broken(`the compressed content is damaged here (${message})`)
    }
  }
  return reader.verdict()
}

interface Waiting {
  readonly line: number
  readonly peer: Omit<SnapshotEntry, 'signed'>
  readonly unverified: UnverifiedEntry | null
}

/** Nothing that is meant has such lines: what was read before counts. */
class LineTooLong extends MalformedMessage {}

/** The verdict is clear: what follows would cost work and tell nothing. */
class ReadEnough extends Error {}

/** A pipe or a device may wait or go on for ever, and can't be read twice. @throws what `stat` throws, InvalidArgument */
async function mustBeFile(source: string | Uint8Array): Promise<void> {
  if (typeof source === 'string' && !(await stat(source)).isFile()) throw new InvalidArgument(`${source} is not a file`)
}

class SnapshotReader {
  readonly #options: ReadOptions
  readonly #decoder = new TextDecoder('utf-8')
  readonly #seal = new Seal()
  readonly #faults: SnapshotFault[] = []
  readonly #seen = new Set<PeerId>()
  #faultCount = 0
  #rest = ''
  #line = 0
  #bytes = 0
  #peers = 0
  #unsigned = 0
  readonly #events = new CountedEvents()
  #head: SnapshotHead | null = null
  #codec: EntryCodec = peerscope
  #sealed = false
  #waiting: Waiting[] = []
  #unpacked = 0

  constructor(options: ReadOptions) {
    this.#options = options
  }

  /** Bytes of the content that were taken. */
  get bytes(): number {
    return this.#bytes
  }

  get begun(): boolean {
    return this.#head !== null
  }

  async take(chunk: Uint8Array): Promise<void> {
    this.#bytes += chunk.length
    if (this.#bytes > MAX_BYTES) throw new InvalidArgument('the snapshot is too large')
    const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) {
      await this.#takeLine(line)
      if (this.#line % LINES_AT_ONCE === 0) await this.#turn()
    }
    this.#unpacked += chunk.length
    if (this.#unpacked >= BYTES_AT_ONCE) await this.#turn()
    if (this.#sealed && this.#rest !== '') this.#afterEnd(this.#line + 1)
    if (this.#rest.length > this.#longest()) {
      if (!this.begun) throw new InvalidArgument('this is no snapshot of Peerscope')
      throw new LineTooLong('a line is too long')
    }
  }

  async end(): Promise<void> {
    await this.#check()
    if (this.#rest !== '') this.fault(this.#line + 1, null, 'the last line is not whole')
    if (this.#head === null) throw new InvalidArgument('this is no snapshot of Peerscope: it is empty')
    if (!this.#sealed) this.fault(null, null, 'the end is missing, with the signature over the whole')
    else if (this.#peers !== this.#head.peers)
      this.fault(
        null,
        null,
        `${counted(this.#head.peers, 'peer was', 'peers were')} announced, ${counted(this.#peers, 'is', 'are')} there`,
      )
  }

  /** The content breaks off after the last line that was read. */
  async broken(what: string): Promise<void> {
    await this.#check()
    this.fault(this.#line + 1, peerNamed(this.#rest), `${what}; what follows could not be read`)
  }

  verdict(): SnapshotVerdict {
    return {
      ok: this.#faultCount === 0,
      network: this.#head?.network ?? null,
      by: this.#head?.by ?? null,
      createdAt: this.#head?.createdAt ?? null,
      filter: this.#head?.filter ?? '',
      moment:
        this.#head?.moment === undefined ? null : { ...this.#head.moment, events: this.#events.of(this.#head.moment) },
      peers: this.#peers,
      unsigned: this.#unsigned,
      faults: this.#faults,
      faultCount: this.#faultCount,
    }
  }

  /** Nothing signs what follows the seal, and there may be gigabytes of it. */
  #afterEnd(line: number): never {
    this.fault(line, null, 'there is something after the end')
    throw new ReadEnough()
  }

  /** Others get a turn, among them the one who calls this off. */
  async #turn(): Promise<void> {
    this.#unpacked = 0
    await turn()
    this.#options.signal.throwIfAborted()
  }

  async #takeLine(line: string): Promise<void> {
    this.#line += 1
    if (this.#faultCount >= FAULTS_AT_END) {
      await this.#check()
      this.fault(this.#line, null, `reading ended here, after ${FAULTS_AT_END} faults`)
      throw new ReadEnough()
    }
    if (line.length > this.#longest()) throw new LineTooLong('a line is too long')
    if (this.#head === null) {
      this.#takeHead(line)
    } else if (this.#sealed) {
      this.#afterEnd(this.#line)
    } else if (line.startsWith('{"seal":')) {
      await this.#check()
      this.#takeSeal(line, this.#head.by)
    } else if (this.#head.moment !== undefined && isMomentLine(line)) {
      await this.#check()
      this.#takeMoment(line, this.#head.moment)
    } else {
      await this.#takePeer(line)
      if (this.#waiting.length >= BATCH) await this.#check()
    }
  }

  #takeHead(line: string): void {
    if (!line.startsWith('{"format":"peerscope-snapshot"'))
      throw new InvalidArgument('this is no snapshot of Peerscope: its first line says something else')
    const faults: string[] = []
    const head = headSchema.safeParse(parsed(line, faults))
    if (!head.success) throw new InvalidArgument('the first line of the snapshot is damaged')
    if (head.data.formatVersion > MOMENT_VERSION) {
      throw new InvalidArgument(
        `the snapshot has format ${head.data.formatVersion}, this Peerscope reads up to ${MOMENT_VERSION}: update it`,
      )
    }
    this.#head = head.data
    this.#codec = dialectOf(head.data.network.kind)
    for (const what of faults) this.fault(this.#line, null, `head: ${what}`)
    this.#seal.add(line)
  }

  #longest(): number {
    return this.#head?.moment === undefined ? MAX_LINE : MAX_MOMENT_LINE
  }

  #takeMoment(line: string, span: NonNullable<SnapshotHead['moment']>): void {
    this.#seal.add(line)
    const faults: string[] = []
    const read = momentLineFrom(parsed(line, faults))
    for (const what of faults) this.fault(this.#line, null, what)
    if (read === null) {
      if (faults.length === 0) this.fault(this.#line, null, 'the line is not one of a moment')
      return
    }
    if (read.kind === 'events') this.#events.take(read.events, span)
    this.#options.onMoment?.(read)
  }

  async #takePeer(line: string): Promise<void> {
    this.#seal.add(line)
    if (this.#peers >= MAX_PEERS) throw new InvalidArgument(`a snapshot has at most ${MAX_PEERS} peers`)
    const faults: string[] = []
    const result = peerSchema.safeParse(parsed(line, faults))
    const stated = result.success ? result.data.peerId : peerNamed(line)
    const named = faults.length > 0 && result.success ? await this.#signedBy(result.data, stated) : stated
    for (const what of faults) this.fault(this.#line, named, what)
    // A line that names nobody is no peer: where the content is damaged there may be hundreds of such lines.
    if (result.success || stated !== null) this.#peers += 1
    if (!result.success) {
      if (faults.length === 0) this.fault(this.#line, named, 'the line is not that of a peer')
      return
    }
    const { entry, signature, rttMs, ...rest } = result.data
    const rtt = rttMs === null ? null : { srtt: rttMs, rttvar: 0, last: rttMs, at: rest.lastSeen }
    if (this.#seen.has(rest.peerId)) this.fault(this.#line, rest.peerId, 'the peer stands there twice')
    this.#seen.add(rest.peerId)
    this.#waiting.push({
      line: this.#line,
      peer: { ...rest, rtt },
      unverified: this.#parseEntry(rest.peerId, entry, signature),
    })
  }

  /** Whose line a damaged one is: the damage may lie in the very id, and what is signed knows better then. */
  async #signedBy({ entry, signature }: SnapshotPeer, stated: PeerId | null): Promise<PeerId | null> {
    if (entry === null || signature === null) return stated
    try {
      const unverified = parseSignedEntry(
        this.#codec,
        fromString(entry, 'base64pad'),
        fromString(signature, 'base64pad'),
      )
      const { signatures, signal } = this.#options
      const [signed] = await verifyEntries([unverified], signatures, signal)
      return signed?.entry.peerId ?? stated
    } catch {
      return stated
    }
  }

  #parseEntry(peerId: PeerId, entry: string | null, signature: string | null): UnverifiedEntry | null {
    if (entry === null && signature === null) {
      this.#unsigned += 1
      return null
    }
    try {
      const bytes = fromString(entry ?? '', 'base64pad')
      const unverified = parseSignedEntry(this.#codec, bytes, fromString(signature ?? '', 'base64pad'))
      if (unverified.entry.peerId !== peerId) throw new MalformedMessage('the entry is that of another peer')
      if (unverified.entry.networkId !== this.#head?.network.id)
        throw new MalformedMessage('the entry is of another network')
      return unverified
    } catch (error) {
      this.fault(this.#line, peerId, error instanceof Error ? error.message : String(error))
      return null
    }
  }

  #takeSeal(line: string, by: PeerId): void {
    this.#sealed = true
    const seal = sealSchema.safeParse(parsedJson(line))
    const signature = seal.success ? fromString(seal.data.seal, 'base64pad') : new Uint8Array()
    if (
      !seal.success ||
      line !== JSON.stringify(seal.data) ||
      !this.#seal.holds(by, signature, this.#options.signatures)
    ) {
      const maker = peerIdText(this.#codec.kind, by)
      this.fault(this.#line, null, `the signature over the whole is not that of ${maker}`)
    }
  }

  async #check(): Promise<void> {
    const batch = this.#waiting
    this.#waiting = []
    const { signatures, signal, onPeer, onStep } = this.#options
    const claimed = batch.flatMap(({ unverified }) => unverified ?? [])
    const verified = new Map(
      (await verifyEntries(claimed, signatures, signal)).map((signed, index) => [claimed[index], signed]),
    )
    for (const { line, peer, unverified } of batch) {
      const signed = unverified === null ? null : (verified.get(unverified) ?? null)
      if (unverified !== null && signed === null) this.fault(line, peer.peerId, 'the signature does not hold')
      onPeer?.({ ...peer, signed })
    }
    onStep?.({ step: 'check', done: this.#peers, total: this.#head?.peers ?? 0 })
  }

  /** Notes something that is wrong. */
  fault(line: number | null, peerId: PeerId | null, what: string): void {
    this.#faultCount += 1
    if (this.#faults.length < MAX_FAULTS) this.#faults.push({ line, peerId, what })
  }
}
