import type { HealthSeries } from '../../../shared/health.ts'
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
