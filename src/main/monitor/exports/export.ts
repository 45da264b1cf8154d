/** Every export, from the app, the command line and the contract alike. */
import { InvalidArgument } from '../../../shared/errors.ts'
import type { ExportFormat, ExportWhat } from '../../../shared/exports.ts'
import { EXPORTS } from '../../../shared/exports.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import type { Signatures } from '../../discovery/ports.ts'
import type { PeerSession } from '../../store/types.ts'
import { pagesInTurns } from '../turns.ts'
import type { Columns } from './cells.ts'
import { dot, gexf, graphml, linksOf } from './graphs.ts'
import { withinRecording } from './moment.ts'
import { momentLines } from './moment-file.ts'
import { parquet } from './parquet.ts'
import { asOf, PAGE, selectEvents, selectPeers, selectSessions } from './records.ts'
import type { ExportSource, PeerRecord, Selection } from './records.ts'
import type { Played } from './snapshot.ts'
import { momentText, snapshotFile, snapshotText } from './snapshot.ts'
import { tagColumns } from './tag-columns.ts'
import {
  csv,
  EVENT_COLUMNS,
  eventJson,
  jsonDocument,
  jsonLines,
  PEER_COLUMNS,
  peerJson,
  SESSION_COLUMNS,
  sessionJson,
  withAsOf,
} from './text.ts'

/** Formats that have links. */
const GRAPHS: ReadonlySet<ExportFormat> = new Set(['graphml', 'gexf', 'dot'])

/** What is to be exported. */
export interface ExportRequest extends Selection {
  readonly what: ExportWhat
  readonly format: ExportFormat
  /** For a snapshot: the span that it can be played over, as a shared moment. */
  readonly played?: { readonly from: number; readonly to: number } | undefined
}

/** A part of the file. */
export interface ExportPart {
  /** Records written so far. */
  readonly done: number
  /** How many there will be; null where that is not known before. */
  readonly total: number | null
  readonly data: string | Uint8Array
}

/** Who signs snapshots. */
export interface Signer {
  readonly secret: Uint8Array
  readonly signatures: Signatures
}

/**
 * The parts of the file, in order. To be read to the end, or left for good.
 * @throws InvalidArgument for a format that what is asked for does not have; FilterError; Cancelled while it is looked what
 * there is; later the reader of the parts ends them
 */
export async function* exportParts(
  source: ExportSource,
  request: ExportRequest,
  signer: Signer | null,
  signal?: AbortSignal,
): AsyncGenerator<ExportPart> {
  if (!EXPORTS[request.what].includes(request.format)) {
    throw new InvalidArgument(
      `${request.what} cannot be written as ${request.format}; choose one of ${EXPORTS[request.what].join(', ')}`,
    )
  }
  if (request.what === 'catalog') yield* catalogParts(source, request, signer, signal)
  else if (request.what === 'events')
    yield* withDone(selectEvents(source, request), (pages) => eventText(source, request, pages))
  else yield* withDone(selectSessions(source, request), (pages) => sessionText(source, request, pages))
}

async function* catalogParts(
  source: ExportSource,
  request: ExportRequest,
  signer: Signer | null,
  signal: AbortSignal | undefined,
): AsyncGenerator<ExportPart> {
  const peers = await selectPeers(source, request, signal, GRAPHS.has(request.format))
  const { network, now, links } = source
  const times = { now, asOf: asOf(source) }
  const total = peers.length
  switch (request.format) {
    case 'snapshot': {
      if (signer === null) throw new InvalidArgument('a snapshot needs an identity that signs it: join a network once')
      const maker = { ...signer, network, now, filter: request.filter }
      let done = 0
      const played = await playedOf(source, request, signal)
      const parts = played === null ? pagesInTurns(snapshotText(maker, peers)) : momentText(maker, peers, played)
      const text = async function* (): AsyncGenerator<string> {
        for await (const part of parts) {
          yield part
          done = Math.min(total, done + PAGE)
        }
      }
      for await (const data of snapshotFile(text())) yield { done, total, data }
      return
    }
    case 'graphml':
      yield* withTotal(graphml(network, peers, await linksOf(peers, links), await tagColumns(peers), times), total)
      return
    case 'gexf':
      yield* withTotal(gexf(network, peers, await linksOf(peers, links), await tagColumns(peers), times), total)
      return
    case 'dot':
      yield* withTotal(dot(network, peers, await linksOf(peers, links), times), total)
      return
    default:
      for await (const part of withDone(pagesOf(peers), (pages) => peerText(source, request, pages)))
        yield { ...part, total }
  }
}

