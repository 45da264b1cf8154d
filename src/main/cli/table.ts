/** Rows as a table for people: columns as wide as they must be, numbers to the right. */
export function formatTable(heads: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (cell === null ? '–' : printable(String(cell)))))
  const widths = heads.map((head, column) => Math.max(head.length, ...cells.map((row) => row[column]?.length ?? 0)))
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

/** What peers say of themselves must not steer the terminal. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '·')
}
