/** Exports of past moments. */
import type { Nearest, PastPicture } from '../../../shared/contract.ts'
import { InvalidArgument } from '../../../shared/errors.ts'
import { linksAmong } from '../../../shared/links.ts'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import type { MomentSpan } from '../../../shared/reports.ts'
import { nearestTo } from '../journal/beginning.ts'
import { lastLook, shownLast } from '../journal/last-shown.ts'
import { nothingKnown, pastPicture } from '../past.ts'
import type { ExportSource } from './records.ts'

/**
 * The same source as it was at a past moment: what was shown then, and what was logged until then.
 * @throws InvalidArgument where nothing is known of that moment
 */
export async function sourceAt(source: ExportSource, at: number): Promise<ExportSource> {
  const networkKey = networkKeyOf(source.network)
  const past = await pastPicture({ store: source.store, networkKey, self: undefined }, at)
  if (past.peers.length === 0) throw nothingKnown(at, past.nearest)
  return sourceOf(source, past)
}

/** The same source as a picture of the past has it. */
export function sourceOf(source: ExportSource, { at, seq, peers, edges, edgesAt, loss }: PastPicture): ExportSource {
  return {
    ...source,
    live: new Map(peers.map((row) => [row.peerId, row])),
    links: linksAmong(peers, edges, edgesAt ?? at, loss),
    moment: { at, seq, rows: peers, loss },
  }
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

/**
 * The same source as it was shown last: with the links of then, and while an app watches the network with its rows, which tell
 * neighbors and connections. Where none does nobody is linked to us, and the store knows all else.
 */
export async function withLastShown(source: ExportSource): Promise<ExportSource> {
  const { store, network, now } = source
  const networkKey = networkKeyOf(network)
  const { live, at } = await lastLook(store, networkKey, now)
  const replay = await shownLast(store, networkKey, at)
  const ended = live ? {} : { endedAt: at }
  if (replay === null) return { ...source, ...ended }
  const rows = [...replay.rows()]
  const links = linksAmong(rows, replay.edges(), at, source.loss)
  return { ...source, ...ended, links, ...(live ? { live: new Map(rows.map((row) => [row.peerId, row])) } : {}) }
}
