import { CHART_COLOURS } from '../ui/colours.ts'
import { Swatch } from '../ui/swatch.tsx'
import { useScheme } from '../ui/use-scheme.ts'
import type { ChartPart } from './charts.ts'

/** What a part of a chart looks like, beside its name. */
export function PartSwatch({ part: { column, look } }: { readonly part: ChartPart }) {
  const colour = CHART_COLOURS[useScheme()][column]
  return <Swatch look={look} colour={colour} />
}
