/** Which peers the table lists: those that are here now, unless another choice is made. */
import { capital } from '../../../shared/capital.ts'
import { asksFor, namesPeers, termsOf } from '../../../shared/filter-text.ts'
import type { PeerRow, PeerState } from '../../../shared/peer.ts'
import { STATE_WORDS, WAS_HERE } from '../../../shared/state-words.ts'

/** All choices in their order: a state each, or all of them. */
export const SHOWN = ['online', 'departed', 'purged', 'lost', 'removed', 'displaced', 'stored', 'all'] as const
/** One of the choices. */
export type Shown = (typeof SHOWN)[number]

/** Choices that are offered even where no peer is in that state. */
const ALWAYS: ReadonlySet<Shown> = new Set(['online', 'departed', 'purged', 'all'])

/** Peers by choice, ourselves not counted. */
export type ShownCounts = Readonly<Record<Shown, number>>

/** Nothing was counted. */
export function noCounts(): Record<Shown, number> {
  return { online: 0, departed: 0, purged: 0, lost: 0, removed: 0, displaced: 0, stored: 0, all: 0 }
}

/** Counts a row, unless it is our own. */
export function countRow(counts: Record<Shown, number>, row: PeerRow): void {
  if (row.self) return
  counts[row.state] += 1
  counts.all += 1
}

/** What is listed: a filter that asks for states, or for peers by their ids, chooses among all. */
export function shownBy(choice: Shown, filter: string): Shown {
  return asksFor(filter, 'state') || namesPeers(filter) ? 'all' : choice
}

/**
 * The chip that says what a filter asks for: null where no chip says just that. A filter of other things leaves the choice.
 * @param loss whether we have lost the network: who is here then was here
 */
export function chipFor(choice: Shown, filter: string, loss: boolean): Shown | null {
  if (!asksFor(filter, 'state')) return shownBy(choice, filter)
  const asked = termsOf(filter)
    .map(({ from, to }) => filter.slice(from, to))
    // We are in no count.
    .filter((term) => asksFor(term, 'state') && !/^-state[:=]ourselves$/i.test(term))
  const [, quoted, word = quoted ?? ''] = /^state[:=](?:"([a-z ]+)"|([a-z]+))$/i.exec(asked[0] ?? '') ?? []
  // Of several, or of alternatives, no chip tells.
  if (asked.length !== 1) return null
  const said = word.toLowerCase()
  if (loss && said === WAS_HERE) return 'online'
  return SHOWN.find((one) => one !== 'all' && STATE_WORDS[one] === said) ?? null
}

/** Whether a row is listed under a choice. */
export function isShown(row: PeerRow, shown: Shown): boolean {
  return shown === 'all' || row.state === shown
}

/** The choices that are worth offering. */
export function offered(counts: ShownCounts, shown: Shown): readonly Shown[] {
  return SHOWN.filter((one) => ALWAYS.has(one) || counts[one] > 0 || one === shown)
}

/** The word for a choice that is a state. @param loss whether we have lost the network */
export function shownWord(shown: PeerState, loss: boolean): string {
  return capital(loss && shown === 'online' ? WAS_HERE : STATE_WORDS[shown])
}

/** The group of the graph's legend whose colour a choice has. */
export function shownGroup(shown: PeerState, loss: boolean): string {
  return shown !== 'online' ? shown : loss ? 'wasHere' : 'known'
}
