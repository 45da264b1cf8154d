/** Says on standard error what in a filter is probably meant otherwise. */
import { EVENT_FIELDS } from '../../shared/filter-events.ts'
import { filterHints } from '../../shared/filter-hints.ts'
import { NOTED_FIELDS } from '../../shared/filter-peers.ts'
import { visible } from '../../shared/visible-text.ts'
import { tokensOf } from '../../shared/filter-text.ts'
import { networkKeyOf } from '../../shared/network-kind.ts'
import { formatLocal } from '../../shared/time.ts'
import type { ExportSource } from '../monitor/exports/records.ts'
import { lastShownAt } from '../monitor/journal/last-shown.ts'
import type { Io } from './io.ts'

/** One line for each hint that suits what is filtered; none for a filter that can't be read, which is refused elsewhere. */
export function tellFilterHints(filter: string, of: 'peers' | 'events', io: Pick<Io, 'err'>): void {
  for (const { message, from } of filterHints(filter, of === 'events' ? EVENT_FIELDS : NOTED_FIELDS))
    io.err(`hint: ${visible(message)} (at character ${from + 1})\n`)
}

/** What only an app that watches the network knows of a peer: fields, and words for states. */
const OUR_LINKS: ReadonlySet<string> = new Set(['neighbor', 'connected'])

/**
 * Says why nobody passes a filter that asks for neighbors or connections where no app watches the network, and how to ask for
 * those that were there at the end.
 * @param flag that asks for a past moment; null where the command has none
 */
export async function tellUnwatched(
  filter: string,
  { store, network, live, moment }: ExportSource,
  flag: '--at' | '--as-of' | null,
  io: Pick<Io, 'err'>,
): Promise<void> {
  if (moment !== undefined || live.size > 0 || !asksForOurLinks(filter)) return
  const at = flag === null ? null : await lastShownAt(store, networkKeyOf(network))
  const how = at === null ? '' : `; for those that were there at the end add ${flag} "${formatLocal(at)}"`
  io.err(`hint: no Peerscope watches this network now, so nobody is a neighbor or connected${how}\n`)
}

function asksForOurLinks(filter: string): boolean {
  return tokensOf(filter).some(({ kind, operator, split, text }) => {
    if (kind !== 'word' || operator === null) return false
    const [field, value] = [text.slice(0, split), text.slice(split + operator.length)].map((part) => part.toLowerCase())
    return OUR_LINKS.has(field ?? '') || (field === 'state' && OUR_LINKS.has(value ?? ''))
  })
}
