/** Exports, and files that others made: what the contract and the command line offer of them. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { toString } from 'uint8arrays'
import type {
  ContractInputs,
  EventsFound,
  ExportChunk,
  ImportReport,
  NetworkRef,
  PastPicture,
  SnapshotReport,
} from '../../shared/contract.ts'
import type { EventCounts } from '../../shared/lanes.ts'
import { InvalidArgument, LimitExceeded, PeerscopeError } from '../../shared/errors.ts'
import type { Breakdown, HealthSeries } from '../../shared/health.ts'
import { isCrawl } from '../../shared/tags.ts'
import { linksAmong } from '../../shared/links.ts'
import { isHere, lossIn } from '../../shared/loss.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import { networkKeyOf } from '../../shared/network-kind.ts'
import type { NetworkWhy, PeerWhy } from '../../shared/why.ts'
import type { Discovery } from '../discovery/handle.ts'
import type { Clock, Signatures } from '../discovery/ports.ts'
import type { Store } from '../store/types.ts'
import { databaseParts } from './exports/database.ts'
import type { ExportPart, ExportRequest } from './exports/export.ts'
import { exportParts } from './exports/export.ts'
import { importSnapshot, snapshotPeers, snapshotSide, verifySnapshot } from './exports/snapshots.ts'
import type { MomentSpan } from '../../shared/reports.ts'
import type { MomentLine } from './exports/moment-lines.ts'
import type { SnapshotEntry } from './exports/read-snapshot.ts'
import type { FileSide, Reading } from './exports/snapshots.ts'
import { sourceAt } from './exports/moment.ts'
import type { ExportSource } from './exports/records.ts'
import { PlayedFile } from './exports/played-file.ts'
import { playedSeries } from './exports/played-series.ts'
import type { Played } from './exports/played-why.ts'
import { NO_MOMENT, playedNetworkWhy, playedPeerWhy } from './exports/played-why.ts'
import { Uploads } from './exports/uploads.ts'
import { breakdown } from './insight/breakdown.ts'
import { healthSeries } from './insight/series.ts'
import { storedNames } from './names/name-book.ts'
import { keptSecret } from './open-node.ts'
import type { View } from './view.ts'
import { inTurns, never, turn } from './turns.ts'
import type { OnStep } from './work.ts'

/** Bytes that are read of a file at once. */
const PART = 256 * 1024
/** Most peers of a snapshot that is looked at: as many as a catalog holds. */
const MAX_LOOK = 50_000
/** Shared moments that are kept as they were read: one that is shown, and one that is opened in its place. */
const MAX_PLAYED = 2

type Health = ContractInputs['health']

/** What an archive works with. */
export interface ArchiveParts {
  readonly store: Store
  readonly view: View
  readonly clock: Clock
  readonly signatures: Signatures
  /** The network that is joined, or was last shown. @throws NotJoined */
  readonly network: () => NetworkRef
  /** @throws NotJoined */
  readonly discovery: () => Discovery
  /** What was shown until now is with the store. */
  readonly flush: () => void
}

/** A shared moment that can be played. */
interface Opened extends Played {
  readonly networkKey: NetworkKey
}

/** A shared moment that is read, or was. */
interface Playing {
  readonly opening: Promise<Opened>
  /** Whether it was read. */
  done: boolean
}

/** A file that is asked for; `at` is the past moment that it is of, now where it is null or left out. */
export type FileWish = ExportRequest & { readonly at?: number | null }

/** Gives files away, and takes them. */
export class Archive {
  readonly uploads: Uploads
  readonly #parts: ArchiveParts
  /** Shared moments by their files, so that none is read again for each of its pictures; the one that was used last comes last. */
  readonly #played = new Map<string, Playing>()

  constructor(parts: ArchiveParts) {
    this.#parts = parts
    this.uploads = new Uploads(parts.clock)
  }

  /** A file of the shown network, in parts. */
  async *file({ at = null, ...request }: FileWish, signal?: AbortSignal): AsyncGenerator<ExportChunk> {
    const { store, view, clock, network } = this.#parts
    this.#parts.flush()
    store.flush()
    const loss = lossIn(view.status)
    const now = {
      network: network(),
      store,
      live: new Map([...view.rows()].map((row) => [row.peerId, row])),
      links: linksAmong(view.rows(), view.edges(), clock.now(), loss),
      loss,
      now: clock.now(),
    }
    yield* this.written(at === null ? now : await sourceAt(now, at), request, signal)
  }

