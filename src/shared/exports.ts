/** What can be exported, and how. One table for the window, the command line and the contract. */
import { formatLocalDay } from './time.ts'

/** What an export is about. */
export const EXPORT_WHATS = ['catalog', 'events', 'sessions'] as const
export type ExportWhat = (typeof EXPORT_WHATS)[number]

/** How it is written. */
export const EXPORT_FORMATS = ['snapshot', 'json', 'ndjson', 'csv', 'parquet', 'graphml', 'gexf', 'dot'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** The formats of each. */
export const EXPORTS: Readonly<Record<ExportWhat, readonly ExportFormat[]>> = {
  catalog: ['snapshot', 'json', 'ndjson', 'csv', 'parquet', 'graphml', 'gexf', 'dot'],
  events: ['json', 'ndjson', 'csv', 'parquet'],
  sessions: ['json', 'ndjson', 'csv', 'parquet'],
}

/** A format as a file has it. */
export interface FormatInfo {
  /** With its dot. */
  readonly extension: string
  readonly mime: string
  /** In a few words, for menus and help. */
  readonly about: string
}

/** What is to be known of each format. */
export const FORMATS: Readonly<Record<ExportFormat, FormatInfo>> = {
  snapshot: {
    extension: '.peerscope',
    mime: 'application/gzip',
    about: 'signed by every peer and by us; others can verify it',
  },
  json: { extension: '.json', mime: 'application/json', about: 'one document' },
  ndjson: { extension: '.ndjson', mime: 'application/x-ndjson', about: 'one object a line' },
  csv: { extension: '.csv', mime: 'text/csv', about: 'for spreadsheets' },
  parquet: { extension: '.parquet', mime: 'application/vnd.apache.parquet', about: 'typed columns, for data tools' },
  graphml: { extension: '.graphml', mime: 'application/graphml+xml', about: 'the graph, for many tools' },
  gexf: { extension: '.gexf', mime: 'application/gexf+xml', about: 'the graph with time, for Gephi' },
  dot: { extension: '.dot', mime: 'text/vnd.graphviz', about: 'the graph, for Graphviz' },
}

/** The local time of day as a name of a file may have it: `1605`. */
function clockOf(at: number): string {
  const date = new Date(at)
  return [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, '0')).join('')
}

/** A name for the file, with the local day, of a past moment (`at`) with its time too: `my-network-2026-11-23.csv`; other signs than letters, digits, dots and dashes become dashes. */
export function exportName(
  network: string,
  what: ExportWhat,
  format: ExportFormat,
  now: number,
  at: number | null = null,
): string {
  const clean = network
    .replaceAll(/[^\p{L}\p{N}.-]+/gu, '-')
    .replaceAll(/^[-.]+|-+$/g, '')
    .slice(0, 60)
  const day = at === null ? formatLocalDay(now) : `${formatLocalDay(at)}-${clockOf(at)}`
  return `${clean === '' ? 'network' : clean}${what === 'catalog' ? '' : `-${what}`}-${day}${FORMATS[format].extension}`
}
