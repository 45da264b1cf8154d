import { visible } from '../../shared/visible-text.ts'

/** Rows as a table for people: columns as wide as they must be, numbers to the right. */
export function formatTable(heads: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (cell === null ? '–' : visible(String(cell)))))
  const widths = heads.map((head, column) =>
    cells.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), head.length),
  )
  const right = heads.map(
    (_head, column) => rows.length > 0 && rows.every((row) => row[column] === null || typeof row[column] === 'number'),
  )
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, column) => (right[column] ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
  return [line(heads), ...cells.map(line)].map((text) => `${text}\n`).join('')
}