  /** The file of a source, in parts. */
  async *written(source: ExportSource, request: ExportRequest, signal?: AbortSignal): AsyncGenerator<ExportChunk> {
    const { store, signatures } = this.#parts
    // Only a snapshot is signed: the others are there though the identity is locked.
    const signer = request.format === 'snapshot' ? { secret: keptSecret(store), signatures } : null
    for await (const part of exportParts(source, request, signer, signal)) {
      yield chunkOf(part)
      await turn()
    }
  }

  /** A copy of the database, in parts. */
  async *database(signal: AbortSignal): AsyncGenerator<ExportChunk> {
    for await (const part of databaseParts(this.#parts.store, signal)) yield chunkOf(part)
  }

  /**
   * Takes in a file of this machine, as if a page had handed it over. It is only read.
   * @throws InvalidArgument for what is no file, LimitExceeded
   * @returns its name for the other calls
   */
  async takeFile(path: string): Promise<string> {
    const info = await stat(path).catch(() => null)
    if (info === null || !info.isFile()) throw new InvalidArgument(`${basename(path)} is no file that can be read`)
    const file = this.uploads.begin()
    try {
      for await (const part of createReadStream(path, { highWaterMark: PART }) as AsyncIterable<Buffer>)
        await this.uploads.put(file, part)
      return file
    } catch (error) {
      this.uploads.drop(file)
      throw error instanceof PeerscopeError ? error : new InvalidArgument(`${basename(path)} cannot be read`)
    }
  }

  /** Forgets a file, and what can be played of it. */
  drop(file: string): void {
    this.#played.delete(file)
    this.uploads.drop(file)
  }

  async verify(file: string, signal: AbortSignal, onStep?: OnStep): Promise<SnapshotReport> {
    return await verifySnapshot(await this.uploads.path(file), this.#reading(signal, onStep))
  }

  async import(file: string, signal: AbortSignal, onStep?: OnStep): Promise<ImportReport> {
    const discovery = this.#parts.discovery()
    const { kind } = this.#parts.network()
    return await importSnapshot(await this.uploads.path(file), kind, discovery, this.#reading(signal, onStep))
  }

  /** A file as a side of a comparison; `at` chooses another time of a shared moment's span. */
  async side(file: string, at: number | null, signal: AbortSignal, onStep?: OnStep): Promise<FileSide> {
    return await snapshotSide(await this.uploads.path(file), this.#reading(signal, onStep), at)
  }

  /** Its peers, for `lookedAt`. @throws LimitExceeded for more than a window shows */
  async look(file: string, signal: AbortSignal, onStep?: OnStep): Promise<readonly SnapshotEntry[]> {
    const { peers, opened } = await this.#open(file, this.#reading(signal, onStep))
    if (opened !== null) this.#keep(file, { opening: Promise.resolve(opened), done: true })
    return peers
  }

  /** A picture of a shared moment that is looked at. @throws InvalidArgument, what the signal was fired with */
  async playedAt(file: string, at: number, signal?: AbortSignal): Promise<PastPicture> {
    const { content, moment } = await this.#playedFile(file)
    return await content.drawnAt(momentIn(moment, at), moment, signal)
  }

  /** Its events, as those of the network are asked for. @throws InvalidArgument, FilterError, what the signal was fired with */
  async playedEvents(
    file: string,
    query: ContractInputs['events']['page'],
    signal?: AbortSignal,
  ): Promise<EventsFound> {
    const { content, moment } = await this.#playedFile(file)
    return await content.page(query, moment, signal)
  }

  /** How many of them there were. @throws InvalidArgument, FilterError */
  async playedCounts(file: string, query: ContractInputs['history']['counts']): Promise<EventCounts> {
    const { content, moment } = await this.#playedFile(file)
    return content.counts(query, moment)
  }

  /** Its charts. @throws FilterError, InvalidArgument also where the span ends before it begins, what the signal was fired with */
  async playedSeries(
    file: string,
    { from, to, points = 200, filter = '', left = false }: Health['series'],
    signal?: AbortSignal,
  ): Promise<HealthSeries> {
    const { content, moment, networkKey } = await this.#playedFile(file)
    const among = await content.among(filter, moment, signal)
    const crawls = left ? await content.passing(isCrawl, moment, signal) : null
    const series = playedSeries(content, moment, networkKey, { among, crawls })
    return await healthSeries(series, { from, to, points }, signal)
  }

  /** Who was here at a moment of it, by value. @throws InvalidArgument, what the signal was fired with */
  async playedBreakdown(file: string, { by, at }: Health['breakdown'], signal?: AbortSignal): Promise<Breakdown> {
    const { content, moment, networkKey } = await this.#playedFile(file)
    // Links, which a window draws, are of no use here.
    const { peers, loss } = await content.at(momentIn(moment, at ?? moment.asOf), moment, signal)
    const here = peers.filter((row) => isHere(row, loss))
    return await inTurns(breakdown(by, here, storedNames(this.#parts.store, networkKey)), signal)
  }

  /** Why a peer was as it was at a moment of it. @throws InvalidArgument, UnknownPeer, what the signal was fired with */
  async playedWhyPeer(file: string, peerId: PeerId, at: number, signal?: AbortSignal): Promise<PeerWhy> {
    const played = await this.#playedFile(file)
    return await playedPeerWhy(played, peerId, momentIn(played.moment, at), signal)
  }

  /** Why the network was. @throws InvalidArgument, what the signal was fired with */
  async playedWhyNetwork(file: string, at: number, signal?: AbortSignal): Promise<NetworkWhy> {
    const played = await this.#playedFile(file)
    return await playedNetworkWhy(played, momentIn(played.moment, at), signal)
  }

  /** A moment as it was read; it is read again where others took its place. @throws InvalidArgument where the file shares none */
  async #playedFile(file: string): Promise<Opened> {
    // A window that is loaded again reads it once more.
    this.uploads.keep(file)
    const playing = this.#played.get(file) ?? this.#openAgain(file)
    this.#keep(file, playing)
    return await playing.opening
  }

  #keep(file: string, playing: Playing): void {
    this.#played.delete(file)
    this.#played.set(file, playing)
    this.#makeRoom()
  }

  /**
   * Those used longest ago go. One that is being read stays until it is read: asking for it meanwhile would read it once more.
   */
  #makeRoom(): void {
    const tooMany = [...this.#played].slice(0, Math.max(0, this.#played.size - MAX_PLAYED))
    for (const [file, { done }] of tooMany) if (done) this.#played.delete(file)
  }

  #openAgain(file: string): Playing {
    const playing: Playing = { opening: this.#shared(file), done: false }
    void this.#settle(file, playing)
    return playing
  }

  async #settle(file: string, playing: Playing): Promise<void> {
    try {
      await playing.opening
      playing.done = true
      this.#makeRoom()
    } catch {
      // It may have been looked at again since.
      if (this.#played.get(file) === playing) this.#played.delete(file)
    }
  }

  /** @throws InvalidArgument where the file shares none */
  async #shared(file: string): Promise<Opened> {
    const { opened } = await this.#open(file, this.#reading(never()))
    if (opened === null) throw new InvalidArgument(NO_MOMENT)
    return opened
  }

  /** Reads a file. `opened`: the moment that it shares; null for none. */
  async #open(
    file: string,
    reading: Reading,
  ): Promise<{ readonly peers: readonly SnapshotEntry[]; readonly opened: Opened | null }> {
    const content = new PlayedFile()
    const onMoment = (line: MomentLine): void => content.take(line)
    const { report, peers } = await snapshotPeers(await this.uploads.path(file), { ...reading, onMoment })
    if (peers.length > MAX_LOOK) throw new LimitExceeded('peers of a snapshot that is looked at', MAX_LOOK)
    const { moment, network } = report
    content.end(moment ?? undefined)
    const played = moment !== null && network !== null
    return { peers, opened: played ? { moment, network, content, networkKey: networkKeyOf(network) } : null }
  }

  async close(): Promise<void> {
    await this.uploads.close()
  }

  #reading(signal: AbortSignal, onStep: OnStep = () => undefined): Reading {
    return { signatures: this.#parts.signatures, signal, onStep }
  }
}

/** The nearest moment of its span. */
function momentIn({ from, to }: MomentSpan, at: number): number {
  return Math.min(Math.max(at, from), to)
}

function chunkOf({ done, total, data }: ExportPart): ExportChunk {
  return typeof data === 'string' ? { done, total, text: data } : { done, total, base64: toString(data, 'base64pad') }
}
