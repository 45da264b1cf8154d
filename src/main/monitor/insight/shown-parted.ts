/** What is shown of a split: of one that lasts, and of one whose other island was taken for gone. */
import type { PastPicture } from '../../../shared/contract.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import { linksAmong } from '../../../shared/links.ts'
import type { Parted } from '../../../shared/parted.ts'
import { islandsAmong } from './island-sight.ts'
import { eventsAround, lastAround } from './network-events.ts'
import { isSplit } from './network-facts.ts'
import type { PartedTold } from './parted.ts'
import type { Begin, NetworkSource } from './network-trouble.ts'
import { networkFacts, partedBegin } from './network-trouble.ts'
import { endedRather } from './why-split.ts'

/** The log as of a moment, and who was shown in it. */
export type PartedSource = Pick<NetworkSource, 'store' | 'networkKey' | 'rows' | 'status' | 'purgeAfterMs' | 'now'>

/** As it is said of the network: where the others ended, it only looked split. */
export function shownParted(found: PartedTold | null, source: PartedSource): Parted | null {
  if (found === null) return null
  const { splitAt, goneAt, gone, unlinked } = found
  const around = { ...source, state: 'online', islands: null, apart: found.apart, logFrom: -Infinity } as const
  const begin = partedBegin(found)
  const facts = networkFacts(around, begin, eventsOf(around, begin))
  return { splitAt, goneAt, gone, unlinked, ended: endedRather(facts) !== null }
}

/** Whether the network only looks split, as its Why says: that peers of the other islands ended explains it best. */
export function splitEnded(source: Omit<NetworkSource, 'logFrom'>): boolean {
  return isSplit(source) && endedRather(networkFacts({ ...source, logFrom: -Infinity })) !== null
}

/**
 * Whether it only looked so at a past moment without a loss, of which these links were shown. In turns.
 * @param source asked only of several islands
 * @throws what the signal was fired with
 */
export async function lookedSplit(
  { at, peers, edges }: Pick<PastPicture, 'at' | 'peers' | 'edges'>,
  source: () => PartedSource | Promise<PartedSource>,
  signal?: AbortSignal,
): Promise<boolean> {
  const { islands, apart } = await islandsAmong(linksAmong(peers, edges, at, null), signal)
  return islands.count > 1 && splitEnded({ ...(await source()), state: 'online', islands, apart })
}

/**
 * What happened near the split that was asked for last in each store, where nothing that is logged later belongs to it: each window asks
 * every two seconds, for a day.
 */
const settled = new WeakMap<PartedSource['store'], { readonly key: string; readonly events: readonly LoggedEvent[] }>()

function eventsOf(source: PartedSource & { readonly state: 'online' }, begin: Begin): readonly LoggedEvent[] {
  const { store, networkKey, purgeAfterMs, now } = source
  if (now <= lastAround(begin.since, purgeAfterMs)) return eventsAround(source, begin)
  const key = `${begin.since} ${purgeAfterMs} ${networkKey}`
  const known = settled.get(store)
  if (known?.key === key) return known.events
  const events = eventsAround(source, begin)
  settled.set(store, { key, events })
  return events
}
