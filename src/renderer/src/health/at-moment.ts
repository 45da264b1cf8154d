import type { HealthNow, HealthSeries } from '../../../shared/health.ts'
import type { IslandsSummary } from '../../../shared/islands.ts'
import type { Then } from '../stores/picture-store.ts'

/**
 * The figures with what the picture of a moment shows in the step that holds it, so that charts, strip, card and graph say one
 * number: a step has the figures of its end, and the log tells of islands only once they have lasted. Pure.
 */
export function withMoment(
  series: HealthSeries,
  { at, loss }: Pick<Then, 'at' | 'loss'>,
  islands: IslandsSummary | null | undefined,
): HealthSeries {
  const place = Math.floor((at - series.from) / series.stepMs)
  // What is still being found out changes nothing.
  if (islands === undefined || series.islands[place] === undefined) return series
  const shown = loss === null ? (islands?.count ?? null) : null
  // The most of the step, which may have had more at another moment.
  const count = shown === null ? null : Math.max(shown, series.islands[place] ?? 0)
  return { ...series, islands: series.islands.with(place, count) }
}

/** States in which it is known who is here. */
const IN_NETWORK: ReadonlySet<HealthNow['state']> = new Set(['online', 'alone', 'deserted'] as const)

/**
 * The figures with what the sentence says of now in the step that holds it: the log was asked some seconds before or after that. While we
 * have lost the network nothing is known of it. Pure.
 */
export function withNow(
  series: HealthSeries,
  { at, state, here, rtt }: Pick<HealthNow, 'at' | 'state' | 'here' | 'rtt'>,
): HealthSeries {
  const place = Math.floor((at - series.from) / series.stepMs)
  if (!IN_NETWORK.has(state) || series.here[place] === undefined) return series
  return {
    ...series,
    here: series.here.with(place, here),
    p50: series.p50.with(place, rtt?.p50 ?? null),
    p95: series.p95.with(place, rtt?.p95 ?? null),
  }
}
