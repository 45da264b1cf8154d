/** What goes into a cell or an attribute: texts of others, so written that every reader gives them back as they were. */

/** What XML cannot hold, what ends lines for some readers, and controls that no cell shows. */
const STRANGE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/u
const EVERY_STRANGE = new RegExp(STRANGE.source, 'gu')

/** A column of a table; times are milliseconds since the epoch. */
export type Column<T> =
  | { readonly kind: 'text'; readonly of: (item: T) => string | null }
  | { readonly kind: 'list'; readonly of: (item: T) => readonly string[] }
  | { readonly kind: 'time' | 'integer' | 'number'; readonly of: (item: T) => number | null }
  | { readonly kind: 'boolean'; readonly of: (item: T) => boolean | null }

/** Columns by name, in the order of the file. */
export type Columns<T> = Readonly<Record<string, Column<T>>>

/** JSON of one line whose strange characters are `\uXXXX`, so that XML, CSV and DOT hold it alike. */
export function jsonCell(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    EVERY_STRANGE,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A text as it is, or as a JSON string where it is empty, holds strange characters, or could be taken for JSON. */
export function textCell(text: string): string {
  return text === '' || /^["[]/.test(text) || STRANGE.test(text) ? jsonCell(text) : text
}
