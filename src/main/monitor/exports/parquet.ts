/** Catalog, events and sessions as Parquet: the columns of the CSV files with types, compressed by Snappy. */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { formatUtc } from '../../../shared/time.ts'
import type { Column, Columns } from './cells.ts'

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number]

type Value = string | number | boolean | bigint | Date | readonly string[] | null

/** The types of columns. Times are UTC with milliseconds. */
const SCHEMAS = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
  integer: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
} as const

/** Rows that are compressed together, at least: few, for nothing else runs meanwhile. */
const GROUP = 500

/** The file in parts, a group of rows each; `columns` are those of the CSV file, `asOf` the moment that it is of. */
export async function* parquet<T>(
  columns: Columns<T>,
  pages: AsyncIterable<readonly T[]>,
  asOf: number,
): AsyncGenerator<Uint8Array> {
  const bytes = new ByteWriter()
  const names = Object.entries(columns).map(([name, column]) => ({ name, column }))
  const writer = new ParquetWriter({
    writer: bytes,
    createdBy: 'Peerscope',
    kvMetadata: [{ key: 'peerscope.asOf', value: formatUtc(asOf) }],
    schema: [
      { name: 'root', num_children: names.length },
      ...names.flatMap(({ name, column }) => schemaOf(name, column.kind)),
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
    for (const [index, { column }] of names.entries())
      columnData[index]?.data.push(...page.map((item) => valueOf(column, item)))
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

/** One element, or the three of a list as Parquet's logical types have it. */
function schemaOf(name: string, kind: Column<never>['kind']): SchemaElement[] {
  if (kind !== 'list') return [{ name, repetition_type: 'OPTIONAL', ...SCHEMAS[kind] }]
  return [
    { name, repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'OPTIONAL', ...SCHEMAS.text },
  ]
}

function valueOf<T>(column: Column<T>, item: T): Value {
  const value = column.of(item)
  if (value === null || typeof value !== 'number') return value
  if (column.kind === 'time') return new Date(value)
  return column.kind === 'integer' ? BigInt(value) : value
}
