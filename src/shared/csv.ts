/** CSV as RFC 4180 has it, cell by cell. */

/**
 * Text that spreadsheets take for a formula: its sign, full-width too, behind what they skip. Apostrophes are skipped here as
 * well, so that text that has them gets one more, and taking one away always gives back what was there.
 */
const FORMULA = /^['\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠﹦﹢﹣﹫]|^'*[\t\r\n]/u

/** Text with an apostrophe before it where a spreadsheet could take it for a formula (docs/exports.md tells how to read it back). */
export function withoutFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}

/** One cell, quoted where it must be: the only place where CSV is quoted. What is missing is empty, an empty text `""`. */
export function csvCell(text: string | null): string {
  if (text === null) return ''
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
