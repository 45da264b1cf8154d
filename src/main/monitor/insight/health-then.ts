/** How the network was at a past moment, as a window says it of that moment. In turns. */
import type { HealthPhrase } from '../../../shared/health-words.ts'
import { HEALTH_SPAN_MS } from '../../../shared/health.ts'
import { linksAmong } from '../../../shared/links.ts'
import { isHere } from '../../../shared/loss.ts'
import { ABILITIES, networkKeyOf } from '../../../shared/network-kind.ts'
import type { PastFacts } from '../../../shared/past-phrases.ts'
import { pastPhrases } from '../../../shared/past-phrases.ts'
import { rttOf } from '../../../shared/rtt.ts'
import { crawlsAmong } from '../exports/fields.ts'
import { knownTo } from '../exports/records.ts'
import { watched } from '../journal/last-shown.ts'
import type { OfflineCatalog } from '../offline.ts'
import { nothingKnown, pastPicture } from '../past.ts'
import { purgeAfterOf } from '../purge-after.ts'
import { islandsAmong } from './island-sight.ts'
import { healthSeries, storedSeries } from './series.ts'

/** What is told of the moment, with its phrases. `asOf`: the moment, milliseconds since the epoch. */
export interface HealthThen extends Omit<PastFacts, 'peers' | 'nothing'> {
  readonly asOf: number
  readonly phrases: readonly HealthPhrase[]
}

/** @param now milliseconds since the epoch @throws InvalidArgument where nothing is known of the moment, what the signal was fired with */
export async function healthThen(
  { store, network, source }: OfflineCatalog,
  asOf: number,
  now: number,
  signal?: AbortSignal,
): Promise<HealthThen> {
  const networkKey = networkKeyOf(network)
  const picture = await pastPicture({ store, networkKey, self: undefined }, asOf, signal)
  const { at: _at, seq: _seq, peers, edges, edgesAt, nearest, ...told } = picture
  const { loss } = told
  if (peers.length === 0) throw nothingKnown(asOf, nearest)
  const linked = ABILITIES[network.kind].neighbors && edgesAt !== null
  const found = linked ? (await islandsAmong(linksAmong(peers, edges, edgesAt, loss), signal)).islands : null
  const series = storedSeries({
    store,
    networkKey,
    purgeAfterMs: purgeAfterOf(store, networkKey),
    among: null,
    crawls: crawlsAmong(knownTo(source)),
    joined: watched(store, networkKey, now).live,
    now,
  })
  const before = await healthSeries(series, { from: Math.max(0, asOf - HEALTH_SPAN_MS), to: asOf, points: 1 }, signal)
  const facts = {
    ...told,
    network,
    here: peers.filter((row) => isHere(row, loss)).length,
    islands: found === null || found.count === 0 ? null : found,
    rtt: rttOf(peers),
    before,
  }
  return { ...facts, asOf, phrases: pastPhrases({ ...facts, peers, nothing: false }) }
}
