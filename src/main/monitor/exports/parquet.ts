/** Catalog, events and sessions as Parquet: the columns of the CSV files with types, compressed by Snappy. */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'

type Cell = string | number | boolean | null
type Value = Cell | bigint | Date
type Kind = 'text' | 'time' | 'integer' | 'number' | 'boolean'

/** What is no text. Times are UTC with milliseconds. */
const KINDS: Readonly<Record<string, Kind>> = {
  at: 'time',
  startedAt: 'time',
  updatedAt: 'time',
  firstSeen: 'time',
  lastSeen: 'time',
  from: 'time',
  lastAt: 'time',
  to: 'time',
  seq: 'integer',
  times: 'integer',
  id: 'integer',
  tickets: 'integer',
  durationMs: 'number',
  rttMs: 'number',
  signed: 'boolean',
}

const SCHEMAS = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
  integer: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
} as const

/** Rows that are compressed together, at least: few, for nothing else runs meanwhile. */
const GROUP = 500

/** The file in parts, a group of rows each; `columns` are those of the CSV file. */
export async function* parquet<T>(
  columns: Readonly<Record<string, (item: T) => Cell>>,
  pages: AsyncIterable<readonly T[]>,
): AsyncGenerator<Uint8Array> {
  const bytes = new ByteWriter()
  const names = Object.entries(columns).map(([name, cell]) => ({ name, cell, kind: KINDS[name] ?? 'text' }))
  const writer = new ParquetWriter({
    writer: bytes,
    createdBy: 'Peerscope',
    schema: [
      { name: 'root', num_children: names.length },
      ...names.map(({ name, kind }) => ({ name, repetition_type: 'OPTIONAL' as const, ...SCHEMAS[kind] })),
    ],
  })
  // Each page becomes columns when it comes: what is left for the end of a group is to compress them.
  let columnData = names.map(({ name }) => ({ name, data: [] as Value[] }))
  let rows = 0
  const write = (): Uint8Array => {
    void writer.write({ columnData, rowGroupSize: rows })
    columnData = names.map(({ name }) => ({ name, data: [] }))
    rows = 0
    return taken(bytes)
  }
  for await (const page of pages) {
    for (const [index, { cell, kind }] of names.entries())
      columnData[index]?.data.push(...page.map((item) => valueOf(cell(item), kind)))
    rows += page.length
    if (rows >= GROUP) yield write()
  }
  if (rows > 0) yield write()
  void writer.finish()
  yield taken(bytes)
}

/** What was written since the last call; the writer goes on counting from the start of the file. */
function taken(writer: ByteWriter): Uint8Array {
  const part = new Uint8Array(writer.buffer, 0, writer.index).slice()
  writer.index = 0
  return part
}

function valueOf(cell: Cell, kind: Kind): Value {
  if (cell === null || (cell === '' && kind !== 'text')) return null
  if (kind === 'time') return new Date(String(cell))
  return kind === 'integer' ? BigInt(cell) : cell
}
