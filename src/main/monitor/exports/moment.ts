/** Exports of past moments. */
import type { Nearest } from '../../../shared/contract.ts'
import { InvalidArgument } from '../../../shared/errors.ts'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import type { MomentSpan } from '../../../shared/reports.ts'
import { nearestTo } from '../journal/beginning.ts'
import { lastLook, shownLast } from '../journal/last-shown.ts'
import { shownAt } from '../journal/shown.ts'
import { nothingKnown, pastPicture } from '../past.ts'
import type { ExportSource } from './records.ts'

/**
 * The same source as it was at a past moment: what was shown then, and what was logged until then.
 * @throws InvalidArgument where nothing is known of that moment
 */
export async function sourceAt(source: ExportSource, at: number): Promise<ExportSource> {
  const networkKey = networkKeyOf(source.network)
  const past = await pastPicture({ store: source.store, networkKey, self: undefined }, at)
  const { peers, edges, seq, loss, nearest } = past
  if (peers.length === 0) throw nothingKnown(at, nearest)
  const moment = { at, seq, rows: peers, loss }
  return { ...source, live: new Map(peers.map((row) => [row.peerId, row])), edges, moment }
}

/** Longest span before and after a moment that is shared, milliseconds. */
const LONGEST_SPAN = 24 * 3_600_000

/**
 * The span around a moment, up to so much before and after it; nothing is known after now.
 * @throws InvalidArgument for one that is too long
 */
export function playedAround(at: number, spanMs: number, now: number): { readonly from: number; readonly to: number } {
  if (spanMs > LONGEST_SPAN) throw new InvalidArgument('a moment is shared with at most a day before and after it')
  return { from: Math.floor(at - spanMs), to: Math.floor(Math.max(at, Math.min(now, at + spanMs))) }
}

/** The span as far as anything was shown in it: what is played begins and ends with a moment at which there is something. */
export async function withinRecording({ store, network }: ExportSource, moment: MomentSpan): Promise<MomentSpan> {
  const { asOf, from, to } = moment
  const nearTo = async (at: number): Promise<Nearest | null> =>
    at === asOf ? null : await nearestTo(store, networkKeyOf(network), at)
  const [first, last] = [await nearTo(from), await nearTo(to)]
  return { ...moment, from: Math.min(asOf, first?.after ?? from), to: Math.max(asOf, last?.before ?? to) }
}

/** The same source with the links that were shown last, which may be newer than those that were stored whole. */
export async function withNewestLinks(source: ExportSource): Promise<ExportSource> {
  const networkKey = networkKeyOf(source.network)
  const at = source.store.lastEventAt(networkKey)
  const shown = at === null ? null : await shownAt(source.store, networkKey, at)
  const edges = [...(shown?.replay?.edges() ?? [])]
  return edges.length === 0 ? source : { ...source, edges }
}

/**
 * The same source with the rows shown by the app that runs on the folder: they tell its neighbors and connections. Where none
 * runs, the store knows as much.
 */
export async function withShownRows(source: ExportSource): Promise<ExportSource> {
  const { store, network, now } = source
  const networkKey = networkKeyOf(network)
  const { live, at } = lastLook(store, networkKey, now)
  const replay = live ? await shownLast(store, networkKey, at) : null
  return replay === null ? source : { ...source, live: new Map([...replay.rows()].map((row) => [row.peerId, row])) }
}
