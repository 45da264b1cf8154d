/** Where the list of suggestions opens. Pure. */

/** What of a place on the page counts, pixels. */
export interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Between the list and what is above it, pixels. */
export const LIST_GAP = 4

/**
 * How far below the field the list opens, so that it does not lie over what is said of the filter.
 * @param note what is said of it; null for nothing
 * @param width of the list, which is moved left where it would not fit on a page `pageWidth` wide
 */
export function listOffset(field: Box, note: Box | null, width: number, pageWidth: number): number {
  if (note === null || note.bottom <= field.bottom) return LIST_GAP
  const left = Math.max(0, Math.min(field.left, pageWidth - width))
  const beside = note.left >= left + width || note.right <= left
  return beside ? LIST_GAP : note.bottom - field.bottom + LIST_GAP
}
