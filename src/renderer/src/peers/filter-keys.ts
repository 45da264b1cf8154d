/** What keys do in the filter's field. */

/** What a key does; `taken` ones go no further. */
export type FilterKeyAction =
  | { readonly type: 'mark'; readonly index: number }
  | { readonly type: 'take'; readonly index: number }
  /** `used`: the filter is done, and kept among those that were used. */
  | { readonly type: 'close'; readonly used: boolean; readonly taken: boolean }
  /** The field lets go of the keyboard. */
  | { readonly type: 'leave' }

/** The field as it is when a key comes. */
export interface FilterKey {
  readonly key: string
  readonly shift: boolean
  /** Whether suggestions are shown, how many, and which one is marked (-1: none). */
  readonly opened: boolean
  readonly count: number
  readonly marked: number
  /** Whether a word was begun that the first suggestion completes; one with a whole value is not. */
  readonly begun: boolean
}

/** Null for keys that do what they do in any field. */
export function onFilterKey(given: FilterKey): FilterKeyAction | null {
  const { key, shift, opened, count, marked, begun } = given
  switch (key) {
    case 'ArrowDown':
      return { type: 'mark', index: opened ? (marked + 1) % Math.max(count, 1) : 0 }
    case 'ArrowUp':
      return opened ? { type: 'mark', index: (marked <= 0 ? count : marked) - 1 } : null
    case 'Enter':
      return opened && marked >= 0 ? { type: 'take', index: marked } : { type: 'close', used: true, taken: opened }
    case 'Tab':
      // A list that nobody asked for must not hold the focus.
      return opened && !shift && (marked >= 0 || begun) ? { type: 'take', index: Math.max(marked, 0) } : null
    case 'Escape':
      // What was typed stays: a key that closes things must not throw it away.
      return opened ? { type: 'close', used: false, taken: true } : { type: 'leave' }
    default:
      return null
  }
}
