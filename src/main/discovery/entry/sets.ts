/** The sets of an entry, as it is kept: sorted and without duplicates (rules EN1, EN6). */
import type { UniqueId } from '../../../shared/ids.ts'
import type { Ticket } from '../../../shared/peer.ts'

/** The order of texts in an entry's sets: by UTF-16 unit. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Rule EN6: the order of tickets in an entry, by class and then by data. Zero for the same ticket. */
export function compareTickets(a: Ticket, b: Ticket): number {
  return compareText(a.class, b.class) || compareBytes(a.data, b.data)
}

const NONE: readonly never[] = []

/**
 * The same items in a list that takes no more room than they need, all empty ones in one: V8 gives a list that items were pushed to room for
 * seventeen, and of ten thousand entries that is several megabytes.
 */
export function exactList<T>(items: readonly T[]): readonly T[] {
  return items.length === 0 ? NONE : [...items]
}

/** Sorted and without duplicates. */
export function sortedSet<T extends string>(items: Iterable<T>): readonly T[] {
  return [...new Set(items)].sort(compareText)
}

/** Rule EN6: sorted and without duplicates. */
export function sortedTickets(tickets: Iterable<Ticket>): readonly Ticket[] {
  const sorted = [...tickets].sort(compareTickets)
  return sorted.filter((ticket, index) => {
    const before = sorted[index - 1]
    return before === undefined || compareTickets(before, ticket) !== 0
  })
}

/** Whether two sets of an entry are the same. */
export function sameTexts(a: readonly string[] | readonly UniqueId[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index])
}

/** Whether two sets of tickets are the same. */
export function sameTickets(a: readonly Ticket[], b: readonly Ticket[]): boolean {
  return (
    a.length === b.length &&
    a.every((ticket, index) => {
      const other = b[index]
      return other !== undefined && compareTickets(ticket, other) === 0
    })
  )
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