/** What a shared moment has beside its peers; null for a snapshot of the catalog as it is now. */
async function playedOf(source: ExportSource, { played }: ExportRequest, signal?: AbortSignal): Promise<Played | null> {
  if (source.moment === undefined) return null
  const { at, seq } = source.moment
  const wished = { asOf: at, from: Math.min(at, played?.from ?? at), to: Math.max(at, played?.to ?? at), seq }
  const moment = await withinRecording(source, wished)
  return { moment, lines: momentLines(source, moment, signal) }
}

function peerText(
  source: ExportSource,
  request: ExportRequest,
  pages: AsyncIterable<readonly PeerRecord[]>,
): AsyncIterable<string | Uint8Array> {
  return recordsText(source, request, { kind: 'catalog', columns: PEER_COLUMNS, json: peerJson }, pages)
}

function eventText(
  source: ExportSource,
  request: ExportRequest,
  pages: AsyncIterable<readonly LoggedEvent[]>,
): AsyncIterable<string | Uint8Array> {
  return recordsText(source, request, { kind: 'events', columns: EVENT_COLUMNS, json: eventJson }, pages)
}

function sessionText(
  source: ExportSource,
  request: ExportRequest,
  pages: AsyncIterable<readonly PeerSession[]>,
): AsyncIterable<string | Uint8Array> {
  return recordsText(source, request, { kind: 'sessions', columns: SESSION_COLUMNS, json: sessionJson }, pages)
}

/** What the records of a file are. */
interface Records<T> {
  readonly kind: 'catalog' | 'events' | 'sessions'
  readonly columns: Columns<T>
  readonly json: (item: T) => object
}

/** The formats that are lists of records. */
function recordsText<T>(
  source: ExportSource,
  { format }: ExportRequest,
  { kind, columns, json }: Records<T>,
  pages: AsyncIterable<readonly T[]>,
): AsyncIterable<string | Uint8Array> {
  const at = asOf(source)
  if (format === 'csv') return csv(withAsOf(columns, at), pages)
  if (format === 'parquet') return parquet(columns, pages, at)
  if (format === 'ndjson') return jsonLines(mapped(pages, json), at)
  return jsonDocument(kind, source.network, { now: source.now, asOf: at }, mapped(pages, json))
}

/** Counts the records that a text is made of. Others have a turn after each page, also while it makes no part yet. */
async function* withDone<T>(
  pages: Iterable<readonly T[]>,
  write: (pages: AsyncIterable<readonly T[]>) => AsyncIterable<string | Uint8Array>,
): AsyncGenerator<ExportPart> {
  let done = 0
  const counting = async function* (): AsyncGenerator<readonly T[]> {
    for await (const page of pagesInTurns(pages)) {
      done += page.length
      yield page
    }
  }
  for await (const data of write(counting())) yield { done, total: null, data }
}

async function* withTotal(text: Iterable<string>, total: number): AsyncGenerator<ExportPart> {
  let done = 0
  for await (const data of pagesInTurns(text)) {
    yield { done, total, data }
    done = Math.min(total, done + PAGE)
  }
}

async function* mapped<T>(
  pages: AsyncIterable<readonly T[]>,
  map: (item: T) => object,
): AsyncGenerator<readonly object[]> {
  for await (const page of pages) yield page.map(map)
}

function* pagesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += PAGE) yield items.slice(from, from + PAGE)
}
