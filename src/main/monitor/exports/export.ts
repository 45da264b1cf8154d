/** Every export, from the app, the command line and the contract alike. */
import { InvalidArgument } from '../../../shared/errors.ts'
import type { ExportFormat, ExportWhat } from '../../../shared/exports.ts'
import { EXPORTS } from '../../../shared/exports.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import type { Signatures } from '../../discovery/ports.ts'
import type { PeerSession } from '../../store/types.ts'
import { pagesInTurns } from '../turns.ts'
import { dot, gexf, graphml, linksOf } from './graphs.ts'
import { parquet } from './parquet.ts'
import { PAGE, selectEvents, selectPeers, selectSessions } from './records.ts'
import type { ExportSource, PeerRecord, Selection } from './records.ts'
import { snapshotFile, snapshotText } from './snapshot.ts'
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
} from './text.ts'

/** What is to be exported. */
export interface ExportRequest extends Selection {
  readonly what: ExportWhat
  readonly format: ExportFormat
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
    yield* counted(selectEvents(source, request), (pages) => eventText(source, request, pages))
  else yield* counted(selectSessions(source, request), (pages) => sessionText(source, request, pages))
}

async function* catalogParts(
  source: ExportSource,
  request: ExportRequest,
  signer: Signer | null,
  signal: AbortSignal | undefined,
): AsyncGenerator<ExportPart> {
  const peers = await selectPeers(source, request, signal)
  const { network, now, edges } = source
  const total = peers.length
  switch (request.format) {
    case 'snapshot': {
      if (signer === null) throw new InvalidArgument('a snapshot needs an identity that signs it: join a network once')
      const maker = { ...signer, network, now, filter: request.filter }
      let done = 0
      const text = function* (): Generator<string> {
        for (const part of snapshotText(maker, peers)) {
          yield part
          done = Math.min(total, done + PAGE)
        }
      }
      for await (const data of snapshotFile(pagesInTurns(text()))) yield { done, total, data }
      return
    }
    case 'graphml':
      yield* withTotal(graphml(network, peers, await linksOf(peers, edges), await tagColumns(peers)), total)
      return
    case 'gexf':
      yield* withTotal(gexf(network, peers, await linksOf(peers, edges), await tagColumns(peers), now), total)
      return
    case 'dot':
      yield* withTotal(dot(network, peers, await linksOf(peers, edges)), total)
      return
    default:
      for await (const part of counted(pagesOf(peers), (pages) => peerText(source, request, pages)))
        yield { ...part, total }
  }
}

function peerText(
  source: ExportSource,
  request: ExportRequest,
  pages: AsyncIterable<readonly PeerRecord[]>,
): AsyncIterable<string | Uint8Array> {
  if (request.format === 'csv') return csv(PEER_COLUMNS, pages)
  if (request.format === 'parquet') return parquet(PEER_COLUMNS, pages)
  return request.format === 'ndjson'
    ? jsonLines(mapped(pages, peerJson))
    : jsonDocument('catalog', source.network, source.now, mapped(pages, peerJson))
}

function eventText(
  source: ExportSource,
  request: ExportRequest,
  pages: AsyncIterable<readonly LoggedEvent[]>,
): AsyncIterable<string | Uint8Array> {
  if (request.format === 'csv') return csv(EVENT_COLUMNS, pages)
  if (request.format === 'parquet') return parquet(EVENT_COLUMNS, pages)
  return request.format === 'ndjson'
    ? jsonLines(mapped(pages, eventJson))
    : jsonDocument('events', source.network, source.now, mapped(pages, eventJson))
}

function sessionText(
  source: ExportSource,
  request: ExportRequest,
  pages: AsyncIterable<readonly PeerSession[]>,
): AsyncIterable<string | Uint8Array> {
  if (request.format === 'csv') return csv(SESSION_COLUMNS, pages)
  if (request.format === 'parquet') return parquet(SESSION_COLUMNS, pages)
  return request.format === 'ndjson'
    ? jsonLines(mapped(pages, sessionJson))
    : jsonDocument('sessions', source.network, source.now, mapped(pages, sessionJson))
}

/** Counts the records that a text is made of. Others have a turn after each page, also while it makes no part yet. */
async function* counted<T>(
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
